// The form under the script: one question a page, nothing lost, nothing sent
// before it is sealed.
import { expect, test } from './fixture.ts';
import { arrived, goTo, next, receiptOf, shownStep, tell } from './steps.ts';

test('one question a page, in one history entry, with focus on each heading', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  const before = await page.evaluate(() => history.length);
  expect(await shownStep(page)).toBe('start');
  await expect(page.locator('.progress')).toHaveText(/^Frage 1 von \d+$/);
  await next(page);
  await next(page);
  expect(await shownStep(page)).toBe('what');
  await expect(page.locator('#h-what')).toBeFocused();
  await expect(page).toHaveTitle(/^Frage 3 von \d+ – /);
  await page.getByRole('button', { name: 'Zurück' }).click();
  expect(await shownStep(page)).toBe('role');
  expect(await page.evaluate(() => history.length)).toBe(before);
  expect(await page.evaluate(() => location.href)).toBe(`${city.public}/de/report`);
});

test('only "what happened" can block, and says so at the field and on top', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await next(page);
  expect(await shownStep(page)).toBe('what');
  const summary = page.locator('#summary');
  await expect(summary).toBeFocused();
  await expect(summary).toContainText('Fehler: Bitte schreiben Sie, was passiert ist');
  await expect(page.locator('#text')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('#text-error')).toContainText('Fehler:');
  await summary.getByRole('link').click();
  await expect(page.locator('#text')).toBeFocused();
  expect(await page.evaluate(() => location.hash)).toBe('');
  await page.getByText('Wenn Schreiben', { exact: false }).first().click();
  await page.locator('input[value="insult"]').check();
  await next(page);
  expect(await shownStep(page)).toBe('where');
  await goTo(page, 'check');
});

test('contact is asked only of those who wish for an answer; changing an answer leads straight back', async ({
  page,
  city,
}) => {
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('Erste Zeile\nzweite Zeile');
  await goTo(page, 'check');
  await expect(page.locator('#check dd').filter({ hasText: 'Erste Zeile' })).toHaveCount(1);
  await expect(page.locator('#check')).toContainText('Keine Angabe');
  await page.getByRole('button', { name: /^Ändern: Was wünschen/ }).click();
  expect(await shownStep(page)).toBe('wish');
  await page.locator('input[value="answer_me"]').check();
  await next(page);
  expect(await shownStep(page)).toBe('contact');
  await page.locator('input[value="email"]').check();
  await page.locator('input[value="art9/1"]').check();
  await next(page);
  expect(await shownStep(page)).toBe('contact');
  await expect(page.locator('#summary')).toContainText('E-Mail-Adresse');
  await page.locator('#contact-value').fill('a@example.org');
  await next(page);
  expect(await shownStep(page)).toBe('check');
  await expect(page.locator('#check')).toContainText('a@example.org');
});

test('no field that holds text has a name', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  await expect(page.locator('.progress')).toBeVisible();
  const named = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement>('form#report :is(input, textarea, select)')]
      .filter((field) => field.name !== '' && field.type !== 'radio')
      .map((field) => field.name),
  );
  expect(named).toEqual([]);
});

test('nothing typed is in any request before "send", and afterwards only sealed', async ({ page, city, context }) => {
  const marker = 'Kaffeemuehle7391';
  const bodies: string[] = [];
  page.on('request', (request) => bodies.push(request.url(), request.postData() ?? ''));
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill(marker);
  await page.getByText('Weiter', { exact: true }).click();
  await page.locator('#place-note').fill(marker);
  await goTo(page, 'send');
  const receipt = await receiptOf(page);
  expect(bodies.filter((body) => body.includes('"box"'))).toEqual([]);
  await page.getByRole('button', { name: 'Meldung senden' }).click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  const sent = bodies.filter((body) => body.includes('"box"'));
  expect(sent.length).toBe(1);
  expect((sent[0]?.length ?? 0) % 16_384).toBe(0);
  for (const body of bodies) {
    expect(body).not.toContain(marker);
    expect(body).not.toContain(Buffer.from(marker).toString('base64').slice(1, -3));
    expect(body).not.toContain(receipt);
  }
  expect(await context.cookies()).toEqual([]);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});

test('the receipt is the browser’s own, and two fast clicks are one case', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  const response = await page.request.get(`${city.public}/de/report`);
  const ofServer = /name="receipt"[^>]*value="(\d{32})"/.exec(await response.text())?.[1];
  expect(ofServer).toBeDefined();
  let calls = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/api/v1/reports')) calls++;
  });
  await goTo(page, 'what');
  const shown = await page.locator('#shown').textContent();
  await page.locator('#text').fill('Doppelt');
  await goTo(page, 'send');
  const receipt = await receiptOf(page);
  expect(receipt).not.toBe((shown ?? '').replaceAll(/\s/g, ''));
  await page.locator('#submit').dblclick();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  expect(await receiptOf(page)).toBe(receipt);
  expect(calls).toBe(1);
});

test.describe('without a connection', () => {
  test.use({ expected: [/ERR_INTERNET_DISCONNECTED/] });
  test('everything stays, and sending again works', async ({ page, city, context }) => {
    await tell(page, `${city.public}/de/report`, 'Ohne Netz');
    const receipt = await receiptOf(page);
    await context.setOffline(true);
    await page.locator('#submit').click();
    await expect(page.locator('#trouble')).toContainText('keine Verbindung');
    await expect(page.locator('#text')).toHaveValue('Ohne Netz');
    await context.setOffline(false);
    await page.locator('#submit').click();
    await expect(page.locator('h1')).toHaveText(/angekommen/);
    expect(await receiptOf(page)).toBe(receipt);
  });
});

test.describe('an answer that is lost on the way', () => {
  test.use({ expected: [/ERR_FAILED|409/] });
  test('is asked for again with the same bytes; a changed text becomes a message', async ({ page, city }) => {
    await tell(page, `${city.public}/de/report`, 'Erster Text');
    const bodies: (string | null)[] = [];
    await page.route('**/api/v1/reports', async (route) => {
      bodies.push(route.request().postData());
      await route.fetch();
      await route.abort();
    });
    await page.locator('#submit').click();
    await expect(page.locator('#trouble')).toContainText('Nichts wird doppelt gespeichert');
    expect(new Set(bodies).size).toBe(1);
    expect(bodies.length).toBe(3);
    await page.unroute('**/api/v1/reports');
    await page.getByRole('button', { name: 'Zurück' }).click();
    await page.getByRole('button', { name: /^Ändern: Was ist passiert/ }).click();
    await page.locator('#text').fill('Zweiter Text');
    await next(page);
    await next(page);
    await page.locator('#submit').click();
    await expect(page.locator('h1')).toHaveText(/neuen Text dazugelegt/);
  });
});

test.describe('cryptography that cannot be loaded', () => {
  test.use({ expected: [/ERR_FAILED/] });
  test('sends nothing by itself and offers the other way', async ({ page, city }) => {
    await page.route('**/assets/send-*.js', (route) => route.abort());
    const posts: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST') posts.push(request.url());
    });
    await tell(page, `${city.public}/de/report`, 'Im Klartext, weil ich es so will');
    await expect(page.locator('#trouble')).toContainText('Es wurde nichts gesendet');
    await page.locator('#submit').click();
    await expect(page.locator('#trouble')).toContainText('Es wurde nichts gesendet');
    expect(posts).toEqual([]);
    const receipt = await receiptOf(page);
    await page.getByRole('button', { name: 'Ohne Verschlüsselung im Browser senden' }).click();
    await expect(page.locator('h1')).toHaveText(/angekommen/);
    expect(posts).toEqual([`${city.public}/de/report`]);
    expect(await receiptOf(page)).toBe(receipt);
  });
});

test.describe('cryptography that comes at the second try', () => {
  test.use({ expected: [/ERR_FAILED/] });
  test('is tried again on a press, and seals', async ({ page, city }) => {
    await page.route('**/assets/send-*.js', (route) => route.abort());
    await tell(page, `${city.public}/de/report`, 'Beim zweiten Mal');
    await expect(page.locator('#trouble')).toContainText('Es wurde nichts gesendet');
    await page.unroute('**/assets/send-*.js');
    const sealed = page.waitForRequest('**/api/v1/reports');
    await page.getByRole('button', { name: 'Noch einmal versuchen' }).click();
    await sealed;
    await expect(page.locator('h1')).toHaveText(/angekommen/);
    await receiptOf(page);
  });
});

test.describe('a script that never comes', () => {
  test.use({ expected: [/ERR_FAILED/] });
  test('leaves the whole form', async ({ page, city }) => {
    await page.route('**/assets/*.js', (route) => route.abort());
    await page.goto(`${city.public}/de/report`);
    expect(await page.locator('.step:visible').count()).toBeGreaterThan(8);
    await page.locator('#text').fill('Ohne Skript');
    await page.locator('#submit').click();
    await expect(page.locator('h1')).toHaveText(/angekommen/);
    await arrived(page);
  });
});

test('the count is quiet until four fifths, then tells what is left, and cuts nothing', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('x'.repeat(9_000));
  await expect(page.locator('.count')).toHaveText('');
  await page.locator('#text').fill('😀'.repeat(11_999));
  await expect(page.locator('.count')).toHaveText('Noch 1 Zeichen');
  await page.locator('#text').fill('x'.repeat(12_002));
  await expect(page.locator('.count')).toHaveText('2 Zeichen zu viel');
  await next(page);
  await expect(page.locator('#summary')).toContainText('12.000');
  expect((await page.locator('#text').inputValue()).length).toBe(12_002);
});

test('what another answer makes meaningless is neither asked nor shown as an answer', async ({ page, city }) => {
  await page.goto(`${city.public}/ar/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('Text');
  await goTo(page, 'when');
  await page.locator('input[value=range]').check();
  await page.locator('#when-from').fill('2026-10-05');
  await page.locator('#when-to').fill('2026-10-09');
  await page.locator('input[value=day]').check();
  await expect(page.locator('#when-to')).toBeHidden();
  await goTo(page, 'wish');
  await page.locator('input[value=answer_me]').check();
  await goTo(page, 'contact');
  await expect(page.locator('#contact-value')).toBeHidden();
  await page.locator('input[value=email]').check();
  await page.locator('#contact-value').fill('a@example.org');
  await page.locator('input[value=mailbox]').check();
  await expect(page.locator('#contact-value')).toBeHidden();
  await expect(page.locator('#contact-interpreter')).toBeVisible();
  await goTo(page, 'check');
  // A day as people write it: in ISO's order, writing from right to left turns it round.
  await expect(page.locator('#check')).toContainText('05.10.2026');
  await expect(page.locator('#check')).not.toContainText('09.10.2026');
  await expect(page.locator('#check')).not.toContainText('a@example.org');
});

test('on a small phone each question begins in the upper half', async ({ page, city }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  for (const lang of ['de', 'ar']) {
    await page.goto(`${city.public}/${lang}/report`);
    await next(page);
    for (const id of ['role', 'what']) {
      expect(await shownStep(page)).toBe(id);
      await expect
        .poll(() => page.locator(`#h-${id}`).evaluate((one) => one.getBoundingClientRect().bottom))
        .toBeLessThan(320);
      await next(page);
    }
    await expect(page.locator('#summary')).toBeInViewport({ ratio: 1 });
  }
});
