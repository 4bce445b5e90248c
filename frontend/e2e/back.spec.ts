// The browser's memory of pages: going back brings the form with its text again,
// but not after five minutes.
import { chromium, type Page } from '@playwright/test';
import { WHOLE } from './browser.ts';
import { test as base, expect } from './fixture.ts';
import { goBack, goTo } from './steps.ts';

// Playwright switches the memory off; these tests are about it.
const test = base.extend<{ remembering: Page }>({
  remembering: async ({ launchOptions }, use) => {
    const browser = await chromium.launch({
      ...launchOptions,
      executablePath: WHOLE,
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    });
    await use(await browser.newPage());
    await browser.close();
  },
});

/** comeBack writes into the form, goes to another page and back, so much later by the page's clock. */
async function comeBack(page: Page, address: string, later: number): Promise<boolean> {
  await page.goto(`${address}/de/report`);
  await goTo(page, 'what');
  // A page that still loads something is not remembered.
  const loaded = page.waitForResponse(/\/assets\/send-/).then((response) => response.finished());
  await page.locator('#text').fill('Noch da?');
  await loaded;
  await page.evaluate((ms) => {
    const now = Date.now.bind(Date);
    // After the form's own listener, which was there first.
    addEventListener('pagehide', () => {
      Date.now = () => now() + ms;
    });
    Object.assign(globalThis, { remembered: true });
  }, later);
  await page.goto(`${address}/de/rights`);
  await goBack(page);
  await expect(page).toHaveURL(`${address}/de/report`);
  await expect(page.locator('.progress')).toBeVisible();
  return page.evaluate(() => 'remembered' in globalThis);
}

test('what was typed is there again after a short way off', async ({ remembering, city }) => {
  expect(await comeBack(remembering, city.public, 60_000)).toBe(true);
  await expect(remembering.locator('#text')).toHaveValue('Noch da?');
});

test('what was typed is gone after a long one', async ({ remembering, city }) => {
  await comeBack(remembering, city.public, 6 * 60_000);
  await expect(remembering.locator('#text')).toHaveValue('');
  await expect(remembering.locator('#h-start')).toBeVisible();
});
