// Another language without loss, and without a word on the wire.
import { expect, test } from './fixture.ts';
import { goTo, next, receiptOf, shownStep } from './steps.ts';

test('what was typed and where one was go along to Arabic and back', async ({ page, city }) => {
  const marker = 'Größe 😀 مرحبا';
  const bodies: string[] = [];
  page.on('request', (request) => bodies.push(request.method(), request.postData() ?? ''));
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill(marker);
  await page.locator('#what details > summary').click();
  await page.locator('input[value="insult"]').check();
  await goTo(page, 'wish');
  await page.locator('input[value="answer_me"]').check();
  const entries = await page.evaluate(() => history.length);
  await page.locator('button[name=lang][value=ar]').click();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  expect(await shownStep(page)).toBe('wish');
  await expect(page.locator('input[value="answer_me"]')).toBeChecked();
  await expect(page.locator('#text')).toHaveValue(marker);
  await expect(page.locator('input[value="insult"]')).toBeChecked();
  expect(page.url()).toBe(`${city.public}/ar/report`);
  expect(await page.evaluate(() => history.length)).toBe(entries);
  await page.locator('button[name=lang][value=de]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page.locator('#text')).toHaveValue(marker);
  expect(bodies.filter((body) => body === 'POST' || body.includes('😀'))).toEqual([]);
  await next(page);
  expect(await shownStep(page)).toBe('contact');
  await goTo(page, 'send');
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  await receiptOf(page);
});

test.describe('no connection', () => {
  test.use({ expected: [/ERR_INTERNET_DISCONNECTED/] });
  test('leaves everything as it is', async ({ page, city, context }) => {
    await page.goto(`${city.public}/de/report`);
    await goTo(page, 'what');
    await page.locator('#text').fill('Bleibt');
    await context.setOffline(true);
    await page.locator('button[name=lang][value=en]').click();
    await expect(page.locator('#trouble')).toContainText('keine Verbindung');
    await expect(page.locator('#text')).toHaveValue('Bleibt');
    await context.setOffline(false);
  });
});
