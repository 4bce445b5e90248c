// A case leaves the house: on paper, blacked out, locked, and whole only with
// four eyes. What was blacked out stands in no file.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { Decrypter } from 'age-encryption';
import { expect, login, openFirst, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

/** saved presses a button and gives the name and the bytes of the file that comes. */
async function saved(page: Page, button: string): Promise<{ name: string; bytes: Buffer }> {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const download = await coming;
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

async function open(page: Page): Promise<void> {
  await openFirst(page, 'triage');
  await page.getByRole('link', { name: 'Drucken und weitergeben' }).click();
  await expect(page.locator('.export__copy')).toBeVisible();
}

test('what is blacked out is in no file, and the ledger knows of each', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await open(page);
  const words = ((await page.locator('.export__copy p').nth(1).textContent()) ?? '').split(' ').slice(0, 2).join(' ');
  await page.getByLabel('Wörter schwärzen').fill(words);
  await page.getByRole('button', { name: 'Schwärzen', exact: true }).click();
  await expect(page.locator('.export__copy')).not.toContainText(words);
  await expect(page.locator('.export__copy')).toContainText('[geschwärzt]');

  const html = await saved(page, 'Geschwärzt speichern (HTML)');
  expect(html.name).toMatch(/^fall-[0-9a-f]{4}-[0-9a-f]{4}\.html$/);
  expect(html.bytes.toString()).toContain('[geschwärzt]');
  expect(html.bytes.toString()).not.toContain(words);

  const box = await saved(page, 'Verschlüsselt speichern (age)');
  expect(box.name).toMatch(/\.age$/);
  expect(box.bytes.subarray(0, 21).toString()).toBe('age-encryption.org/v1');
  expect(box.bytes.toString('latin1')).not.toContain(words);
  await expect(new Decrypter().decrypt(new Uint8Array(box.bytes))).rejects.toThrow();

  await page.goto(`${city.office}#ledger`);
  await expect(page.locator('.ledger')).toContainText('lesbar und geschwärzt');
  await expect(page.locator('.ledger')).toContainText('verschlüsselt');
});

test('paper shows the copy and nothing else', async ({ page, city }) => {
  await page.addInitScript(() => {
    window.print = () => document.documentElement.setAttribute('data-printed', 'yes');
  });
  await unlock(page, city, login(city, 'coordinator'));
  await open(page);
  await page.getByRole('button', { name: 'Drucken', exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-printed', 'yes');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('.export__copy')).toBeVisible();
  for (const other of ['header', '.export__choice', '.export h1', '.lead']) {
    await expect(page.locator(other).first()).toBeHidden();
  }
});

test('the whole case as it is: one asks, another agrees, only who asked saves', async ({ page, city, browser }) => {
  await unlock(page, city, login(city, 'caseworker'));
  await open(page);
  const here = page.url();
  await page.getByRole('button', { name: 'Um Zustimmung bitten' }).click();
  await expect(page.getByText('Eine Koordination muss zustimmen')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Ungeschwärzt speichern' })).toHaveCount(0);

  const other = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  await unlock(other, city, login(city, 'coordinator'));
  await other.goto(here);
  await other.getByRole('button', { name: 'Zustimmen', exact: true }).click();
  await expect(other.getByText('Sie haben zugestimmt')).toBeVisible();
  await expect(other.getByRole('button', { name: 'Ungeschwärzt speichern' })).toHaveCount(0);
  await other.context().close();

  await page.goto(`${city.office}#inbox`);
  await expect(page.locator('a.row__title').first()).toBeVisible();
  await page.goto(here);
  const raw = await saved(page, 'Ungeschwärzt speichern');
  expect(raw.bytes.toString()).toContain('Verlauf');
  expect(raw.bytes.toString()).not.toContain('[geschwärzt]');
});
