// Pictures of the main pages, as they look to people: German, Leichte Sprache and
// Arabic, on a phone and on a desk, on paper, and German in the dark. They are held
// against small committed ones, since axe sees neither a box that is gone nor one
// on the wrong side. "make pictures" takes them anew; look at every one of them.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { withoutScript } from './axe.ts';
import { type City, expect, test } from './fixture.ts';
import { Bench, dress, reduced, same, still } from './reduce.ts';
import { goTo, next } from './steps.ts';

const TODAY = new Date('2026-11-22T12:00:00+01:00');

interface Room {
  readonly context: BrowserContext;
  readonly page: Page;
}

/** room opens a page on which a test may put a style and a clock of its own. */
async function room(browser: Browser, width: number, script = true): Promise<Room> {
  const context = await browser.newContext({ bypassCSP: true, locale: 'de-DE', viewport: { width, height: 800 } });
  if (!script) await withoutScript(context);
  const page = await context.newPage();
  await page.clock.setFixedTime(TODAY);
  // The day to look again is the server's, whose clock no test can turn back.
  await page.route(/\/report$/, async (route) => {
    const response = await route.fetch();
    const html = (await response.text()).replace(/ data-look="[^"]*"/, ' data-look="2026-11-25"');
    await route.fulfill({ response, body: html });
  });
  await page.addInitScript(() => {
    globalThis.print = () => {};
  });
  return { context, page };
}

/** faulty is the question what happened, unanswered. */
async function faulty(page: Page, city: City, lang: string): Promise<void> {
  await page.goto(`${city.public}/${lang}/report`);
  await goTo(page, 'what');
  await next(page);
  await expect(page.locator('#summary')).toBeFocused();
}

/** plain is the whole form on one page, sent back with faults. */
async function plain(page: Page, city: City, lang: string): Promise<void> {
  await page.goto(`${city.public}/${lang}/report`);
  await page.locator('#when-from').fill('2099-01-01');
  await page.locator('#submit').click();
  await expect(page.locator('#summary')).toBeFocused();
}

/** told sends a report of a refusal, so that the receipt has a deadline and a letter. */
async function told(page: Page, city: City, lang: string): Promise<void> {
  await page.goto(`${city.public}/${lang}/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('Ein Text');
  await goTo(page, 'where');
  await page.locator('input[value=housing]').check();
  await goTo(page, 'dates');
  await page.locator('#facts-violation_ended_on').fill('2026-11-16');
  await goTo(page, 'send');
  await page.locator('#submit').click();
  // Picture, deadline and letter are put on the page that is shown already.
  await expect(page.locator('.slip img')).toHaveJSProperty('naturalWidth', 232);
  await expect(page.locator('section.deadlines .note')).toBeVisible();
  await expect(page.locator('textarea#letter')).toHaveValue(/Geltendmachung/);
}

/** golden shows a committed page of TestGolden with the style sheet of the built program. */
async function golden(page: Page, city: City, lang: string, name: string): Promise<void> {
  const html = readFileSync(resolve(import.meta.dirname, `../testdata/golden/${lang}/${name}.html`), 'utf8');
  await page.goto(`${city.public}/${lang}/imprint`);
  const sheet = await page.locator('link[rel=stylesheet]').evaluate((link) => link.outerHTML);
  await page.route('**/golden', (route) =>
    route.fulfill({ contentType: 'text/html; charset=utf-8', body: html.replace('</title>', `</title>${sheet}`) }),
  );
  await page.goto(`${city.public}/golden`);
  // The sample draws its bars from the left in every language; the running program does not, see figures_test.go.
  if (lang === 'ar') {
    await page.evaluate(() => {
      for (const drawing of document.querySelectorAll('figure svg')) drawing.remove();
    });
  }
}

const PAGES: readonly {
  name: string;
  script: boolean;
  open: (page: Page, city: City, lang: string) => Promise<void>;
}[] = [
  {
    name: 'form',
    script: true,
    open: async (page, city, lang) => void (await page.goto(`${city.public}/${lang}/report`)),
  },
  { name: 'fault', script: true, open: faulty },
  { name: 'plain', script: false, open: plain },
  { name: 'receipt', script: true, open: told },
  { name: 'mailbox', script: false, open: (page, city, lang) => golden(page, city, lang, 'mailbox-23') },
  { name: 'statistics', script: false, open: (page, city, lang) => golden(page, city, lang, 'statistics-2') },
];

for (const lang of ['de', 'de-simple', 'ar']) {
  for (const { name, script, open } of PAGES) {
    test(`${name} in ${lang} looks as it did`, async ({ browser, city }, info) => {
      test.slow();
      const bench = await Bench.open(browser);
      for (const width of [360, 1_280]) {
        const { context, page } = await room(browser, width, script);
        await open(page, city, lang);
        await dress(page);
        await still(page);
        // Dark changes colours, and those are the same in every language.
        for (const colorScheme of lang === 'de' ? (['light', 'dark'] as const) : (['light'] as const)) {
          await page.emulateMedia({ colorScheme });
          const shot = `${name}-${lang}-${width}-${colorScheme}`;
          same(await reduced(page, bench, info.outputPath(`${shot}.png`)), shot);
        }
        await context.close();
      }
      await bench.close();
    });
  }

  test(`receipt and letter in ${lang} look on paper as they did`, async ({ browser, city }, info) => {
    const bench = await Bench.open(browser);
    // As wide as the text on a sheet of A4.
    const { context, page } = await room(browser, 680);
    await told(page, city, lang);
    await dress(page);
    await still(page);
    await page.emulateMedia({ media: 'print' });
    await expect(page.locator('body > :not(main):visible')).toHaveCount(0);
    same(await reduced(page, bench, info.outputPath('slip.png')), `slip-${lang}`);
    await page.emulateMedia({ media: 'screen' });
    await page.locator('[data-act=letter-print]').click();
    await page.emulateMedia({ media: 'print' });
    // It goes to the other side: not a word of this site may stand on it.
    await expect(page.locator('body > :not(main):visible')).toHaveCount(0);
    same(await reduced(page, bench, info.outputPath('letter.png')), `letter-${lang}`);
    await context.close();
    await bench.close();
  });
}

const FAULTS: Readonly<Record<string, string>> = {
  'a box without its edge and ground': '.kern-form-input__input { background: none !important; border: 0 !important }',
  'a line that is gone': 'summary { visibility: hidden }',
  'a side that is turned round': 'main { direction: rtl }',
  'a main part that is too wide': 'main { min-inline-size: 440px }',
  'a text in the colour of its ground': '.kern-error { color: transparent !important }',
  'a button below where it was': '.steps { margin-block-start: 3rem }',
};

test('a picture shows what axe does not see', async ({ browser, city }, info) => {
  const bench = await Bench.open(browser);
  const { context, page } = await room(browser, 360);
  await faulty(page, city, 'de');
  await dress(page);
  for (const [note, css] of Object.entries(FAULTS)) {
    const style = await page.addStyleTag({ content: css });
    const picture = await reduced(page, bench, info.outputPath('fault.png'));
    expect(() => same(picture, 'fault-de-360-light'), note).toThrow();
    await style.evaluate((one: Element) => one.remove());
  }
  same(await reduced(page, bench, info.outputPath('whole.png')), 'fault-de-360-light');
  await context.close();
  await bench.close();
});
