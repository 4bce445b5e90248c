// What somebody finds who takes the telephone afterwards: the browser's memory
// of pages, its history, its stores, and every file of its profile on disk. Words,
// drafts and codes must be in none of them, with and without JavaScript.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { WHOLE } from './browser.ts';
import { test as base, type City, expect } from './fixture.ts';
import { arrived, goBack, goForward, receiptOf, tell } from './steps.ts';

const WORDS = 'Merkwort Apfelbaum sieben';
const DRAFT = 'Merkwort Birnbaum acht';
/** CONTROL is in an address, so it must be found: a search that finds nothing anywhere proves nothing. */
const CONTROL = 'merkwort-pflaume-neun';

interface Profile {
  readonly page: (script: boolean) => Promise<Page>;
  /** close ends the browser and gives the names of the files that hold one of the words, by word. */
  readonly close: (words: readonly string[]) => Promise<Record<string, readonly string[]>>;
}

// A browser that remembers pages and keeps a profile on disk, as a person's does.
const test = base.extend<{ profile: Profile }>({
  profile: async ({ launchOptions }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'beistand-profile-'));
    let end: () => Promise<void> = async () => {};
    await use({
      async page(script) {
        const context = await chromium.launchPersistentContext(folder, {
          ...launchOptions,
          executablePath: WHOLE,
          ignoreDefaultArgs: ['--disable-back-forward-cache'],
          javaScriptEnabled: script,
          locale: 'de-DE',
        });
        end = () => context.close();
        return context.pages()[0] ?? (await context.newPage());
      },
      async close(words) {
        await end();
        end = async () => {};
        return Object.fromEntries(words.map((word) => [word, holding(folder, word)]));
      },
    });
    await end();
    // Its helpers may end a moment after the browser, and write until then.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  },
});

/** holding lists the files below a folder that hold a word, in one byte a letter or in two. */
function holding(folder: string, word: string): string[] {
  const forms = [Buffer.from(word), Buffer.from(word, 'utf16le'), Buffer.from(encodeURIComponent(word))];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const bytes = bytesOf(path);
      return forms.some((form) => bytes.includes(form));
    });
}

/** bytesOf reads a file; one that is gone holds nothing. */
function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

/** seen is everything that a page shows or holds in its fields. */
function seen(page: Page): Promise<string> {
  return page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')];
    return `${document.title} ${document.body.textContent} ${fields.map((field) => field.value).join(' ')}`;
  });
}

/** entries are the addresses and titles of the tab's history. */
async function entries(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const { entries } = await session.send('Page.getNavigationHistory');
  await session.detach();
  return entries.map(({ url, title }) => `${url} ${title}`).join('\n');
}

/** away leaves to a page of no meaning; by the clock of the page that is left, so much later somebody comes back. */
async function away(page: Page, city: City, later: number): Promise<void> {
  await page.evaluate((ms) => {
    const now = Date.now.bind(Date);
    addEventListener('pagehide', () => {
      Date.now = () => now() + ms;
    });
  }, later);
  await page.goto(`${city.public}/de/safety?${CONTROL}`);
}

async function back(page: Page, path: string): Promise<void> {
  await goBack(page);
  await expect(page).toHaveURL(new RegExp(`${path}$`));
  await expect(page.locator('main')).toBeVisible();
}

const NEUTRAL = /diskriminierung|rassis|beistand|beratung/i;

test('with JavaScript nothing that was written is left', async ({ profile, city }) => {
  test.slow();
  const page = await profile.page(true);
  await tell(page, `${city.public}/de/report`, WORDS);
  await page.locator('#submit').click();
  await expect(page.locator('.slip')).toBeVisible();
  const code = await arrived(page);
  expect(await seen(page)).not.toContain(WORDS);
  await away(page, city, 60_000);
  await back(page, '/report');
  expect(await seen(page), 'back from a short way: the words are gone, the code may be read once more').not.toContain(
    WORDS,
  );
  await page.reload();
  expect(await seen(page)).not.toContain(code.slice(0, 4));
  await expect(page.locator('#text')).toHaveValue('');

  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(code);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
  await page.locator('#text').fill(DRAFT);
  await away(page, city, 6 * 60_000);
  await back(page, '/mailbox');
  await expect(page.locator('#receipt')).toHaveValue('');
  await expect(page.locator('.thread')).toHaveCount(0);
  expect(await seen(page), 'back from a long way').not.toMatch(new RegExp(`${DRAFT}|${code.slice(0, 4)}`));

  const history = await entries(page);
  expect(history).toContain(CONTROL);
  expect(history).not.toMatch(new RegExp(`${WORDS}|${DRAFT}|${code.slice(0, 8)}`));
  const titles = history.replaceAll(/\S*\/\/\S+/g, '');
  expect(titles).not.toMatch(NEUTRAL);
  const stores = await page.evaluate(async () => [
    document.cookie,
    localStorage.length,
    sessionStorage.length,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
  ]);
  expect(stores).toEqual(['', 0, 0, 0, 0]);
  const groups = code.replaceAll(/(\d{4})(?=\d)/g, '$1 ');
  const found = await profile.close([CONTROL, WORDS, DRAFT, code, groups]);
  expect(found[CONTROL]?.length, 'the search finds what is there').toBeGreaterThan(0);
  expect({ ...found, [CONTROL]: [] }).toEqual({ [CONTROL]: [], [WORDS]: [], [DRAFT]: [], [code]: [], [groups]: [] });
});

test('quick exit leaves neither page nor words, and forward does not lead to them', async ({ profile, city }) => {
  const page = await profile.page(true);
  await page.route('**/exit', (route) =>
    route.fulfill({ status: 200, contentType: 'text/html', body: '<title>out</title>' }),
  );
  await page.goto(`${city.public}/de/safety?${CONTROL}`);
  await tell(page, `${city.public}/de/report`, WORDS);
  await page.locator('#exit').click();
  await expect(page).toHaveTitle('out');
  expect(await entries(page)).not.toContain('/report');
  await back(page, `/safety\\?${CONTROL}`);
  await goForward(page);
  await expect(page).toHaveTitle('out');
  expect(await seen(page)).not.toContain(WORDS);
  const found = await profile.close([CONTROL, WORDS]);
  expect(found[CONTROL]?.length).toBeGreaterThan(0);
  expect(found[WORDS]).toEqual([]);
});

test('without JavaScript nothing is left on disk but what restores the tabs', async ({ profile, city }) => {
  const page = await profile.page(false);
  await page.goto(`${city.public}/de/safety?${CONTROL}`);
  await page.goto(`${city.public}/de/report`);
  const code = await receiptOf(page);
  await page.locator('#text').fill(WORDS);
  await page.locator('#place-note').fill(WORDS);
  await page.locator('#submit').click();
  await expect(page.locator('.slip img')).toBeVisible();
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(code);
  await page.locator('button[name=open]').click();
  await expect(page.locator('.thread')).toBeVisible();
  await page.locator('#text').fill(DRAFT);
  await page.goto(`${city.public}/de/safety?${CONTROL}`);
  const history = await entries(page);
  expect(history).not.toMatch(new RegExp(`${WORDS}|${DRAFT}|${code.slice(0, 8)}`));
  const groups = code.replaceAll(/(\d{4})(?=\d)/g, '$1 ');
  const found = await profile.close([CONTROL, WORDS, DRAFT, code, groups]);
  expect(found[CONTROL]?.length).toBeGreaterThan(0);
  expect(found[DRAFT], 'a draft that was not sent').toEqual([]);
  // Chromium keeps the body of a POST to restore its tabs, whatever a page says: /safety says so, and to use a private
  // window. Nothing else of the profile may hold it.
  const elsewhere = [...(found[WORDS] ?? []), ...(found[code] ?? []), ...(found[groups] ?? [])].filter(
    (path) => !/\/Sessions\/(Session|Tabs)_\d+$/.test(path),
  );
  expect(elsewhere).toEqual([]);
});
