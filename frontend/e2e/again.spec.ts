// What happens twice, and what is gone: a file from the opened mailbox, and a
// report that is sent again after the office erased it.
import { login, openFirst, openTold, part, unlock } from './console.ts';
import { cityOf, expect } from './fixture.ts';
import { saved } from './photo.ts';
import { receiptOf, tell } from './steps.ts';

const test = cityOf(0);

test('a report whose answer was lost, erased in between, gets a new code', async ({
  page,
  browser,
  city,
  expected,
}) => {
  test.slow();
  expected.push(/ERR_/, /409/);
  await tell(page, `${city.public}/de/report`, 'Verlorene Antwort');
  const receipt = await receiptOf(page);
  await page.route('**/api/v1/reports', async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await page.locator('#submit').click();
  await expect(page.locator('#trouble')).toContainText('Nichts wird doppelt', { timeout: 20_000 });
  await page.unroute('**/api/v1/reports');

  const bare = await (await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE' })).newPage();
  await bare.goto(`${city.public}/de/mailbox`);
  await bare.locator('#receipt').fill(receipt);
  await bare.locator('button[name=open]').click();
  await bare.getByRole('button', { name: 'Meine Meldung löschen' }).click();
  await bare.getByRole('button', { name: 'Ja, alles löschen' }).click();
  await expect(bare.locator('main')).toContainText('Innerhalb von 7 Tagen');
  await bare.context().close();
  const office = await browser.newPage();
  await unlock(office, city, login(city, 'coordinator'));
  await openFirst(office, 'received');
  await office.getByRole('button', { name: 'Löschwunsch erfüllen' }).click();
  await office.getByRole('dialog').locator('button[type=submit]').click();
  await expect(office.locator('main')).toContainText('Der Fall ist gelöscht.');
  await office.close();

  await page.locator('#submit').click();
  await expect(page.locator('#trouble')).toContainText('schreiben Sie den neuen Code auf');
  const fresh = await receiptOf(page);
  expect(fresh).not.toBe(receipt);
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  expect(await receiptOf(page)).toBe(fresh);
});

test('a file from the opened mailbox, sealed in the browser', async ({ page, browser, city }) => {
  await tell(page, `${city.public}/de/report`, 'Die Datei kommt später');
  const receipt = await receiptOf(page);
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
  const sent: Buffer[] = [];
  page.on('request', (request) => sent.push(request.postDataBuffer() ?? Buffer.alloc(0)));
  const long = Buffer.from('Zeile im Brief\n'.repeat(40_000));
  await page.locator('#files').setInputFiles([{ name: 'brief.txt', mimeType: 'text/plain', buffer: long }]);
  await expect(page.locator('.files li')).toContainText('brief.txt');
  await page.getByRole('button', { name: 'Nachricht senden' }).click();
  await expect(page.locator('.done')).toHaveText('Ihre Nachricht ist angekommen.');
  await expect(page.locator('.files li')).toHaveCount(0);
  expect(sent.length).toBeGreaterThan(3);
  expect(sent.some((body) => body.includes('Zeile im Brief') || body.includes('brief.txt'))).toBe(false);
  const office = await browser.newPage();
  await openTold(office, city, 'Die Datei kommt später');
  await part(office, 'Gespräch');
  const file = await saved(office, 0);
  expect(file.name).toBe('brief.txt');
  expect(file.bytes.equals(long)).toBe(true);
  await office.close();
});

test('two tabs: each form has a code of its own, and one mailbox takes from both', async ({ page, context, city }) => {
  const other = await context.newPage();
  const codes: string[] = [];
  for (const [tab, words] of [
    [page, 'Erster Tab'],
    [other, 'Zweiter Tab'],
  ] as const) {
    await tell(tab, `${city.public}/de/report`, words);
    codes.push(await receiptOf(tab));
  }
  for (const tab of [other, page]) {
    await tab.locator('#submit').click();
    await expect(tab.locator('h1')).toHaveText(/angekommen/);
  }
  expect(codes[0]).not.toBe(codes[1]);
  for (const tab of [page, other]) {
    await tab.goto(`${city.public}/de/mailbox`);
    await tab.locator('#receipt').fill(codes[0] ?? '');
    await tab.keyboard.press('Enter');
    await expect(tab.locator('.thread')).toBeVisible();
    await tab.locator('#text').fill('Von einem der beiden');
  }
  // The second one does not know of the first's message, and loses nothing.
  for (const tab of [page, other]) {
    await tab.getByRole('button', { name: 'Nachricht senden' }).click();
    await expect(tab.locator('.done')).toHaveText('Ihre Nachricht ist angekommen.');
  }
  await expect(other.locator('.entry.message')).toHaveCount(2);
  await expect(other.locator('main')).not.toContainText('Hier fehlt etwas');
  await other.close();
});
