// Measures the console with many cases and prints one line of JSON; it asserts
// none of the figures, because one of a busy machine proves nothing: beside each
// wall clock stands what the processors did. Only on request:
//   make bench-console CASES=100000
// With BEISTAND_SPEED_DATA the city is kept in that folder for the next time.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import { enter, expect, inbox, login, test } from './console.ts';
import { startCity } from './fixture.ts';

const CASES = Number(process.env['BEISTAND_SPEED'] ?? 0);
const DATA = process.env['BEISTAND_SPEED_DATA'] ?? '';
/** Up to so many cases the writing of all missing cards is waited for. */
const PATIENCE = 10_000;
const WORDS = ['wohnung', 'polizei', 'arbeit', 'schule', 'hausverwaltung'];

/** A Spread is what many measurements of one thing come to, in milliseconds. */
interface Spread {
  readonly keys: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** keystrokes types words letter by letter and measures each until its list is drawn. A letter that draws nothing counts nothing. */
async function keystrokes(page: Page): Promise<Spread> {
  const took = await page.evaluate(async (words) => {
    const field = document.querySelector<HTMLInputElement>('input[type=search]');
    const list = document.querySelector('.inbox__list');
    if (field === null || list === null) throw new Error('no list');
    const times: number[] = [];
    for (const word of words) {
      for (let n = 1; n <= word.length; n++) {
        const drawn = new Promise<boolean>((done) => {
          const observer = new MutationObserver(() => {
            observer.disconnect();
            requestAnimationFrame(() => done(true));
          });
          observer.observe(list, { childList: true, subtree: true, characterData: true });
          setTimeout(() => {
            observer.disconnect();
            done(false);
          }, 1_000);
        });
        const start = performance.now();
        field.value = word.slice(0, n);
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
        if (await drawn) times.push(performance.now() - start);
      }
    }
    return times;
  }, WORDS);
  took.sort((a, b) => a - b);
  const at = (share: number) => Math.round(took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? 0);
  return { keys: took.length, median: at(0.5), p95: at(0.95), max: at(1) };
}

/** renderers gives the process ids of all tabs; the console's is the one that holds most. */
async function renderers(browser: Browser): Promise<readonly number[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** memory gives the memory of the tab's process, its worker included, in megabytes: its own, and with what it shares. */
async function memory(browser: Browser): Promise<{ readonly own: number; readonly shared: number }> {
  const pids = await renderers(browser);
  const largest = (field: string) => {
    const sizes = pids.map(
      (pid) => new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0',
    );
    return Math.round(Math.max(...sizes.map(Number)) / 1024);
  };
  return { own: largest('RssAnon'), shared: largest('VmRSS') };
}

/** worked gives the processor time of a process so far, in milliseconds. */
function worked(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

test('the console with many cases', async ({ page, browser }) => {
  test.setTimeout(2 * 60 * 60_000);
  const seeding = Date.now();
  const { city, stop } = await startCity(CASES, 0, DATA);
  const result: Record<string, unknown> = { cases: CASES, seed_s: Math.round((Date.now() - seeding) / 1_000) };
  const lists = { requests: 0, bytes: 0 };
  page.on('response', (answer) => {
    if (!/\/office\/(cases(\?.*)?|cards|heads)$/.test(answer.url())) return;
    lists.requests += 1;
    void answer
      .request()
      .sizes()
      .then(
        ({ responseBodySize }) => {
          lists.bytes += responseBodySize;
        },
        () => undefined,
      );
  });
  try {
    await page.goto(city.office);
    const answered = page.waitForResponse((answer) => answer.url().endsWith('/office/login'), { timeout: 60_000 });
    await enter(page, login(city, 'coordinator'));
    await answered;
    const tabs = await renderers(browser);
    const tabWork = () => tabs.reduce((sum, pid) => sum + worked(pid), 0);
    const [start, server, tab] = [Date.now(), worked(city.pid), tabWork()];
    await expect(page.locator('h1')).toHaveText('Heute', { timeout: 600_000 });
    result['list_ms'] = Date.now() - start;
    result['list_cpu_ms'] = { server: worked(city.pid) - server, tab: tabWork() - tab };
    await inbox(page);
    await expect(page.locator('a.row__title').first()).toBeVisible();
    result['list'] = { ...lists };
    await keystrokes(page);
    result['keys_ms'] = await keystrokes(page);
    result['memory_mb'] = await memory(browser);
    if (CASES <= PATIENCE) {
      await expect(page.locator('.cardnews progress')).toHaveCount(0, { timeout: 30 * 60_000 });
      result['all_cards_s'] = Math.round((Date.now() - start) / 1_000);
      result['keys_later_ms'] = await keystrokes(page);
      result['memory_later_mb'] = await memory(browser);
    }
    await page.getByRole('link', { name: 'Tafel' }).click();
    await expect(page.locator('.piece').first()).toBeVisible();
    result['keys_board_ms'] = await keystrokes(page);
  } finally {
    // A page that looks for news would not find its server.
    await page.close();
    await stop();
    console.log(JSON.stringify(result));
  }
});
