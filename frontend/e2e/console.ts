// What the specs of the console share: unlocking, opening a case, and a city
// with seeded cases.
import { expect, type Page } from '@playwright/test';
import { test as base, type City, startCity } from './fixture.ts';

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

/** openFirst opens the first case in a state. */
export async function openFirst(page: Page, state: string): Promise<void> {
  const link = page.locator(`.states a[href*="state=${state}"]`);
  await link.click();
  await expect(link).toHaveAttribute('aria-current', 'true');
  // The list follows the link: a row of before would be another case.
  const name = ((await link.textContent()) ?? '').replace(/\s*\d+$/, '');
  const first = page.locator('tr.row').first();
  await expect(first.locator('td').nth(1)).toHaveText(name);
  await first.locator('a.row__title').click();
  await settled(page);
}

/** find searches for words, also those of reports that nobody has opened: their cards are written after unlocking. */
export async function find(page: Page, words: string): Promise<void> {
  await expect(page.locator('.cardnews progress')).toHaveCount(0);
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

/** A test with a city of twenty seeded cases, two of each state. */
export const test = base.extend<object, { city: City }>({
  city: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first argument
    async ({}, use) => {
      const { city, stop } = await startCity(20);
      await use(city);
      await stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  // Two members who write to one case may meet: one gets a 409 and reads again. The browser notes every 409 as an
  // error.
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first argument
  expected: async ({}, use) => use([/409 \(Conflict\)/]),
});

export { expect };
