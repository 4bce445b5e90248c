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
async function comeBack(page: Page, address: string, later: number): Promise<void> {
  await page.goto(`${address}/de/report`);
  await goTo(page, 'what');
  const loaded = page.waitForResponse(/\/assets\/send-/);
  await page.locator('#text').fill('Noch da?');
  // A page that still loads something is not remembered, and this one brings others with it.
  await page.evaluate(async (url) => void (await import(url)), (await loaded).url());
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
}

test('what was typed is there again after a short way off', async ({ remembering, city }) => {
  await comeBack(remembering, city.public, 60_000);
  expect(await remembering.evaluate(() => 'remembered' in globalThis)).toBe(true);
  await expect(remembering.locator('#text')).toHaveValue('Noch da?');
});

test('what was typed is gone after a long one', async ({ remembering, city }) => {
  await comeBack(remembering, city.public, 6 * 60_000);
  await expect(remembering.locator('#text')).toHaveValue('');
  await expect(remembering.locator('#h-start')).toBeVisible();
});
