// axe on a page that is open. The rule for the size of targets is off unless its
// tag is named.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type BrowserContext, expect, type Page } from '@playwright/test';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'EN-301-549', 'best-practice'];

interface Axe {
  run(root: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

/** findings lists what axe has to say about a page, by all rules or by those about colours. */
export async function findings(page: Page, rules: 'all' | 'colours' = 'all'): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  const only = rules === 'all' ? { type: 'tag', values: TAGS } : { type: 'rule', values: ['color-contrast'] };
  return page.evaluate(async (runOnly) => {
    // A page that came after the last look may still be without its style sheet.
    if (document.readyState !== 'complete') await new Promise((loaded) => addEventListener('load', loaded));
    const { axe } = globalThis as unknown as { axe: Axe };
    const { violations } = await axe.run(document, { runOnly, resultTypes: ['violations'] });
    return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 160)}`));
  }, only);
}

/** clean fails for findings and for sideways scrolling at each width. Dark changes colours, and nothing else. */
export async function clean(
  page: Page,
  name: string,
  widths: readonly number[] = [320, 360, 1_280],
  schemes: readonly ('light' | 'dark')[] = ['light', 'dark'],
): Promise<void> {
  // After a click a page may be read before its style sheet has come.
  await page.waitForLoadState();
  await still(page);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    // Scrolled, the bar with quick exit may stand over half of a button.
    await page.evaluate(() => scrollTo(0, 0));
    for (const colorScheme of schemes) {
      // What is shown at 320 pixels and not at 360 would be new.
      if (colorScheme === 'dark' && width === 320 && widths.includes(360)) continue;
      await page.emulateMedia({ colorScheme });
      const found = await findings(page, colorScheme === 'light' ? 'all' : 'colours');
      expect(found, `${name}, ${colorScheme}, ${width}`).toEqual([]);
    }
    await fits(page, name);
  }
}

/** still waits until nothing fades in or out: half-way a word has no contrast. */
async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ends = document.getAnimations().filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.allSettled(ends.map(({ finished }) => finished));
  });
}

/** fits fails for a page that scrolls sideways. */
export async function fits(page: Page, name: string): Promise<void> {
  await page.waitForLoadState();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, `${name} scrolls sideways at ${page.viewportSize()?.width}`).toBeLessThanOrEqual(0);
}

/** unfold opens everything that can be opened. */
export async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
  });
}

/** withoutScript keeps the page's script away; axe itself cannot run where scripts are switched off. */
export async function withoutScript(context: BrowserContext): Promise<void> {
  await context.route('**/*.js', (route) => route.abort());
}
