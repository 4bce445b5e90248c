// How the pages stand: nothing is cut off with the text spacing that people set
// for themselves (WCAG 1.4.12), at 320 px, in print and in forced colours; and
// from right to left everything is where it belongs. axe sees none of this.
import type { BrowserContext, Page } from '@playwright/test';
import { fits, unfold, withoutScript } from './axe.ts';
import { type City, expect, test } from './fixture.ts';
import { ago } from './steps.ts';

const SPACED = `* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
p { margin-block-end: 2em !important }`;
const PAGES = ['', 'report', 'mailbox', 'note', 'rights', 'privacy', 'accessibility', 'imprint', 'safety'];

/** uncut fails for text that its own box cuts off. */
async function uncut(page: Page, name: string): Promise<void> {
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, a, label, summary, p, li, h1, h2, h3, legend, dt, dd, option')]
      .filter((one) => one.offsetParent !== null && one.clientWidth > 1 && !one.closest('.skip, .unseen'))
      .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
      .map((one) => one.outerHTML.slice(0, 120)),
  );
  expect(cut, `cut off on ${name}`).toEqual([]);
}

async function spaced(context: BrowserContext, city: City, lang: string, script: boolean): Promise<void> {
  const page = await context.newPage();
  for (const name of PAGES) {
    for (const width of [320, 1_280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${city.public}/${lang}/${name}`);
      await page.addStyleTag({ content: SPACED });
      await unfold(page);
      await fits(page, `/${lang}/${name}, script ${script}`);
      await uncut(page, `/${lang}/${name} at ${width}, script ${script}`);
    }
  }
  await page.close();
}

for (const lang of ['de', 'de-simple', 'ar', 'el']) {
  test(`wider text overflows nothing in ${lang}`, async ({ browser, city }) => {
    test.slow();
    for (const script of [true, false]) {
      // A style of one's own is a style of the browser; only so can a test put it in.
      const context = await browser.newContext({ bypassCSP: true, locale: 'de-DE' });
      if (!script) await withoutScript(context);
      await spaced(context, city, lang, script);
      await context.close();
    }
  });
}

/** standing says where the title and the first question stand, to the pixel. */
function standing(page: Page): Promise<readonly number[]> {
  return page.$$eval('h1, #h-start', (all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
}

test('nothing at the top of the form jumps when the script arrives', async ({ browser, city }) => {
  for (const size of [
    { width: 320, height: 600 },
    { width: 412, height: 823 },
    { width: 1_280, height: 800 },
  ]) {
    for (const name of ['de/report', 'ar/report', 'el/note']) {
      const before = await browser.newContext({ viewport: size });
      await withoutScript(before);
      const early = await before.newPage();
      await early.goto(`${city.public}/${name}`);
      const late = await browser.newPage({ viewport: size });
      await late.goto(`${city.public}/${name}`);
      await expect(late.locator('.progress')).toBeVisible();
      expect(await standing(late), `${name} at ${size.width}`).toEqual(await standing(early));
      await before.close();
      await late.close();
    }
  }
});

interface Sides {
  readonly [what: string]: boolean;
}

/** sides says what stands at the side where reading begins. */
function sides(page: Page): Promise<Sides> {
  return page.evaluate(() => {
    const rtl = document.documentElement.dir === 'rtl';
    const one = (selector: string): HTMLElement => {
      const found = [...document.querySelectorAll<HTMLElement>(selector)].find((each) => each.offsetParent !== null);
      if (found === undefined) throw new Error(`no ${selector}`);
      return found;
    };
    const before = (a: DOMRect, b: DOMRect): boolean => (rtl ? a.left >= b.right - 1 : a.right <= b.left + 1);
    const text = (element: Element): DOMRect => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return range.getBoundingClientRect();
    };
    const stripe = (element: Element): boolean => {
      const { borderLeftWidth, borderRightWidth } = getComputedStyle(element);
      const [left, right] = [Number.parseFloat(borderLeftWidth), Number.parseFloat(borderRightWidth)];
      return rtl ? right > left : left > right;
    };
    const box = one('input[type=checkbox]');
    const main = one('main').getBoundingClientRect();
    const heading = text(one('h1'));
    const edge = rtl ? main.right - heading.right : heading.left - main.left;
    return {
      'the box before its words': before(
        box.getBoundingClientRect(),
        text(box.closest('label, .kern-form-check')?.querySelector('.kern-label') as Element),
      ),
      'the tick drawn from the left, as it is in every script': getComputedStyle(box).direction === 'ltr',
      'the stripe of danger at the beginning': stripe(one('.danger')),
      'the stripe of the fault at the beginning': stripe(one('.kern-form-input--error')),
      'the heading at the beginning': edge >= 0 && edge < 40,
      'the fault below its field, not beside it':
        one('#text-error').getBoundingClientRect().top >= one('#text').getBoundingClientRect().bottom - 1,
      'quick exit in view': one('#exit').getBoundingClientRect().top >= 0,
      'digits from left to right': getComputedStyle(one('#shown')).direction === 'ltr',
    };
  });
}

for (const lang of ['de', 'ar']) {
  test(`everything stands on its side in ${lang}`, async ({ page, city, context, expected }) => {
    expected.push(/net::ERR_FAILED/, /422/);
    await withoutScript(context);
    for (const width of [320, 360, 1_280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${city.public}/${lang}/report`);
      await page.locator('#submit').click();
      await expect(page.locator('#summary')).toBeFocused();
      await page.waitForLoadState();
      for (const [what, true_] of Object.entries(await sides(page)))
        expect(true_, `${what}, at ${width} px`).toBe(true);
    }
  });
}

test('in forced colours every field and note has an edge', async ({ page, city }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto(`${city.public}/de/report`);
  const bare = await page.evaluate(() =>
    [...document.querySelectorAll('.note, .danger, .kern-btn, .kern-form-input__input, .kern-form-check__checkbox')]
      .filter((one) => (one as HTMLElement).offsetParent !== null)
      .filter((one) => {
        const style = getComputedStyle(one);
        return ['borderTopWidth', 'borderBottomWidth', 'borderLeftWidth', 'borderRightWidth', 'outlineWidth'].every(
          (side) => Number.parseFloat(style[side as 'borderTopWidth']) === 0,
        );
      })
      .map((one) => one.outerHTML.slice(0, 100)),
  );
  expect(bare).toEqual([]);
});

test('on paper the code stands, and no button and no exit', async ({ page, city, context, expected }) => {
  expected.push(/net::ERR_FAILED/);
  await withoutScript(context);
  await page.goto(`${city.public}/de/report`);
  await page.locator('#text').fill('Gekündigt');
  await unfold(page);
  await page.locator('input[value=dismissal]').check();
  await page.locator('#facts-written_dismissal_received_on').fill(ago(3));
  await page.locator('#submit').click();
  await expect(page.locator('.slip img')).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.receipt')).toBeVisible();
  await expect(page.locator('.slip img')).toBeVisible();
  await expect(page.locator('.deadlines')).toContainText(/Handeln Sie bis spätestens \S+, \d+\. \S+ \d{4}/);
  await expect(page.locator('#exit')).toBeHidden();
  await expect(page.locator('.languages')).toHaveCount(0);
  await expect(page.locator('button:visible')).toHaveCount(0);
});
