// States of the console in which something is wrong, veiled or shown once, against
// axe; its views and dialogs as they are stand in console-screens.spec.ts. The rule
// for the size of targets is off by default: a page that must fail shows that it is on.
import type { Page } from '@playwright/test';
import { clean, findings } from './axe.ts';
import { expect, login, openFirst, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

async function check(page: Page, name: string): Promise<void> {
  await clean(page, name, [320, 768, 1_280]);
  await page.emulateMedia({ colorScheme: 'light' });
}

test('the check finds a target that is too small', async ({ page, city }) => {
  await page.goto(city.office);
  await expect(page.locator('h1')).toHaveText('Konsole öffnen');
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

test('what is missing is said without findings', async ({ page, city }) => {
  test.setTimeout(240_000);
  await page.goto(city.office);
  await page.locator('input[name=passphrase]').fill('aban xx');
  await page.getByRole('button', { name: 'Öffnen', exact: true }).click();
  await expect(page.locator('[aria-invalid=true]').first()).toBeVisible();
  await check(page, 'unlock with faults');
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'triage');
  await page.getByRole('button', { name: 'Kodierung speichern' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await check(page, 'report and coding with faults');
});

test('a link that is shown once, and a newcomer, have no findings', async ({ page, city }) => {
  test.setTimeout(240_000);
  await unlock(page, city, login(city, 'coordinator'));
  await page.getByRole('link', { name: 'Team und Schlüssel' }).click();
  await page.getByRole('button', { name: 'Jemanden einladen' }).click();
  await expect(page.locator('.onelink')).toContainText('#join=');
  const link = (await page.locator('.onelink').textContent()) ?? '';
  await check(page, 'members with a link');
  await page.getByRole('button', { name: 'Ändern' }).first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await check(page, 'dialog of a change');
  await page.goto('about:blank');
  await page.goto(link.trim());
  await expect(page.locator('h1')).toHaveText('Zugang anlegen');
  await page.getByRole('button', { name: 'Weiter' }).click();
  await expect(page.locator('[aria-invalid=true]').first()).toBeVisible();
  await check(page, 'join with faults');
});

test('what the palette finds, and veiled words, have no findings', async ({ page, city }) => {
  test.setTimeout(240_000);
  await unlock(page, city, login(city, 'coordinator'));
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
  await check(page, 'figures');
});
