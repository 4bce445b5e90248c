// Whoever they are and whatever their browser lacks: a report with a file goes
// out, and the answer is read. By keyboard alone; without script; and as in Tor
// Browser's strictest mode, without pictures of SVG and fonts from the web too.
import type { Browser, Locator, Page } from '@playwright/test';
import { openTold, part } from './console.ts';
import { type City, cityOf, expect, watch } from './fixture.ts';
import { saved } from './photo.ts';
import { receiptOf, shownStep } from './steps.ts';

const test = cityOf(0);

const LETTER = { name: 'brief.txt', mimeType: 'text/plain', buffer: Buffer.from('Was im Brief steht') };

/** answer lets the office read the report with its file, and answer. */
async function answer(browser: Browser, city: City, words: string): Promise<void> {
  const office = await browser.newPage();
  await openTold(office, city, words);
  expect((await saved(office, 0)).bytes.toString()).toBe('Was im Brief steht');
  await part(office, 'Gespräch');
  await office.getByLabel('Ihre Antwort').fill('Danke. Wir kümmern uns.');
  await office.getByRole('button', { name: 'Antwort senden' }).click();
  await expect(office.locator('.thread')).toContainText('Wir kümmern uns.');
  await office.close();
}

/** reach presses Tab until an element has the focus, and looks whether one can see that. */
async function reach(page: Page, goal: Locator): Promise<void> {
  await expect(goal).toBeVisible();
  for (let i = 0; i < 120; i++) {
    if (await goal.evaluate((one) => one === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(goal).toBeFocused();
  const seen = await goal.evaluate((one) => {
    const box = one.getBoundingClientRect();
    const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const whole = Math.floor(box.top) >= 0 && Math.floor(box.bottom) <= innerHeight;
    return whole && at !== null && (one.contains(at) || at.contains(one))
      ? ''
      : `${JSON.stringify(box)} ${at?.outerHTML}`;
  });
  expect(seen, 'the focus is in view and nothing covers it').toBe('');
}

test('by keyboard alone, with script', async ({ page, browser, city }) => {
  test.slow();
  const words = 'Nur mit der Tastatur';
  // From here on the browser hands the dialog for files to the test.
  page.on('filechooser', () => undefined);
  await page.goto(`${city.public}/de/`);
  await reach(page, page.locator('main .kern-btn--primary').first());
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/de\/report$/);
  const forward = page.locator('.steps button').first();
  const walk = async (id: string): Promise<void> => {
    for (let i = 0; i < 16 && (await shownStep(page)) !== id; i++) {
      const before = await shownStep(page);
      await reach(page, forward);
      await page.keyboard.press('Enter');
      await expect.poll(() => shownStep(page)).not.toBe(before);
    }
    expect(await shownStep(page)).toBe(id);
    await expect(page.locator(`#${id} h2`).first()).toBeFocused();
  };
  await walk('what');
  await reach(page, page.locator('#text'));
  await page.keyboard.type(words);
  await walk('wish');
  await reach(page, page.locator('input[value=read_it]'));
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('input[value=answer_me]')).toBeChecked();
  await walk('contact');
  await reach(page, page.locator('input[value="art9/1"]'));
  await page.keyboard.press('Space');
  await walk('attach');
  await reach(page, page.locator('#files'));
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles(LETTER);
  await expect(page.locator('.files li')).toContainText('brief.txt');
  await walk('send');
  const code = await receiptOf(page);
  await reach(page, page.locator('#submit'));
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  await expect(page.locator('h1')).toBeFocused();

  await answer(browser, city, words);
  await page.goto(`${city.public}/de/mailbox`);
  await reach(page, page.locator('#receipt'));
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toHaveText('Ihr Postfach ist offen');
  await expect(page.locator('.thread')).toContainText('Wir kümmern uns.');
  await reach(page, page.locator('#text'));
  await page.keyboard.type('Danke!');
  await reach(page, page.getByRole('button', { name: 'Nachricht senden' }));
  await page.keyboard.press('Enter');
  await expect(page.locator('.done')).toBeVisible();
  await reach(page, page.locator('#exit'));
});

/** tellAndRead is the story without script. */
async function tellAndRead(page: Page, browser: Browser, city: City, words: string): Promise<void> {
  await page.goto(`${city.public}/de/`);
  await page.locator('main .kern-btn--primary').first().click();
  await page.locator('#text').fill(words);
  await page.locator('input[value=answer_me]').check();
  await page.locator('input[value="art9/1"]').check();
  await page.locator('#files').setInputFiles(LETTER);
  const code = await receiptOf(page);
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toContainText('angekommen');
  await expect(page.locator('.receipt')).toContainText(code.slice(0, 4));
  await answer(browser, city, words);
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(code);
  await page.locator('button[name=open]').click();
  await expect(page.locator('.thread')).toContainText('Wir kümmern uns.');
  await page.locator('#text').fill('Danke!');
  await page.locator('button[name=send]').click();
  await expect(page.locator('.done')).toBeVisible();
}

test('without script', async ({ browser, city }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE' });
  const page = await context.newPage();
  const faults: string[] = [];
  watch(page, faults);
  await tellAndRead(page, browser, city, 'Ohne Skript');
  expect(faults).toEqual([]);
  expect(await context.cookies()).toEqual([]);
  await context.close();
});

test('as in Tor Browser at its strictest', async ({ browser, city }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE', acceptDownloads: false });
  const page = await context.newPage();
  const refused: string[] = [];
  // No script, no SVG, no web fonts: whatever of that a page needs is not there.
  await page.route('**/*', async (route) => {
    const kind = route.request().resourceType();
    if (['script', 'font', 'media'].includes(kind) || /\.svg$/.test(route.request().url())) {
      refused.push(route.request().url());
      return route.abort();
    }
    const response = await route.fetch({ maxRedirects: 0 });
    const type = response.headers()['content-type'] ?? '';
    if (/svg/.test(type)) return route.abort();
    if (!/html|css/.test(type)) return route.fulfill({ response });
    const body = (await response.text())
      .replaceAll(/ integrity="[^"]*"/g, '')
      .replaceAll(/<svg[\s\S]*?<\/svg>/g, '')
      .replaceAll(/url\(["']?data:image\/svg[^)]*\)/g, 'none');
    return route.fulfill({ response, body });
  });
  await tellAndRead(page, browser, city, 'Mit Tor');
  // What is still on its way must not outlive the test.
  await page.unrouteAll({ behavior: 'wait' });
  expect(refused.filter((url) => !/\/assets\/main-[\w-]+\.js$/.test(url))).toEqual([]);
  await context.close();
});
