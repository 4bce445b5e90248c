// Every view of the console against axe, in light and dark, wide and narrow.
// The rule for the size of targets is off by default; naming its tag switches it
// on, and a page that must fail shows that it is.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { expect, login, openFirst, part, settings, test, unlock } from './console.ts';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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

async function check(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1_280, 768, 320]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      expect(await findings(page), `${name}, ${colorScheme}, ${width}`).toEqual([]);
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wide, `${name} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
    }
  }
  await page.setViewportSize({ width: 1_280, height: 800 });
}

test('the check finds a target that is too small', async ({ page, city }) => {
  await page.goto(city.office);
  await expect(page.locator('h1')).toBeVisible();
  await page.evaluate(() => {
    const row = document.createElement('div');
    document.querySelector('main')?.append(row);
    for (let i = 0; i < 2; i++) {
      const button = document.createElement('button');
      button.textContent = 'x';
      button.style.cssText = 'inline-size:10px;block-size:10px;padding:0;border:0;font-size:8px';
      row.append(button);
    }
  });
  expect((await findings(page)).some((finding) => finding.startsWith('target-size'))).toBe(true);
});

test('unlock, inbox and every part of a case have no findings', async ({ page, city }) => {
  test.setTimeout(240_000);
  await page.goto(city.office);
  await page.locator('input[name=passphrase]').fill('aban xx');
  await page.getByRole('button', { name: 'Öffnen', exact: true }).click();
  await check(page, 'unlock with faults');
  await unlock(page, city, login(city, 'coordinator'));
  await check(page, 'inbox');
  await openFirst(page, 'triage');
  await page.getByRole('button', { name: 'Kodierung speichern' }).click();
  await check(page, 'report and coding with faults');
  for (const name of ['Gespräch', 'Notizen', 'Fristen', 'Verlauf']) {
    await part(page, name);
    await check(page, name);
  }
  await page.getByRole('button', { name: 'Einwilligung festhalten' }).click();
  await check(page, 'dialog');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Drucken und weitergeben' }).click();
  await expect(page.locator('.export__copy')).toBeVisible();
  await check(page, 'export');
});

test('members, keys, ledger and a newcomer have no findings', async ({ page, city }) => {
  test.setTimeout(240_000);
  await unlock(page, city, login(city, 'coordinator'));
  await page.getByRole('link', { name: 'Team und Schlüssel' }).click();
  await page.getByRole('button', { name: 'Jemanden einladen' }).click();
  const link = (await page.locator('.onelink').textContent()) ?? '';
  await check(page, 'members with a link');
  await page.getByRole('button', { name: 'Ändern' }).first().click();
  await check(page, 'dialog of a change');
  await page.getByRole('button', { name: 'Abbrechen' }).click();
  await page.getByRole('link', { name: 'Protokoll' }).click();
  await expect(page.getByText('die Kette ist unversehrt')).toBeVisible();
  await check(page, 'ledger');
  await page.goto('about:blank');
  await page.goto(link.trim());
  await page.getByRole('button', { name: 'Weiter' }).click();
  await check(page, 'join with faults');
});

test('settings, keys, palette and veiled words have no findings', async ({ page, city }) => {
  test.setTimeout(240_000);
  await unlock(page, city, login(city, 'coordinator'));
  await settings(page);
  await check(page, 'settings');
  await page.getByRole('button', { name: 'Tasten als Fenster zeigen' }).click();
  await check(page, 'keys');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('e');
  await expect(page.getByRole('option').nth(1)).toBeVisible();
  await check(page, 'palette');
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'Eingang' }).first().click();
  await openFirst(page, 'triage');
  await page.getByRole('button', { name: 'Titel ändern' }).click();
  await page.getByLabel('Titel').fill('Kameltreiber gerufen');
  await page.locator('.case__rename').getByRole('button', { name: 'Speichern' }).click();
  await expect(page.locator('h1')).toHaveText('Wort anzeigen gerufen');
  await expect(page.locator('.said p')).toBeHidden();
  await check(page, 'case with a veiled title');
  await page.getByRole('link', { name: '← Zum Eingang' }).click();
  await page.getByRole('searchbox').fill('kameltreiber');
  await expect(page.getByRole('button', { name: 'Wort anzeigen' })).toBeVisible();
  await check(page, 'row with a veiled title');
});

test('live figures have no findings', async ({ page, city }) => {
  test.setTimeout(120_000);
  await unlock(page, city, login(city, 'coordinator'));
  await page.getByRole('link', { name: 'Zahlen' }).click();
  await page.getByRole('button', { name: 'Zählen', exact: true }).click();
  await expect(page.getByText('Mitte (Median)')).toBeVisible({ timeout: 30_000 });
  await page.locator('.figure summary').first().click();
  // The bar above lies over what was scrolled under it.
  await page.evaluate(() => scrollTo(0, 0));
  await check(page, 'figures');
});
