// The console worked with the keyboard alone, no click and no pointer; and the
// resident's side of a story, a phone somewhere else.
import type { Locator, Page } from '@playwright/test';
import { expect, type Login } from './console.ts';
import type { City } from './fixture.ts';

/** reach walks with Tab until something has the focus. */
export async function reach(page: Page, target: Locator): Promise<void> {
  const there = () => target.evaluateAll((list) => list.some((one) => one === document.activeElement));
  for (let i = 0; i < 200; i++) {
    if (await there()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${target}`);
}

/** press reaches a button and presses it. */
export async function press(page: Page, target: Locator): Promise<void> {
  await expect(target).toHaveCount(1);
  await reach(page, target);
  await page.keyboard.press('Enter');
}

/** leave takes the focus out of a field, so that single keys act. */
export async function leave(page: Page): Promise<void> {
  await reach(page, page.locator('a:focus, button:focus, h1:focus'));
}

export async function key(page: Page, keys: string): Promise<void> {
  await leave(page);
  for (const one of keys.split(' ')) await page.keyboard.press(one);
}

/** enter opens the console with the keyboard. */
export async function enter(page: Page, city: City, who: Login): Promise<void> {
  await page.goto(city.office);
  // The heading takes the focus when the view has appeared; what is typed before would go nowhere.
  await expect(page.locator('h1')).toBeFocused();
  await reach(page, page.locator('input[name=username]'));
  await page.keyboard.type(who.name);
  await reach(page, page.locator('input[name=passphrase]'));
  await page.keyboard.type(who.passphrase);
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toHaveText('Heute', { timeout: 30_000 });
}

/** find opens a case by words of its title, through the palette. */
export async function find(page: Page, words: string): Promise<void> {
  await key(page, 'Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  // A report that nobody has opened is found as soon as its card is written, in the background.
  await expect(async () => {
    await page.keyboard.press('Control+a');
    await page.keyboard.type(words);
    await expect(page.getByRole('option').first()).toContainText(words, { timeout: 1_000 });
  }).toPass();
  await page.keyboard.press('Enter');
  await expect(page.locator('.case__body')).toBeVisible();
}

export const state = (page: Page) => page.locator('.case__meta .badge').first();
export const dialog = (page: Page) => page.getByRole('dialog');

/** step starts a move: s leads to the next steps, Tab to the one. */
export async function step(page: Page, name: string): Promise<void> {
  await key(page, 's');
  await expect(page.locator('[data-aim=state] :focus')).toHaveCount(1);
  await press(page, page.locator('.moves').getByRole('button', { name, exact: true }));
}

/** confirm fills the dialog of a move and carries it out. */
export async function confirm(
  page: Page,
  to: string,
  typed: { readonly code?: string; readonly reason?: string } = {},
): Promise<void> {
  await expect(dialog(page)).toBeVisible();
  if (typed.code !== undefined) {
    await reach(page, dialog(page).locator('select'));
    await page.keyboard.type(typed.code);
  }
  for (const tick of await dialog(page).getByRole('checkbox').all()) {
    await reach(page, tick);
    await page.keyboard.press('Space');
  }
  if (typed.reason !== undefined) {
    await reach(page, dialog(page).locator('textarea'));
    await page.keyboard.type(typed.reason);
  }
  await press(page, dialog(page).getByRole('button', { name: 'Ausführen' }));
  await expect(dialog(page)).toHaveCount(0);
  await expect(state(page)).toHaveText(to);
}

/** The resident's side: a phone somewhere else, with a pointer. */
export async function mailbox(page: Page, city: City, receipt: string): Promise<void> {
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
}

export async function write(page: Page, city: City, receipt: string, words: string): Promise<void> {
  await mailbox(page, city, receipt);
  await page.locator('#text').fill(words);
  await page.getByRole('button', { name: 'Nachricht senden' }).click();
  await expect(page.locator('.done')).toBeVisible();
}

export async function raise(page: Page, city: City, receipt: string): Promise<void> {
  await mailbox(page, city, receipt);
  await page.locator('#wish summary').click();
  await page.getByText('Mir antworten').click();
  await page.locator('#art9').check();
  await page.getByRole('button', { name: 'Wunsch senden' }).click();
  await expect(page.locator('.done')).toBeVisible();
}

/** again opens the case anew, to see what others wrote since. */
export async function again(page: Page): Promise<void> {
  const here = page.url();
  await key(page, 'g i');
  await expect(page.locator('h1')).toHaveText('Eingang');
  await page.goto(here);
  await expect(page.locator('.case__body')).toBeVisible();
}

/** choose sets a select by its first letters. */
export async function choose(page: Page, select: Locator, letters: string): Promise<void> {
  await reach(page, select);
  await page.keyboard.type(letters);
}

/** typeDay types a day into a date field, in the order of its parts that this browser has. */
export async function typeDay(page: Page, field: Locator, day: string): Promise<void> {
  const [year, month, date] = day.split('-');
  await reach(page, field);
  await page.keyboard.type(`${date}${month}${year}`);
  if ((await field.inputValue()) === day) return;
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowLeft');
  await page.keyboard.type(`${month}${date}${year}`);
  await expect(field).toHaveValue(day);
}

/** code fills the coding form. */
export async function code(page: Page): Promise<void> {
  await key(page, 'c');
  await expect(page.getByRole('heading', { name: 'Kodierung der Stelle' })).toBeFocused();
  await reach(page, page.getByRole('checkbox', { name: 'Alter' }));
  await page.keyboard.press('Space');
  await choose(page, page.getByLabel('Lebensbereich'), 'Club');
  await choose(page, page.getByLabel('Ging aus von'), 'Unternehmen');
  const outcome = page.getByLabel('Ergebnis');
  await choose(page, outcome, 'Nur dokumentiert');
  await press(page, page.getByRole('button', { name: 'Kodierung speichern' }));
  await expect(page.getByText('Kodierung gespeichert')).toBeVisible();
}

/** answer writes to the resident. */
export async function answer(page: Page, words: string): Promise<void> {
  await key(page, 'r');
  const field = page.getByLabel('Ihre Antwort');
  await expect(field).toBeFocused();
  await page.keyboard.type(words);
  await press(page, page.getByRole('button', { name: 'Antwort senden' }));
  await expect(page.locator('.thread')).toContainText(words);
}

export const missing = (page: Page, step: string) => page.locator('.moves__shut li', { hasText: step }).first();

/** mailboxGone looks for a mailbox that is no more. */
export async function mailboxGone(page: Page, city: City, receipt: string): Promise<void> {
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('#summary')).toContainText('gibt es kein Postfach');
  await expect(page.locator('#summary')).toContainText('oder sie wurde schon gelöscht');
}
