// What the specs of the console share: unlocking, opening a case, and a city
// with seeded cases.
import { expect, type Page } from '@playwright/test';
import { type City, cityOf } from './fixture.ts';

/** A Login is one of the demo's accounts. */
export type Login = City['logins'][number];

/** login gives an account by its role, the n-th of them. */
export function login(city: City, role: string, n = 0): Login {
  const found = city.logins.filter((one) => one.role === role)[n];
  if (found === undefined) throw new Error(`no login with the role ${role}`);
  return found;
}

/** unlock types name and words and waits until the list of cases is there. */
export async function unlock(page: Page, city: City, who: Login): Promise<void> {
  await page.goto(city.office);
  await enter(page, who);
  await inbox(page);
}

/** inbox waits until the console is open and goes to the list of cases. */
export async function inbox(page: Page): Promise<void> {
  await expect(page.locator('h1')).toHaveText(/^(Heute|Eingang)$/, { timeout: 30_000 });
  await page.getByRole('link', { name: 'Eingang', exact: true }).click();
  await expect(page.locator('h1')).toHaveText('Eingang');
}

/** enter fills the form of the locked console. */
export async function enter(page: Page, who: Pick<Login, 'name' | 'passphrase'>): Promise<void> {
  await page.locator('input[name=username]').fill(who.name);
  await page.locator('input[name=passphrase]').fill(who.passphrase);
  await page.getByRole('button', { name: 'Öffnen', exact: true }).click();
}

/** calm waits until all reports have their card and the list answers what was asked last. */
export async function calm(page: Page): Promise<void> {
  // As long as one has none the list says so, also before the writing has begun and after it has ended.
  await expect(page.locator('.cardnews progress, #main a[href*="flag=nocard"]')).toHaveCount(0, { timeout: 30_000 });
  await expect(page.locator('.inbox__list')).toHaveAttribute('aria-busy', 'false');
}

/** showState shows the cases of a state, or all. */
export async function showState(page: Page, state: string): Promise<void> {
  const link = page.locator(`.states a[href*="state=${state}"]`);
  await link.click();
  await expect(link).toHaveAttribute('aria-current', 'true');
  await calm(page);
}

/** openFirst opens the first case in a state. */
export async function openFirst(page: Page, state: string): Promise<void> {
  await showState(page, state);
  await page.locator('a.row__title').first().click();
  await settled(page);
}

/** openHash opens the case of a row's link, and waits until it is this one. */
export async function openHash(page: Page, city: City, hash: string): Promise<void> {
  await page.goto(`${city.office}${hash}`);
  await isCase(page, hash);
}

/** isCase waits until the case of an address is open, and no other. */
export async function isCase(page: Page, address: string): Promise<void> {
  const [, first, second] = /case=(.{4})(.{4})/.exec(address) ?? [];
  await expect(page.locator('.case__meta .id')).toHaveText(`${first}-${second}`);
  await settled(page);
}

/** openTold unlocks and opens the case in which these words were told. */
export async function openTold(page: Page, city: City, words: string, who = login(city, 'caseworker')): Promise<void> {
  await unlock(page, city, who);
  await calm(page);
  await expect(page.locator('a.row__title').first()).toBeVisible();
  for (const hash of await hashes(page)) {
    await openHash(page, city, hash);
    if ((await page.locator('.words-told').textContent())?.includes(words)) return;
  }
  throw new Error('no case tells this');
}

/** hashes are the addresses of the listed cases. */
export function hashes(page: Page): Promise<string[]> {
  return page.locator('a.row__title').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
}

/** find searches for words, also those of reports that nobody has opened: their cards are written after unlocking. */
export async function find(page: Page, words: string): Promise<void> {
  await calm(page);
  await page.getByRole('searchbox').fill(words);
  await expect(page.locator('a.row__title')).toHaveCount(1);
}

/** settled waits until a case is open. */
export async function settled(page: Page): Promise<void> {
  await expect(page.locator('.case__body')).toBeVisible();
}

/** part shows a part of the open case. */
export async function part(page: Page, name: string): Promise<void> {
  const link = page.getByRole('navigation', { name: 'Teile des Falls' }).getByRole('link', { name });
  await link.click();
  await expect(link).toHaveAttribute('aria-current', 'page');
}

/** settings goes to the settings. */
export async function settings(page: Page): Promise<void> {
  await menu(page, 'Einstellungen');
}

/** menu goes to a page of the menu under one's own name. */
export async function menu(page: Page, title: string): Promise<void> {
  await page.locator('.bar .menu__button').click();
  await page.locator('.bar').getByRole('link', { name: title }).click();
  await expect(page.locator('h1')).toHaveText(title);
}

/** logout ends the session by the menu under one's own name, and waits until nothing is left of it. */
export async function logout(page: Page): Promise<void> {
  await page.locator('.bar .menu__button').click();
  await page.locator('.bar').getByRole('button', { name: 'Abmelden' }).click();
  await expect(page.locator('h1')).toHaveText('Konsole öffnen');
}

/** officeDay is the office's day, so many days from today: it lives in Berlin, wherever the machine stands. */
export function officeDay(ahead = 0): string {
  const day = new Date(Date.now() + ahead * 86_400_000);
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(day);
}

/** A test with a city of twenty seeded cases, two of each state. */
export const test = cityOf(20);

export { expect };
