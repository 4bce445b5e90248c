// Keys, palette, settings and the veil.
import type { Page } from '@playwright/test';
import { calm, expect, hashes, isCase, login, openFirst, part, settings, settled, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

const focusedRow = (page: Page) => page.locator('tr:has([data-row]:focus)');

test('keys walk through the list, open a case, go to its parts and come back', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await calm(page);
  await expect(page.locator('[data-row]').first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.locator('[data-row]').first()).toBeFocused();
  await page.keyboard.press('j');
  await expect(page.locator('[data-row]').nth(1)).toBeFocused();
  // The line shows that it has the focus, not the link alone.
  await expect(focusedRow(page)).toHaveCSS('box-shadow', /-4px 0px 0px 0px/);
  await page.keyboard.press('k');
  await expect(page.locator('[data-row]').first()).toBeFocused();
  const second = await page.locator('[data-row]').nth(1).getAttribute('href');
  await page.keyboard.press('o');
  await settled(page);

  await page.keyboard.press(']');
  await expect(page).toHaveURL(new RegExp(`${second}$`));
  await isCase(page, second ?? '');
  for (const [key, tab, aim] of [
    ['n', 'notes', 'note'],
    ['d', 'deadlines', 'deadlines'],
    ['r', 'thread', 'answer'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page).toHaveURL(new RegExp(`tab=${tab}`));
    await expect
      .poll(() =>
        page.evaluate((name) => document.activeElement?.closest('[data-aim]')?.getAttribute('data-aim') === name, aim),
      )
      .toBe(true);
    // A letter in a field is a letter.
    if (key === 'n') {
      await page.keyboard.type('jk/?a');
      await expect(page.getByLabel('Neue Notiz')).toHaveValue('jk/?a');
      await page.getByLabel('Neue Notiz').fill('');
    }
    await page.locator('h1').focus();
  }
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { name: 'Kodierung der Stelle' })).toBeFocused();
  await page.keyboard.press('s');
  await expect(page.locator('[data-aim=state] :focus')).toBeVisible();
  await page.keyboard.press('a');
  await expect(page.locator('[data-aim=assign] :focus')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page.locator('h1')).toHaveText('Team und Schlüssel');
  // On a German keyboard this is shift and 7.
  await page.locator('body').press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.locator('h1').focus();
  await page.keyboard.press('Shift+L');
  await expect(page.locator('h1')).toHaveText('Konsole öffnen');
});

/** struck presses keys faster than anything can be drawn or asked. */
function struck(page: Page, keys: readonly string[]): Promise<void> {
  return page.evaluate((all) => {
    for (const key of all) document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  }, keys);
}

test('keys that follow each other at once act where the one before led to', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await calm(page);
  const [first = '', second = '', third = ''] = await hashes(page);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await struck(page, ['o', 'n']);
  await isCase(page, second);
  await expect(page).toHaveURL(new RegExp(`${second}&tab=notes$`));
  await expect(page.getByLabel('Neue Notiz')).toBeFocused();

  // The note is that of the next case; and the letters of its words are no keys.
  await page.locator('h1').focus();
  await struck(page, [']', 'n', 'r', 'c']);
  await isCase(page, third);
  await expect(page).toHaveURL(new RegExp(`${third}&tab=notes$`));
  await expect(page.getByLabel('Neue Notiz')).toBeFocused();
  await page.locator('h1').focus();
  await struck(page, ['[', '[', 'd']);
  await isCase(page, first);
  await expect(page).toHaveURL(new RegExp(`${first}&tab=deadlines$`));
});

test('rows are chosen, assigned and shown as a board by keys', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await calm(page);
  await expect(page.locator('[data-row]').first()).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(page.locator('.bulk__bar')).toContainText('1');
  await page.keyboard.press('j');
  await expect(page.locator('[data-row]').nth(1)).toBeFocused();
  await page.keyboard.press('x');
  await expect(page.locator('.bulk__bar')).toContainText('2');
  await page.keyboard.press('a');
  await expect(page.locator('[data-aim=assign] button')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  // Over a dialog no key acts.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('s');
  await expect(page.locator('[data-aim=state] button')).toBeFocused();
  await page.keyboard.press('g');
  await page.keyboard.press('b');
  await expect(page).toHaveURL(/#board/);
  await expect(page.locator('.piece [data-row]').first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.locator('[data-row]').first()).toBeFocused();
});

test('the palette finds commands and cases, as a listbox', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await calm(page);
  const title = (await page.locator('.row__title span[dir]').first().textContent()) ?? '';
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'Befehl, Titel oder Nummer eines Falls' });
  await expect(field).toBeFocused();
  await field.fill('eins');
  await expect(page.getByRole('option')).toHaveText(['Einstellungen']);
  await expect(page.getByRole('option', { selected: true })).toHaveId(
    (await field.getAttribute('aria-activedescendant')) ?? '',
  );
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toHaveText('Einstellungen');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.getByRole('button', { name: 'Suchen', exact: true }).click();
  await field.fill(title.slice(0, 20));
  await expect(page.getByRole('option').first()).toContainText(title.slice(0, 20));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await settled(page);
  await expect(page.locator('h1')).toContainText(title.slice(0, 20));

  await page.keyboard.press('Control+k');
  await field.fill('zzzz-gibt-es-nicht');
  await expect(page.getByText('Nichts gefunden.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('one switch turns all keys off, on this device only', async ({ page, city }) => {
  const who = login(city, 'caseworker');
  await unlock(page, city, who);
  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Tasten' });
  await expect(help).toContainText('Nächste Zeile');
  await help.getByRole('checkbox', { name: 'Tasten benutzen' }).uncheck();
  await help.getByRole('button', { name: 'Schließen' }).click();
  for (const key of ['j', '?', 'Control+k', 'Shift+L']) await page.keyboard.press(key);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(page.locator('h1')).toHaveText('Eingang');
  await expect(page.locator('[data-row]:focus')).toHaveCount(0);
  expect(await page.evaluate(() => Object.entries({ ...localStorage }))).toEqual([['beistand.shortcuts', 'off']]);

  await unlock(page, city, who);
  await settings(page);
  const tick = page.getByRole('checkbox', { name: 'Tasten benutzen' });
  await expect(tick).not.toBeChecked();
  await tick.check();
  await page.locator('h1').focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Tasten' })).toBeVisible();
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test('words that hurt are a button until somebody asks', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'counselling');
  await part(page, 'Notizen');
  const words = 'Er rief „Kameltreiber“ und ging.';
  await page.getByLabel('Neue Notiz').fill(words);
  await page.getByRole('button', { name: 'Notiz speichern' }).click();
  const note = page.locator('.entry--note').first();
  await expect(note).toContainText('Er rief „Wort anzeigen“ und ging.');
  expect(await note.textContent()).not.toContain('Kameltreiber');
  await note.getByRole('button', { name: 'Wort anzeigen' }).click();
  await expect(note).toContainText(words);
  await expect(note.getByText('Kameltreiber', { exact: true })).toBeFocused();

  await page.getByRole('button', { name: 'Titel ändern' }).click();
  await page.getByLabel('Titel').fill('Kameltreiber gerufen');
  await page.locator('.case__rename').getByRole('button', { name: 'Speichern' }).click();
  await expect(page.locator('h1')).toHaveText('Wort anzeigen gerufen');
  await page.locator('h1').focus();
  await page.keyboard.press('v');
  await expect(page.locator('h1')).toHaveText('Kameltreiber gerufen');
  await page.getByRole('button', { name: 'Wörter verdecken' }).click();
  await expect(page.locator('h1')).toHaveText('Wort anzeigen gerufen');

  // What leaves the house is whole, also in its preview.
  await page.getByRole('link', { name: 'Drucken und weitergeben' }).click();
  await page.getByRole('checkbox', { name: 'Interne Notizen' }).check();
  await expect(page.locator('.export__copy')).toContainText(words);
  await expect(page.getByRole('button', { name: 'Wort anzeigen' })).toHaveCount(0);

  await page.getByRole('link', { name: 'Eingang' }).first().click();
  await page.getByRole('searchbox').fill('kameltreiber');
  const row = page.locator('tr', { has: page.locator('[data-row]') });
  await expect(row).toHaveCount(1);
  await expect(row.getByRole('link')).toContainText('[verdecktes Wort] gerufen');
  await row.getByRole('button', { name: 'Wort anzeigen' }).click();
  await expect(row.getByRole('link')).toContainText('Kameltreiber gerufen');

  await settings(page);
  await page.getByRole('checkbox', { name: 'Verletzende Wörter verdecken' }).uncheck();
  await page.getByRole('link', { name: 'Eingang' }).first().click();
  await openFirst(page, 'counselling');
  await expect(page.getByRole('button', { name: 'Wort anzeigen' })).toHaveCount(0);
});
