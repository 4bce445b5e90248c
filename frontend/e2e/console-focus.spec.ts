// Where the focus goes when what had it is gone: it stays in its part, and Tab
// goes on from there.
import type { Page } from '@playwright/test';
import { expect, login, openFirst, part, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

/** within says that the focus is inside, or on what begins, a part of the page. */
async function within(page: Page, selector: string, name: string): Promise<void> {
  await expect(page.locator(selector).filter({ hasText: name }).locator(':focus')).toHaveCount(1);
}

test('a form that closes leaves the focus in its part', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'counselling');

  for (const [opener, title] of [
    ['Wiedervorlage setzen', 'Wiedervorlage'],
    ['Label hinzufügen', 'Labels'],
    ['Weitergeben', 'Zuständig'],
  ] as const) {
    await page.getByRole('button', { name: opener, exact: true }).first().click();
    await page.locator('.beside form').getByRole('button', { name: 'Abbrechen' }).click();
    await within(page, '.fold', title);
  }

  await page.getByRole('button', { name: 'Titel ändern' }).click();
  await page.locator('.case__rename').getByRole('button', { name: 'Abbrechen' }).click();
  await expect(page.locator('h1')).toBeFocused();

  await part(page, 'Maßnahmen');
  await page.getByRole('button', { name: 'Maßnahme eintragen' }).click();
  await page.locator('form.framed').getByRole('button', { name: 'Abbrechen' }).click();
  await within(page, '.case__part', 'Maßnahmen');
});

test('a button that does its work once hands the focus on', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'received');
  await page.getByRole('button', { name: 'Übernehmen', exact: true }).click();
  await expect(page.getByText('Zuweisung geändert')).toBeVisible();
  await within(page, '.fold', 'Zuständig');
  await page.getByRole('button', { name: 'Zurückgeben' }).click();
  await expect(page.getByRole('button', { name: 'Übernehmen', exact: true })).toBeVisible();
  await within(page, '.fold', 'Zuständig');
});
