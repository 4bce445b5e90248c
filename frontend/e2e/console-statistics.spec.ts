// A year's statistics from the first count to the public page: two coordinators
// count, one alone releases nothing, and what changed in between is noticed.
import type { Browser, Page } from '@playwright/test';
import { clean } from './axe.ts';
import { login, officeDay, part, showState, unlock } from './console.ts';
import { type City, cityOf, expect, watch } from './fixture.ts';

const YEAR = Number(officeDay().slice(0, 4)) - 1;

/** A test with a city that has a year to count, and two editions before it. */
const test = cityOf(4, 60);

// Refusals are part of the story.
test.use({ expected: [/409 \(Conflict\)/] });

async function toYear(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Statistik', exact: true }).click();
  await expect(page.locator('h1')).toHaveText(`Statistik des Jahres ${YEAR}`);
}

/** count presses a button that counts, waits for the answer, and gives what was sent. */
async function count(page: Page, button: string): Promise<string> {
  const answer = page.waitForResponse(
    (response) => response.request().method() === 'POST' && response.url().includes('/statistics/'),
  );
  await page.getByRole('button', { name: button }).click();
  return (await answer).request().postData() ?? '';
}

/** recode changes what the office says of one counted case. */
async function recode(page: Page): Promise<void> {
  await showState(page, 'closed');
  for (const row of await page.locator('a.row__title').all()) {
    await row.click();
    await part(page, 'Meldung');
    const area = page.getByLabel('Lebensbereich');
    // Of a case without a coding, the ticks count: they have no area chosen here.
    if ((await area.inputValue()) !== '') break;
    await page.goBack();
  }
  await page.getByLabel('Lebensbereich').selectOption({ label: 'Religionsgemeinschaft' });
  await page.getByRole('button', { name: 'Kodierung speichern' }).click();
  await expect(page.getByText('Kodierung gespeichert')).toBeVisible();
}

async function second(browser: Browser, faults: string[]): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  watch(page, faults, [/409 \(Conflict\)/]);
  return page;
}

/** anew leaves the year and comes back to it: what others wrote since is read then. */
async function anew(page: Page): Promise<void> {
  for (const year of [YEAR - 1, YEAR]) {
    await page.getByRole('link', { name: String(year) }).click();
    await expect(page.locator('h1')).toHaveText(`Statistik des Jahres ${year}`);
  }
}

/** correct lets one coordinator write an erratum and the other one release it. */
async function correct(one: Page, other: Page): Promise<void> {
  await anew(one);
  await one.getByText('Berichtigung schreiben').click();
  await one.getByLabel('Auf Deutsch').fill('Es waren 12 mehr.');
  await one.getByLabel('Auf Englisch').fill('A label was wrong.');
  await one.getByRole('button', { name: 'Berichtigung vorschlagen' }).click();
  await expect(one.getByText('Ohne Zahlen, bitte')).toBeVisible();
  await one.getByLabel('Auf Deutsch').fill('Eine Beschriftung war falsch.');
  await one.getByRole('button', { name: 'Berichtigung vorschlagen' }).click();
  await expect(one.getByRole('button', { name: 'Verwerfen' })).toBeVisible();
  await expect(one.getByRole('button', { name: 'Berichtigung freigeben' })).toHaveCount(0);
  await anew(other);
  await other.getByRole('button', { name: 'Berichtigung freigeben' }).click();
  await expect(other.getByText('Eine Beschriftung war falsch.')).toBeVisible();
  await expect(other.getByRole('button', { name: 'Verwerfen' })).toHaveCount(0);
}

/** look reads the public page of the year, in a browser with scripts or without. */
async function look(browser: Browser, city: City, javaScriptEnabled: boolean): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(`${city.public}/de/statistics`);
  await page.getByRole('link', { name: `Meldungen im Jahr ${YEAR}` }).click();
  await expect(page.locator('h1')).toContainText(String(YEAR));
  await expect(page.getByRole('table', { name: /^Lebensbereiche/ })).toBeVisible();
  expect(await page.locator('figure svg').count()).toBeGreaterThan(3);
  expect(await page.locator('[style]').count()).toBe(0);
  await expect(page.getByText('Eine Beschriftung war falsch.')).toBeVisible();
  const values = await page.locator('figure td > bdi').allInnerTexts();
  expect(values.length).toBeGreaterThan(100);
  expect(values.filter((value) => Number(value) % 3 !== 0)).toEqual([]);
  await expect(page.getByRole('link', { name: String(YEAR - 1), exact: true })).toBeVisible();
  await context.close();
}

test('a year is counted by two and released by the second', async ({ page, browser, city }) => {
  test.setTimeout(180_000);
  const faults: string[] = [];
  await unlock(page, city, login(city, 'coordinator'));
  await toYear(page);
  const counts = await count(page, 'Zählen und runden lassen');
  await expect(page.getByRole('heading', { name: 'Vorschau: das wird gesagt' })).toBeVisible();
  await expect(page.getByText(/im Mittel etwa 0,9/)).toBeVisible();
  await expect(page.getByText('Alle Zahlen sind gemeinsam auf Vielfache von 3 gerundet.')).toBeVisible();

  // Alone: there is no button, and the same counts sent by hand are refused.
  await expect(page.getByText('Freigeben muss eine andere Person')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Noch einmal zählen und freigeben' })).toHaveCount(0);
  const alone = await page.evaluate(
    async ([body, year]) => {
      const answer = await fetch(`/api/v1/office/statistics/${year}/release`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: body ?? null,
      });
      return [answer.status, await answer.text()];
    },
    [counts, String(YEAR)],
  );
  expect(alone[0]).toBe(409);
  expect(alone[1]).toContain('second_person');

  // In between a case is coded anew: the second count is another one.
  const other = await second(browser, faults);
  await unlock(other, city, login(city, 'coordinator', 1));
  await recode(other);
  await toYear(other);
  await count(other, 'Noch einmal zählen und freigeben');
  await expect(other.getByRole('alert')).toContainText('Die Zählungen weichen ab');
  expect((await page.request.get(`${city.public}/de/statistics/${YEAR}`)).status()).toBe(404);

  await count(page, 'Neu zählen');
  await count(other, 'Noch einmal zählen und freigeben');
  await expect(other.getByRole('heading', { name: 'Veröffentlicht' })).toBeVisible();
  await correct(page, other);
  await other.close();
  for (const javaScriptEnabled of [true, false]) await look(browser, city, javaScriptEnabled);
  expect(faults, 'what the second browser complained about').toEqual([]);
});

test('an edition is a page for everybody', async ({ page, city }) => {
  test.setTimeout(120_000);
  await page.goto(`${city.public}/de/statistics`);
  await expect(page.getByRole('link', { name: `Meldungen im Jahr ${YEAR - 2}` })).toBeVisible();
  await page.getByRole('link', { name: `Meldungen im Jahr ${YEAR - 1}` }).click();
  await expect(page).toHaveURL(new RegExp(`/de/statistics/${YEAR - 1}$`));
  for (const lang of ['de', 'ar', 'de-simple']) {
    await page.goto(`${city.public}/${lang}/statistics/${YEAR - 1}`);
    await clean(page, `statistics in ${lang}`);
  }
  const csv = await page.request.get(`${city.public}/de/statistics/${YEAR - 1}.csv`);
  expect(await csv.text()).toContain('table,dim1,code1');
});
