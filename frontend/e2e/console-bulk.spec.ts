// Acts on many cases: assigned, labelled and moved, each through its own route;
// what is refused is named; a minute to take it back. And who has how much, with
// a substitute.

import type { Page } from '@playwright/test';
import { clean } from './axe.ts';
import { expect, login, settled, showState, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

// Acts change the cases: this file has a city of its own.
const test = cityOf(20);

const picks = (page: Page) => page.locator('tbody .row__check input');
const outcome = (page: Page) => page.locator('.bulk__outcome');

/** chosen selects all rows and says how many. */
async function chooseAll(page: Page): Promise<number> {
  await page.getByLabel('Alle auf dieser Seite auswählen').check();
  return picks(page).count();
}

test('cases are assigned at once and taken back within the minute; the timeline keeps both', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await showState(page, 'received');
  const n = await chooseAll(page);
  expect(n).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'Zuweisen', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Zuweisen' }).click();
  await expect(page.getByText('Bitte wählen Sie jemanden.')).toBeVisible();
  await page.getByLabel('An wen?').selectOption({ label: 'ich' });
  await page.getByLabel('Notiz zur Übergabe').fill('Alle neuen zu mir');
  await page.getByRole('dialog').getByRole('button', { name: 'Zuweisen' }).click();
  await expect(outcome(page)).toContainText(`${n} Fälle geändert`);
  await expect(page.locator('tbody td:last-child', { hasText: 'ich' })).toHaveCount(n);
  await page.getByRole('button', { name: `Rückgängig machen (${n})` }).click();
  await expect(outcome(page)).toContainText(`${n} Fälle sind wieder wie vorher`);
  await expect(page.locator('tbody td:last-child', { hasText: 'niemand' })).toHaveCount(n);
  await page.locator('a.row__title').first().click();
  await settled(page);
  await page.getByRole('navigation', { name: 'Teile des Falls' }).getByRole('link', { name: 'Verlauf' }).click();
  await expect(page.locator('.timeline')).toContainText('Alle neuen zu mir');
  await expect(page.locator('.timeline')).toContainText('→ niemand');
});

test('labels are set on many cases and found, and no address shows them', async ({ page, city }) => {
  await unlock(page, city, login(city, 'caseworker'));
  await showState(page, 'triage');
  const n = await chooseAll(page);
  await page.getByRole('button', { name: 'Label', exact: true }).click();
  await page.getByLabel('Neues Label').fill('r:Hausverwaltung Süd');
  await page.getByRole('button', { name: 'Speichern' }).click();
  await expect(outcome(page)).toContainText(n === 1 ? '1 Fall geändert' : `${n} Fälle geändert`);
  await expect(page.locator('.labelled')).toHaveCount(n);
  await page.getByRole('button', { name: 'Label', exact: true }).first().click();
  await page.locator('.values__one', { hasText: 'r:Hausverwaltung Süd' }).locator('input').check();
  await expect(page.locator('.inbox__found p')).toHaveText(n === 1 ? '1 Fall' : `${n} Fälle`);
  expect(page.url()).not.toMatch(/Haus|S%C3|süd/i);
  await page.getByRole('button', { name: 'Filter aufheben' }).click();
});

test.describe('what the server refuses', () => {
  test.use({ expected: [/403/] });
  test('is named case by case and stays selected', async ({ page, city }) => {
    await unlock(page, city, login(city, 'caseworker'));
    // A caseworker hands over what is theirs, and nothing else.
    const me = login(city, 'caseworker');
    await showState(page, 'counselling');
    const all = await chooseAll(page);
    const mine = await page.locator('tbody td:last-child', { hasText: /^ich$/ }).count();
    await page.getByRole('button', { name: 'Zuweisen', exact: true }).click();
    await page.getByLabel('An wen?').selectOption({ index: 3 });
    await page.getByRole('dialog').getByRole('button', { name: 'Zuweisen' }).click();
    await expect(outcome(page)).toBeVisible();
    const refused = await page.locator('.bulk__refused li').count();
    expect(refused, `${me.name} has ${mine} of ${all}`).toBeLessThanOrEqual(all - mine);
    for (const line of await page.locator('.bulk__refused li').all()) {
      await expect(line).toContainText(/[0-9a-f]{4}-[0-9a-f]{4}/);
      await expect(line).toContainText('Das dürfen Sie bei diesem Fall nicht.');
    }
    expect(refused).toBeGreaterThan(0);
    await expect(page.locator('tbody .row__check input:checked')).toHaveCount(refused);
  });
});

test('cases move where the server lets them, and the dialog knows it before', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await showState(page, 'paused');
  const n = await chooseAll(page);
  await page.getByRole('button', { name: 'Verschieben' }).click();
  await page.getByRole('radio', { name: /Beratung/ }).check();
  await page.getByRole('dialog').getByRole('button', { name: 'Verschieben' }).click();
  await expect(outcome(page)).toContainText(n === 1 ? '1 Fall geändert' : `${n} Fälle geändert`);
  await expect(page.locator('.states a[href*="state=paused"] .count')).toHaveText('0');
  // Back to a pause needs a day and a reason: what cannot be taken back is not offered.
  await expect(page.getByRole('button', { name: /Rückgängig machen/ })).toHaveCount(0);
});

test('a substitute gets all open cases of a member, and gives them back at once', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await page.getByRole('link', { name: 'Auslastung' }).click();
  await expect(page.locator('h1')).toHaveText('Auslastung');
  const row = page.locator('.workload tbody tr').filter({ has: page.getByRole('button', { name: /^Vertretung für/ }) });
  const first = row.first();
  const name = (await first.locator('th bdi').textContent()) ?? '';
  const open = Number.parseInt((await first.locator('td a').first().textContent()) ?? '', 10);
  await first.getByRole('button', { name: `Vertretung für ${name}` }).click();
  await page.getByLabel('Wer vertritt?').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Übergeben' }).click();
  await expect(outcome(page)).toContainText(`${open} Fälle geändert`, { timeout: 20_000 });
  const back = page.getByRole('button', { name: `${open} vertretene Fälle an ${name} zurückgeben` });
  await back.click();
  await expect(outcome(page)).toContainText(`${open} Fälle geändert`, { timeout: 20_000 });
  await expect(back).toHaveCount(0);
  const again = page.locator('.workload tbody tr').filter({ hasText: name }).first();
  await expect(again.locator('td').first()).toContainText(String(open));
  await clean(page, 'workload');
  await again.locator('td a').first().click();
  await expect(page.locator('.inbox__found p')).toHaveText(`${open} Fälle`);
});

test('whoever is biased gives the case away; another desk only with consent', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await showState(page, 'triage');
  await page.locator('a.row__title').first().click();
  await settled(page);
  await page.getByRole('button', { name: 'Befangen?' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Eine andere Stelle bekommt den Fall nur, wenn die Person zustimmt.');
  await expect(dialog).toContainText('Es ist noch keine Einwilligung zur Weitergabe festgehalten.');
  await clean(page, 'conflict of interest');
  await dialog.getByLabel('An wen?').selectOption({ label: 'niemand (zurückgeben)' });
  await dialog.getByRole('button', { name: 'Abgeben' }).click();
  await expect(page.locator('.beside')).toContainText('niemand');
});

test('selection, dialogs and outcome have no findings', async ({ page, city }) => {
  test.setTimeout(180_000);
  await unlock(page, city, login(city, 'coordinator'));
  await showState(page, 'documented');
  await chooseAll(page);
  await clean(page, 'selection');
  await page.getByRole('button', { name: 'Zuweisen', exact: true }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await clean(page, 'assign');
  await page.getByRole('button', { name: 'Abbrechen' }).click();
  await page.getByRole('button', { name: 'Label', exact: true }).click();
  await page.getByLabel('Neues Label').fill('geprüft');
  await clean(page, 'label');
  await page.getByRole('button', { name: 'Speichern' }).click();
  await expect(outcome(page)).toBeVisible();
  await clean(page, 'outcome');
});
