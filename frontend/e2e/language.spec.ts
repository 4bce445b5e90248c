// Another language without loss, and without a word on the wire.
import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { arrived, goTo, next, shownStep } from './steps.ts';

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
  await expect(page).toHaveURL(`${city.public}/ar/report`);
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
  await arrived(page);
});

const LANGUAGES = 'de de-simple en tr ar uk ru it hr ro el pl sq fr'.split(' ');

/** around goes through all languages with a filled form and looks whether everything is still there. */
async function around(page: Page, from: string): Promise<void> {
  const address = new URL(page.url()).origin;
  for (const lang of [...LANGUAGES.filter((one) => one !== from), from]) {
    await page.locator(`button[name=lang][value="${lang}"]`).click();
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page).toHaveURL(`${address}/${lang}/report`);
    await expect(page.locator('#text')).toHaveValue('Größe 😀 مرحبا\nκαὶ ещё');
    await expect(page.locator('#place-note')).toHaveValue('Łódź, Linie 4');
    await expect(page.locator('input[value="insult"]')).toBeChecked();
    await expect(page.locator('input[value="answer_me"]')).toBeChecked();
    await expect(page.locator('button[name=lang]')).toHaveCount(LANGUAGES.length - 1);
    // Half a form would carry half of the answers along.
    await page.waitForLoadState();
  }
}

async function fillIn(page: Page): Promise<void> {
  await page.locator('#text').fill('Größe 😀 مرحبا\nκαὶ ещё');
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
  });
  await page.locator('input[value="insult"]').check();
}

test('all languages in a row lose nothing, with script', async ({ page, city }) => {
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  await page.goto(`${city.public}/de/report`);
  await expect(page.locator('.languages .kern-hint')).toHaveCount(0);
  await goTo(page, 'what');
  await fillIn(page);
  await goTo(page, 'where');
  await page.locator('#place-note').fill('Łódź, Linie 4');
  await goTo(page, 'wish');
  await page.locator('input[value="answer_me"]').check();
  await around(page, 'de');
  expect(await shownStep(page)).toBe('wish');
  expect(posts).toEqual([]);
});

test('Easy Language is never guessed', async ({ city, playwright }) => {
  for (const [accept, want] of [
    ['el,en;q=0.5', 'el'],
    ['de-simple', 'de'],
    ['uk-UA,ru;q=0.9', 'uk'],
    ['tlh', 'de'],
  ] as const) {
    const asks = await playwright.request.newContext({ extraHTTPHeaders: { 'Accept-Language': accept } });
    const answer = await asks.get(`${city.public}/`, { maxRedirects: 0 });
    expect(answer.headers()['location'], accept).toBe(`/${want}/`);
    await asks.dispose();
  }
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });
  test('all languages in a row lose nothing, and it is said that the text goes to the server', async ({
    page,
    city,
  }) => {
    await page.goto(`${city.public}/fr/report`);
    await expect(page.locator('.languages .kern-hint')).toBeVisible();
    await page.locator('#text').fill('Größe 😀 مرحبا\nκαὶ ещё');
    await page.locator('#what details > summary').click();
    await page.locator('input[value="insult"]').check();
    await page.locator('#place-note').fill('Łódź, Linie 4');
    await page.locator('input[value="answer_me"]').check();
    await around(page, 'fr');
  });
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
