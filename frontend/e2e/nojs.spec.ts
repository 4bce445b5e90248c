// The site without JavaScript: nothing is missing but comfort.
import { expect, test } from './fixture.ts';
import { arrived, receiptOf } from './steps.ts';

test.use({ javaScriptEnabled: false });

for (const { lang, other, sent, open } of [
  { lang: 'de', other: 'ar', sent: 'Ihre Meldung ist angekommen', open: 'Ihr Postfach ist offen' },
  { lang: 'ar', other: 'en', sent: 'وصل بلاغكم', open: 'صندوق بريدكم مفتوح' },
]) {
  test(`a report is told, sent and read in ${lang}`, async ({ page, city }) => {
    await page.goto(`${city.public}/${lang}/`);
    await page.locator('main .kern-btn--primary').click();
    await page.locator('#text').fill('Im Bus, Linie 4. 😔');
    await page.getByRole('checkbox').first().check();
    const code = await receiptOf(page);
    await page.locator('#submit').click();
    await expect(page.locator('h1')).toContainText(sent);
    expect(await arrived(page)).toBe(code);
    await expect(page.locator('.slip img')).toHaveJSProperty('complete', true);

    await page.goto(`${city.public}/${lang}/mailbox`);
    await page.locator('#receipt').fill(code.replaceAll(/(\d{4})/g, '$1-'));
    await page.locator('button[name=open]').click();
    await expect(page.locator('h1')).toHaveText(open);
    await page.locator('#text').fill('Noch etwas');
    await page.locator('button[name=send]').click();
    await expect(page.locator('.done')).toBeVisible();
    await expect(page.locator('.entry')).toHaveCount(2);
    // The languages stand above the form whose fields go along.
    await page.waitForLoadState();
    await page.locator(`button[name=lang][value=${other}]`).click();
    await expect(page.locator('html')).toHaveAttribute('lang', other);
    await expect(page.locator('.entry')).toHaveCount(2);
  });
}

test('a change of language loses nothing, and sends nothing as a report', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  const code = await receiptOf(page);
  await page.locator('#text').fill('Erst deutsch');
  await page.locator('details').first().locator('summary').click();
  await page.locator('input[value=insult]').check();
  await page.locator('button[name=lang][value=ar]').click();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('#text')).toHaveValue('Erst deutsch');
  await expect(page.locator('input[value=insult]')).toBeChecked();
  expect(await receiptOf(page)).toBe(code);
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(code);
  await page.locator('button[name=open]').click();
  await expect(page.locator('#summary')).toContainText('Zu diesem Code gibt es kein Postfach');
});

test('Enter in a line neither sends nor changes the language', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  await page.locator('#text').fill('Noch nicht fertig');
  await page.locator('#place-note').fill('Linie 4');
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  await page.locator('#place-note').press('Enter');
  await expect(page).toHaveURL(/\/de\/report$/);
  // What the key may have begun would be there before what comes after it.
  await page.locator('button[name=lang][value=ar]').click();
  await expect(page).toHaveURL(/\/ar\/report$/);
  await expect(page.locator('#text')).toHaveValue('Noch nicht fertig');
  expect(posts).toEqual([`${city.public}/ar/report`]);
});

test('Enter in the mailbox opens it, and the buttons of the languages carry the code along', async ({
  page,
  city,
  expected,
}) => {
  expected.push(/422/);
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill('5815');
  await page.locator('button[name=lang][value=tr]').click();
  await expect(page).toHaveURL(/\/tr\/mailbox$/);
  await expect(page.locator('#receipt')).toHaveValue('5815');
  await page.waitForLoadState();
  await page.locator('#receipt').press('Enter');
  await expect(page).toHaveURL(/\/tr\/mailbox$/);
  await expect(page.locator('#receipt-error')).toBeVisible();
});

test('the page goes back to what was typed when a fault is found', async ({ page, city, expected }) => {
  expected.push(/422/);
  await page.goto(`${city.public}/de/report`);
  await page.locator('#place-note').fill('Linie 4');
  await page.locator('#submit').click();
  await expect(page).toHaveTitle(/^Fehler: /);
  await expect(page.locator('#summary')).toBeFocused();
  await page.locator('#summary a').first().click();
  await expect(page.locator('#text')).toBeFocused();
  await expect(page.locator('#place-note')).toHaveValue('Linie 4');
});

test('quick exit leads away', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  const exit = page.locator('#exit');
  await expect(exit).toHaveAttribute('href', '/exit');
  const answer = await page.request.get(`${city.public}/exit`, { maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  expect(answer.headers()['clear-site-data']).toBe('"cache", "storage"');
});
