// A year of an office: set-up, three joins, a rotation, a leaver whose cookie, wraps
// and key are tried afterwards, a lost passphrase, a second desk for a resident who
// does not want to be read by the city, a drill, all keys lost and two of three
// sheets, and what the ledger says about all of it.
import type { Browser, Page } from '@playwright/test';
import { decrypt, hybridOpener } from '../src/shared/age.ts';
import { fromBase64 } from '../src/shared/bytes.ts';
import { loginKeys, unlockIdentity } from '../src/shared/login.ts';
import { openText } from '../src/shared/seal.ts';
import { calm, enter, menu } from './console.ts';
import { test as base, expect, watch } from './fixture.ts';
import { join24, members, type Office, open, pinAll, report, setUp, startOffice, wordsOf } from './office.ts';

const test = base.extend<{ office: Office }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first argument
  office: async ({}, use) => {
    const office = await startOffice();
    await use(office);
    await office.stop();
  },
});

// Refusals are part of the story: a form without a key, a leaver's old cookie.
const EXPECTED = [/401 \(Unauthorized\)/, /404 \(Not Found\)/];
test.use({ expected: [...EXPECTED, /503 \(Service Unavailable\)/] });

/** second opens another person's browser. */
async function second(browser: Browser, faults: string[]): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  watch(page, faults, EXPECTED);
  return page;
}

/** invite asks for a link for somebody new. */
async function invite(page: Page): Promise<string> {
  const link = page.locator('.people ~ .notice .onelink');
  // The link of the last newcomer stands until the next one comes.
  const before = (await link.count()) > 0 ? ((await link.textContent()) ?? '') : '';
  await page.getByRole('button', { name: 'Jemanden einladen' }).click();
  await expect(link).toContainText('#join=');
  if (before !== '') await expect(link).not.toHaveText(before);
  return ((await link.textContent()) ?? '').trim();
}

/** admit types the digits and admits to desks. */
async function admit(page: Page, digits: string, name: string, role: string, desks: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Neu laden' }).click();
  const form = page.locator('.admit');
  await expect(form).toHaveCount(1);
  // The digits of the key are nowhere on the page: they can only be heard.
  expect((await page.content()).replaceAll(/\D/g, '')).not.toContain(digits.replaceAll(' ', ''));
  const wrong = digits.replace(/\d$/, (d) => String((Number(d) + 1) % 10));
  await form.getByLabel('Name, wie ihn das Team sieht').fill(name);
  await form.getByLabel('Rolle').selectOption({ label: role });
  for (const box of await form.locator('.desks input').all()) await box.uncheck();
  for (const desk of desks) await form.getByLabel(desk).check();
  await form.getByLabel('24 Ziffern des Schlüssels').fill(wrong);
  await form.getByRole('button', { name: 'Aufnehmen' }).click();
  await expect(form.getByRole('alert')).toContainText('nicht die Ziffern');
  await form.getByLabel('24 Ziffern des Schlüssels').fill(digits);
  await form.getByRole('button', { name: 'Aufnehmen' }).click();
  await expect(form).toHaveCount(0);
  await expect(page.locator('.people li', { hasText: name })).toContainText(role);
}

async function person(page: Page, name: string, button: string): Promise<void> {
  await page.locator('.people li', { hasText: name }).getByRole('button', { name: button }).click();
}

async function rotate(page: Page, office: Office, desk: string, stay: readonly string[]): Promise<void> {
  const key = page.locator('.deskkey', { has: page.getByRole('heading', { name: desk }) });
  await key.getByRole('button', { name: 'Neuen Schlüssel machen' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator('li')).toHaveCount(stay.length + 1);
  expect((await dialog.locator('li').allInnerTexts()).sort()).toEqual([...stay, 'Wiederherstellungsbogen'].sort());
  await dialog.getByRole('button', { name: 'Für diese Personen machen' }).click();
  await expect(page.locator('.pin')).toHaveCount(1);
  await pinAll(page, office);
}

/** cases lists what the server shows a member: case and desk. */
function cases(page: Page): Promise<readonly { case: string; desk: string }[]> {
  return page.evaluate(async () => {
    const answer = await fetch('/api/v1/office/cases?limit=500');
    return ((await answer.json()) as { cases: { case: string; desk: string }[] }).cases;
  });
}

/** statusOf asks for a case by its id. */
function statusOf(page: Page, id: string): Promise<number> {
  return page.evaluate((one) => fetch(`/api/v1/office/cases/${one}`).then((answer) => answer.status), id);
}

/** boxOf gives the sealed report of a case as the server hands it out. */
function boxOf(page: Page, id: string): Promise<string> {
  return page.evaluate(async (one) => {
    const answer = await fetch(`/api/v1/office/cases/${one}`);
    return ((await answer.json()) as { events: { box: string }[] }).events[0]?.box ?? '';
  }, id);
}

/** A Kept is what a member could have copied while at work. */
interface Kept {
  readonly lock: string;
  readonly wraps: readonly { readonly wrap: string }[];
}

const rows = (page: Page) => page.locator('a.row__title');

test('a year of an office', async ({ page, browser, office }) => {
  test.setTimeout(300_000);
  const faults: string[] = [];
  const first = await setUp(page, office);
  await report(browser, office, 'city', 'Erste Meldung an die Stadt');
  await report(browser, office, 'verein', 'Meldung an den Verein');

  // Three join: two caseworkers of the city, a coordinator of the independent body.
  await open(page, office, first.login);
  await expect(rows(page)).toHaveCount(2);
  // Two browsers that write to the same case at once would be told so.
  await calm(page);
  await members(page);
  const other = await second(browser, faults);
  const berta = await join24(other, await invite(page), 'berta');
  await enterRefused(other, office, berta.login);
  await admit(page, berta.digits, 'Berta Beratung', 'Beratung', ['Stadtstelle']);
  const clara = await join24(other, await invite(page), 'clara');
  await admit(page, clara.digits, 'Clara Kollegin', 'Beratung', ['Stadtstelle']);
  const vera = await join24(other, await invite(page), 'vera');
  await admit(page, vera.digits, 'Vera Verein', 'Koordination', ['Vereinsstelle']);

  // Each sees the own desk's report only, and opens it.
  const told = other.waitForResponse((answer) => answer.url().endsWith('/office/login') && answer.ok());
  await open(other, office, berta.login);
  const kept = (await (await told).json()) as Kept;
  await expect(rows(other)).toHaveCount(1);
  await rows(other).first().click();
  await expect(other.locator('.case__body')).toContainText('Erste Meldung an die Stadt');
  const foreign = await second(browser, faults);
  await open(foreign, office, vera.login);
  await expect(rows(foreign)).toHaveCount(1);
  await rows(foreign).first().click();
  await expect(foreign.locator('.case__body')).toContainText('Meldung an den Verein');
  // Neither desk is shown the other's case, nor told that there is one.
  const of = async (desk: string) => (await cases(page)).find((one) => one.desk === desk)?.case ?? '';
  const [atCity, atBody] = [await of('city'), await of('verein')];
  expect([await statusOf(page, atCity), await statusOf(page, atBody)]).toEqual([200, 200]);
  expect([await statusOf(other, atBody), await statusOf(foreign, atCity)]).toEqual([404, 404]);

  // Berta leaves: her session is over at once, and the city gets a new key.
  await person(page, 'Berta Beratung', 'Zugang beenden');
  await page.getByRole('dialog').getByRole('button', { name: 'Jetzt beenden' }).click();
  await expect(page.locator('.people li', { hasText: 'Berta Beratung' })).toContainText('beendet');
  const after = await other.evaluate(() => fetch('/api/v1/office/session').then((answer) => answer.status));
  expect(after).toBe(401);
  await rotate(page, office, 'Stadtstelle', ['Erste Koordination', 'Clara Kollegin']);
  await report(browser, office, 'city', 'Zweite Meldung, neuer Schlüssel');
  await enterRefused(other, office, berta.login);

  // What she may have kept opens what she could read before, and no new report.
  await open(page, office, first.login);
  await expect(rows(page)).toHaveCount(3);
  await calm(page);
  const fresh = (await cases(page)).find((one) => one.desk === 'city' && one.case !== atCity)?.case ?? '';
  const site = await page.evaluate(async () => {
    const answer = await fetch('/api/v1/office/start');
    return ((await answer.json()) as { site: string }).site;
  });
  const { unlock } = await loginKeys(site, berta.login.name, berta.login.passphrase);
  const own = await unlockIdentity(unlock, fromBase64(kept.lock));
  const old = await openText(fromBase64(kept.wraps[0]?.wrap ?? ''), own);
  const opens = async (id: string) =>
    decrypt(fromBase64(await boxOf(page, id)), hybridOpener(old)).then(
      () => true,
      () => false,
    );
  expect([await opens(atCity), await opens(fresh)]).toEqual([true, false]);

  // Clara loses her passphrase: a new one and a new key, and she reads old and new.
  await members(page);
  await person(page, 'Clara Kollegin', 'Zugang beenden');
  await page.getByRole('dialog').getByRole('button', { name: 'Jetzt beenden' }).click();
  await person(page, 'Clara Kollegin', 'Neuen Zugang ausgeben');
  const link = page.locator('.people .onelink');
  await expect(link).toContainText('#join=');
  const again = await join24(other, ((await link.textContent()) ?? '').trim(), 'clara');
  await admit(page, again.digits, 'Clara Kollegin', 'Beratung', ['Stadtstelle']);
  await enterRefused(other, office, clara.login);
  await open(other, office, again.login);
  await expect(rows(other)).toHaveCount(2);
  for (const n of [0, 1]) {
    await rows(other).nth(n).click();
    await expect(other.locator('.case__body')).toContainText(
      /Erste Meldung an die Stadt|Zweite Meldung, neuer Schlüssel/,
    );
    await other.getByRole('link', { name: 'Eingang', exact: true }).click();
  }

  // The sheet from the safe still opens everything; the ledger knows it all.
  await page.getByLabel('Schlüssel auf dem Wiederherstellungsbogen').fill(first.paper);
  await page.getByRole('button', { name: 'Probe machen' }).click();
  await expect(page.getByText('Der Bogen funktioniert.')).toBeVisible();
  await expect(page.getByText('Stadtstelle: öffnet 2 von 2 Schlüsseln')).toBeVisible();
  await page.getByRole('link', { name: 'Protokoll' }).click();
  await expect(page.getByText('die Kette ist unversehrt')).toBeVisible();
  for (const text of [
    'Wiederherstellung geübt Bogen',
    'Neuer Schlüssel Stadtstelle · Nr. 2',
    'Berta Beratung · beendet',
  ]) {
    await expect(page.locator('.ledger li', { hasText: text }).first()).toBeVisible();
  }

  // The sheet is shared among three; then every member key is lost, and two of the
  // three sheets bring the office back with all its reports.
  const letters = await shareSheet(page);
  const saved = await recover(other, office, [letters[0] ?? '', letters[2] ?? '']);
  await open(other, office, saved);
  await expect(rows(other)).toHaveCount(3);
  for (const n of [0, 1, 2]) {
    await rows(other).nth(n).click();
    await expect(other.locator('.case__body')).toContainText(/Meldung/);
    await other.getByRole('link', { name: 'Eingang', exact: true }).click();
  }

  // Log out everywhere ends the sessions of one person, not of others.
  await menu(foreign, 'Mein Zugang');
  await foreign.getByRole('button', { name: 'Überall abmelden' }).click();
  await expect(foreign.locator('input[name=username]')).toBeVisible();
  expect(await page.evaluate(() => fetch('/api/v1/office/session').then((answer) => answer.status))).toBe(200);
  expect(faults, 'what the other browsers complained about').toEqual([]);
});

test('a swapped key stops the console and stands in the ledger', async ({ page, office }) => {
  test.setTimeout(120_000);
  const { login } = await setUp(page, office);
  // What a writer in the database could do: a member whom the desk's key does not vouch for.
  await page.route('**/api/v1/office/members', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { members: { mpk: string; vouches: { vouch: string }[] }[] };
    const [first] = body.members;
    const [tag] = first?.vouches ?? [];
    if (tag !== undefined) tag.vouch = `${tag.vouch.startsWith('A') ? 'B' : 'A'}${tag.vouch.slice(1)}`;
    await route.fulfill({ response: answer, json: body });
  });
  await page.goto('about:blank');
  await page.goto(office.console);
  await enter(page, login);
  await expect(page.locator('h1')).toHaveText('Der öffentliche Schlüssel wurde ausgetauscht', { timeout: 30_000 });
  await expect(page.getByText('Der Schlüssel oder Name eines Mitglieds')).toBeVisible();
  await page.unroute('**/api/v1/office/members');
  await open(page, office, login);
  await page.getByRole('link', { name: 'Protokoll' }).click();
  await expect(
    page.locator('.ledger li', { hasText: 'Alarm: Schlüssel passt nicht Schlüssel eines Mitglieds' }),
  ).toHaveCount(1);
  await expect(page.getByText('Der Betrieb hat die Datenbank noch nie geprüft')).toBeVisible();
  await page.getByLabel('Art der Zeilen').selectOption('alarm');
  await expect(page.locator('.ledger li')).toHaveText([/Schlüssel eines Mitglieds/]);
});

/** enterRefused tries a login that must not open anything. */
async function enterRefused(page: Page, office: Office, who: { name: string; passphrase: string }): Promise<void> {
  await page.goto('about:blank');
  await page.goto(office.console);
  await enter(page, who);
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 30_000 });
}

/** shareSheet puts three trustees' sheets in the place of the one, and gives their letters. */
async function shareSheet(page: Page): Promise<readonly string[]> {
  await members(page);
  await page.getByLabel('Auf drei Vertrauenspersonen verteilen').check();
  await page.getByRole('button', { name: 'Neuen Bogen machen' }).click();
  await expect(page.locator('.paper')).toHaveCount(3);
  const letters: string[] = [];
  for (const paper of await page.locator('.paper').all()) {
    letters.push((await paper.locator('.paper__key span').allInnerTexts()).join(''));
  }
  await page.getByLabel('Die letzten vier Zeichen des Schlüssels').fill((letters[2] ?? '').slice(-4));
  await page.getByRole('button', { name: 'Speichern und weiter' }).click();
  await expect(page.locator('.paper')).toHaveCount(0);
  return letters;
}

/** recover goes from the operator's link and two sheets to a new coordinator; one sheet alone opens nothing. */
async function recover(page: Page, office: Office, two: readonly [string, string]) {
  const link = /http:\S+#recover=\S+/.exec(office.run('account', 'recover'))?.[0] ?? '';
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.locator('h1')).toHaveText('Zugang wiederherstellen');
  await page.getByLabel('Schlüssel auf dem Wiederherstellungsbogen').fill(two[0]);
  await page.getByLabel('Ihr Name, wie ihn das Team sieht').fill('Rettung');
  await page.getByLabel('Anmeldename').fill('rettung');
  await page.getByRole('button', { name: 'Weiter' }).click();
  await wordsOf(page);
  await expect(page.getByRole('alert')).toContainText('Dieser Bogen öffnet', { timeout: 30_000 });
  await page.getByLabel('Zweiter Bogen').fill(two[1]);
  await page.getByRole('button', { name: 'Weiter' }).click();
  const passphrase = await wordsOf(page);
  await expect(page.locator('.paper')).toHaveCount(1, { timeout: 30_000 });
  const paper = (await page.locator('.paper__key span').allInnerTexts()).join('');
  await page.getByLabel('Die letzten vier Zeichen des Schlüssels').fill(paper.slice(-4));
  await page.getByRole('button', { name: 'Speichern und weiter' }).click();
  await expect(page.getByText('Die Stelle ist wiederhergestellt.')).toBeVisible();
  await pinAll(page, office);
  return { name: 'rettung', passphrase };
}
