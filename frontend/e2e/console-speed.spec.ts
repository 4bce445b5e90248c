// Measures the console with many cases and prints the figures; it asserts none
// of them, because a figure of a busy machine proves nothing. Only on request:
//   BEISTAND_SPEED=10000 npx playwright test e2e/console-speed.spec.ts
import { readFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import { enter, expect, inbox, login, test } from './console.ts';
import { startCity } from './fixture.ts';

const CASES = Number(process.env['BEISTAND_SPEED'] ?? 0);
const WORDS = ['wohnung', 'polizei', 'arbeit', 'schule', 'hausverwaltung'];

/** keystrokes types words letter by letter and gives, for each letter, the milliseconds until its list is drawn. */
async function keystrokes(page: Page): Promise<readonly number[]> {
  return page.evaluate(async (words) => {
    const field = document.querySelector<HTMLInputElement>('input[type=search]');
    const list = document.querySelector('.inbox__list');
    if (field === null || list === null) throw new Error('no list');
    const took: number[] = [];
    for (const word of words) {
      for (let n = 1; n <= word.length; n++) {
        const drawn = new Promise<boolean>((done) => {
          const observer = new MutationObserver(() => {
            observer.disconnect();
            requestAnimationFrame(() => done(true));
          });
          observer.observe(list, { childList: true, subtree: true, characterData: true });
          // A letter that changes nothing draws nothing.
          setTimeout(() => {
            observer.disconnect();
            done(false);
          }, 1_000);
        });
        const start = performance.now();
        field.value = word.slice(0, n);
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        if (await drawn) took.push(performance.now() - start);
      }
    }
    return took;
  }, WORDS);
}

function told(took: readonly number[]): string {
  const sorted = [...took].sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return `${took.length} keystrokes: median ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`;
}

/** memory gives the memory of the tab's process, its worker included: its own, and with what it shares with others. */
async function memory(browser: Browser): Promise<string> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const largest = (field: string) => {
    const sizes = processInfo
      .filter(({ type }) => type === 'renderer')
      .map(({ id }) => new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? '0');
    return Math.round(Math.max(...sizes.map(Number)) / 1024);
  };
  return `${largest('RssAnon')} MB of its own, ${largest('VmRSS')} MB with what is shared`;
}

test('the console with many cases', async ({ page, browser }) => {
  test.setTimeout(20 * 60_000);
  const { city, stop } = await startCity(CASES);
  const lines: string[] = [];
  try {
    await page.goto(city.office);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/office/login'), { timeout: 60_000 });
    await enter(page, login(city, 'coordinator'));
    await answered;
    const start = Date.now();
    await expect(page.locator('h1')).toHaveText('Heute', { timeout: 120_000 });
    lines.push(`from the login's answer to a list that can be searched: ${Date.now() - start} ms`);
    const missing = await page
      .locator('.cardnews progress')
      .getAttribute('max', { timeout: 5_000 })
      .catch(() => '0');
    await inbox(page);
    await expect(page.locator('a.row__title').first()).toBeVisible();
    await keystrokes(page);
    lines.push(`while ${missing} cards are written: ${told(await keystrokes(page))}`);
    await expect(page.locator('.cardnews progress')).toHaveCount(0, { timeout: 10 * 60_000 });
    lines.push(`all cards written after ${Math.round((Date.now() - start) / 1_000)} s`);
    lines.push(`afterwards: ${told(await keystrokes(page))}`);
    lines.push(`memory of the tab: ${await memory(browser)}`);
    await page.getByRole('link', { name: 'Tafel' }).click();
    await expect(page.locator('.piece').first()).toBeVisible();
    lines.push(`with the board: ${told(await keystrokes(page))}`);
  } finally {
    await stop();
    console.log(`${CASES} cases\n${lines.join('\n')}`);
  }
});
