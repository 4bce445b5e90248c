// Moves through the form that several specs share.
import { expect, type Locator, type Page } from '@playwright/test';

/** next presses the button to the next question. */
export async function next(page: Page): Promise<void> {
  await page.locator('.steps button').first().click();
}

/** shownStep is the id of the one section that is shown. */
export function shownStep(page: Page): Promise<string> {
  return page.evaluate(() => [...document.querySelectorAll<HTMLElement>('.step')].find((one) => !one.hidden)?.id ?? '');
}

/** goTo walks on until a section is shown. The days are a section when the ticks have been read, by a script of its own. */
export async function goTo(page: Page, id: string): Promise<void> {
  if (id === 'dates') await expect(page.locator('#dates[data-asks]')).toHaveCount(1);
  for (let i = 0; i < 20 && (await shownStep(page)) !== id; i++) await next(page);
  expect(await shownStep(page)).toBe(id);
}

/** tell opens the form, writes a text and walks to the last page. */
export async function tell(page: Page, address: string, words: string): Promise<void> {
  await page.goto(address);
  await goTo(page, 'what');
  await page.locator('#text').fill(words);
  await goTo(page, 'send');
}

/** receiptOf reads the receipt that stands on the page, before sending too, 32 digits. */
export async function receiptOf(page: Page): Promise<string> {
  return digits(page.locator('.receipt:visible'));
}

/** arrived reads the receipt of a report that was sent, once it has arrived: who goes on before that stops it. */
export async function arrived(page: Page): Promise<string> {
  return digits(page.locator('.receipt:visible:not(form *)'));
}

/** goBack and goForward move in the tab's history as its buttons do, also to a page that is kept in memory. */
export function goBack(page: Page): Promise<unknown> {
  return page.evaluate(() => void setTimeout(() => history.back()));
}

export function goForward(page: Page): Promise<unknown> {
  return page.evaluate(() => void setTimeout(() => history.forward()));
}

/** ago gives the day so many days ago, as people here count days. At midnight it changes: a test asks once. */
export function ago(days: number): string {
  const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' });
  return new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
}

async function digits(code: Locator): Promise<string> {
  await expect(code).toHaveText(/^\d{4}( \d{4}){7}$/);
  return ((await code.textContent()) ?? '').replaceAll(' ', '');
}
