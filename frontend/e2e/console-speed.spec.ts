// Measures the console with many cases and prints one line of JSON; it asserts
// none of the figures, because one of a busy machine proves nothing: beside each
// wall clock stands what the processors did. Only on request:
//   make bench-console CASES=100000
// With BEISTAND_SPEED_DATA the city is kept in that folder for the next time.
import { readFileSync } from 'node:fs';
import { type Browser, test } from '@playwright/test';
import { type BareTab, openBare } from './bare.ts';
import { login } from './console.ts';
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
async function keystrokes(tab: BareTab): Promise<Spread> {
  const took = await tab.run(async (words) => {
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

/** enter types name and words into the locked console. */
async function enter(tab: BareTab, who: { readonly name: string; readonly passphrase: string }): Promise<void> {
  await tab.until(() => document.querySelector('input[name=passphrase]') !== null, undefined, 30_000);
  await tab.run(({ name, passphrase }) => {
    performance.setResourceTimingBufferSize(10_000);
    for (const [field, words] of [
      ['username', name],
      ['passphrase', passphrase],
    ]) {
      const input = document.querySelector<HTMLInputElement>(`input[name=${field}]`);
      if (input === null) throw new Error('no login');
      input.value = words ?? '';
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
  }, who);
  // The button sends what is drawn, and that is drawn after this task.
  await tab.run(() => new Promise((done) => requestAnimationFrame(done)), undefined);
  await tab.run(() => document.querySelector<HTMLButtonElement>('form button[type=submit]')?.click(), undefined);
}

/** lists gives how many answers the list took so far, and their bytes on the wire. */
function lists(tab: BareTab): Promise<{ readonly requests: number; readonly bytes: number }> {
  return tab.run(() => {
    const all = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
    const some = all.filter(({ name }) => /\/office\/(cases(\?.*)?|cards|heads)$/.test(name));
    return { requests: some.length, bytes: some.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) };
  }, undefined);
}

const stands = (selector: string) => document.querySelector(selector) !== null;
const gone = (selector: string) => document.querySelector(selector) === null;
const goTo = (hash: string) => {
  location.hash = hash;
};

test('the console with many cases', async ({ browser }) => {
  test.setTimeout(2 * 60 * 60_000);
  const seeding = Date.now();
  const { city, stop } = await startCity(CASES, 0, DATA);
  const result: Record<string, unknown> = { cases: CASES, seed_s: Math.round((Date.now() - seeding) / 1_000) };
  const tab = await openBare(browser, city.office);
  try {
    await enter(tab, login(city, 'coordinator'));
    const answered = () => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/office/login'));
    await tab.until(answered, undefined, 120_000);
    const tabs = await renderers(browser);
    const tabWork = () => tabs.reduce((sum, pid) => sum + worked(pid), 0);
    const [start, server, before] = [Date.now(), worked(city.pid), tabWork()];
    await tab.until(stands, 'main.today', 600_000);
    result['list_ms'] = Date.now() - start;
    result['list_cpu_ms'] = { server: worked(city.pid) - server, tab: tabWork() - before };
    await tab.run(goTo, '#inbox');
    await tab.until(stands, 'a.row__title', 60_000);
    result['list'] = await lists(tab);
    await keystrokes(tab);
    result['keys_ms'] = await keystrokes(tab);
    result['memory_mb'] = await memory(browser);
    if (CASES <= PATIENCE) {
      await tab.until(gone, '.cardnews progress', 30 * 60_000);
      result['all_cards_s'] = Math.round((Date.now() - start) / 1_000);
      result['keys_later_ms'] = await keystrokes(tab);
      result['memory_later_mb'] = await memory(browser);
    }
    await tab.run(goTo, '#board');
    await tab.until(stands, '.piece', 60_000);
    result['keys_board_ms'] = await keystrokes(tab);
  } finally {
    // A page that looks for news would not find its server.
    await tab.close();
    await stop();
    console.log(JSON.stringify(result));
  }
});
