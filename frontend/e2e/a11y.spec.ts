// Every public page against axe: German and Arabic, light and dark, narrow and
// wide, with and without the page's script, with faults, with everything opened.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from '@playwright/test';
import { expect, test } from './fixture.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// Naming wcag22aa switches the rule for the size of targets on; it is off by default.
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

interface Axe {
  run(root: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }>;
}

async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(source);
  return page.evaluate(async (tags) => {
    const { axe } = globalThis as unknown as { axe: Axe };
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html.slice(0, 160)}`));
  }, TAGS);
}

/** check looks at a page in both schemes and three widths, everything opened. */
async function check(page: Page, name: string): Promise<void> {
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
  });
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [320, 1_280]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      expect(await findings(page), `${name}, ${colorScheme}, ${width}`).toEqual([]);
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wide, `${name} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
    }
  }
}

/** withoutScript keeps the page's script away; axe itself cannot run where scripts are switched off. */
async function withoutScript(context: BrowserContext): Promise<void> {
  await context.route('**/*.js', (route) => route.abort());
}

for (const lang of ['de', 'ar']) {
  test(`information pages in ${lang} have no findings`, async ({ page, city }) => {
    test.setTimeout(180_000);
    for (const name of ['', 'rights', 'privacy', 'accessibility', 'imprint', 'safety', 'mailbox']) {
      await page.goto(`${city.public}/${lang}/${name}`);
      await check(page, `/${lang}/${name}`);
    }
  });

  test(`the form in ${lang} has no findings, one question a page`, async ({ page, city }) => {
    test.setTimeout(180_000);
    await page.goto(`${city.public}/${lang}/report`);
    const steps = await page.locator('.step').count();
    for (let i = 0; i < steps; i++) {
      const shown = await page.evaluate(
        () => [...document.querySelectorAll<HTMLElement>('.step')].find((step) => !step.hidden)?.id ?? '',
      );
      await check(page, `/${lang}/report, ${shown}`);
      if (shown === 'what') {
        await page.locator('.steps button').first().click();
        await check(page, `/${lang}/report, fault`);
        await page.locator('#text').fill('x');
      }
      if (shown === 'send') return;
      await page.locator('.steps button').first().click();
    }
    throw new Error('the last question was not reached');
  });

  test(`the form in ${lang} has no findings without script`, async ({ page, city, context, expected }) => {
    test.setTimeout(120_000);
    expected.push(/net::ERR_FAILED/, /422/);
    await withoutScript(context);
    await page.goto(`${city.public}/${lang}/report`);
    await check(page, `/${lang}/report`);
    await page.locator('#when-from').fill('2099-01-01');
    await page.locator('#submit').click();
    await expect(page.locator('#summary')).toBeFocused();
    await check(page, `/${lang}/report with faults`);
    await page.locator('#when-from').fill('');
    await page.locator('#text').fill('Ein Text');
    const receipt = (await page.locator('#shown').textContent()) ?? '';
    await page.locator('#submit').click();
    await expect(page.locator('.slip img')).toBeVisible();
    await check(page, `/${lang}, receipt`);
    await page.goto(`${city.public}/${lang}/mailbox`);
    await page.locator('#receipt').fill('5815');
    await page.locator('button[name=open]').click();
    await check(page, `/${lang}/mailbox with a fault`);
    await page.locator('#receipt').fill(receipt);
    await page.locator('button[name=open]').click();
    await check(page, `/${lang}/mailbox, opened`);
  });
}
