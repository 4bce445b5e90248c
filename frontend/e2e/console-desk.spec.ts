// A desk that comes into the settings later gets its first key from the console,
// and with it a recovery sheet of its own.
import { clean } from './axe.ts';
import { expect, test, watch } from './fixture.ts';
import { join24, members, type Office, open, pinAll, report, setUp, startOffice } from './office.ts';

const ONE = '[{id: city, name: Stadtstelle, operator: Stadt, public_body: true, languages: [de]}]';

test.use({ expected: [/404 \(Not Found\)/] });

test('a later desk gets a key, and its reports are nobody else’s', async ({ page, browser }) => {
  test.setTimeout(240_000);
  const faults: string[] = [];
  let office: Office = await startOffice({ BEISTAND_OFFICE_DESKS: ONE });
  const { login } = await setUp(page, office, 1);

  // A caseworker of the city joins.
  await open(page, office, login);
  await members(page);
  await page.getByRole('button', { name: 'Jemanden einladen' }).click();
  const link = page.locator('.people ~ .notice .onelink');
  await expect(link).toContainText('#join=');
  const other = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  watch(other, faults, [/404 \(Not Found\)/]);
  const berta = await join24(other, ((await link.textContent()) ?? '').trim(), 'berta');
  await page.getByRole('button', { name: 'Neu laden' }).click();
  const form = page.locator('.admit');
  await form.getByLabel('Name, wie ihn das Team sieht').fill('Berta Beratung');
  await form.getByLabel('24 Ziffern des Schlüssels').fill(berta.digits);
  await form.getByRole('button', { name: 'Aufnehmen' }).click();
  await expect(form).toHaveCount(0);

  // The independent desk comes into the settings.
  const { data } = office;
  // A page that looks for news meanwhile would find no server.
  for (const one of [page, other]) await one.goto('about:blank');
  await office.stop(true);
  office = await startOffice({ BEISTAND_DATA: data });
  try {
    await open(page, office, login);
    await members(page);
    const bare = page.locator('.deskkey', { has: page.getByRole('heading', { name: 'Vereinsstelle' }) });
    await bare.getByLabel('Erste Koordination').uncheck();
    await expect(bare.getByText('mindestens eine Koordination')).toBeVisible();
    await clean(page, 'members, with a desk without a key');
    await bare.getByLabel('Erste Koordination').check();
    await bare.getByRole('button', { name: 'Ersten Schlüssel machen' }).click();
    await expect(bare.locator('.paper')).toHaveCount(1);
    const paper = (await bare.locator('.paper__key span').allInnerTexts()).join('');
    await bare.getByLabel('Die letzten vier Zeichen des Schlüssels').fill(paper.slice(-4));
    await bare.getByRole('button', { name: 'Speichern und weiter' }).click();
    await expect(bare.locator('.pin')).toHaveCount(1);
    await pinAll(page, office);

    // A resident whose wish is not to be read by the city's own office chooses the other desk.
    await report(browser, office, 'verein', 'Nicht für die Stadt');
    await report(browser, office, 'city', 'Für die Stadt');
    await open(page, office, login);
    await expect(page.locator('a.row__title')).toHaveCount(2);
    for (const n of [0, 1]) {
      await page.locator('a.row__title').nth(n).click();
      await expect(page.locator('.case__body')).toContainText(/[Ff]ür die Stadt/);
      await page.getByRole('link', { name: 'Eingang', exact: true }).click();
    }
    await open(other, office, berta.login);
    await expect(other.locator('a.row__title')).toHaveCount(1);
    await other.locator('a.row__title').first().click();
    await expect(other.locator('.case__body')).toContainText('Für die Stadt');
    const cases = await page.evaluate(async () => {
      const answer = await fetch('/api/v1/office/cases?limit=500');
      return ((await answer.json()) as { cases: { case: string; desk: string }[] }).cases;
    });
    const foreign = cases.find(({ desk }) => desk === 'verein')?.case ?? '';
    expect(foreign).toMatch(/^[0-9a-f]{32}$/);
    const status = (id: string) => fetch(`/api/v1/office/cases/${id}`).then((answer) => answer.status);
    expect(await page.evaluate(status, foreign)).toBe(200);
    expect(await other.evaluate(status, foreign)).toBe(404);
    expect(faults, 'what the other browser complained about').toEqual([]);
  } finally {
    await office.stop();
  }
});
