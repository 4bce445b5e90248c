// The story of one case through all twelve states, worked with the keyboard alone.
// Two of them are ends, and a case has one: where the ways part the city is
// copied, with everything in it. In the one the person's wish is fulfilled, in the
// other years pass, until retention ends the case.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import { expect, login, officeDay } from './console.ts';
import { type City, newFolder, program, startCity, test } from './fixture.ts';
import { arrived, tell } from './steps.ts';
import {
  again,
  answer,
  choose,
  code,
  confirm,
  dialog,
  enter,
  find,
  key,
  leave,
  mailbox,
  mailboxGone,
  missing,
  press,
  raise,
  reach,
  state,
  step,
  typeDay,
  write,
} from './walk.ts';

const WORDS = 'Am Empfang hat man mich nicht hereingelassen';

/** A Told is the case of the story and its people. */
interface Told {
  readonly receipt: string;
  /** The hash of the case's page. */
  readonly hash: string;
}

/** refuse starts a step that the dialog does not let through, reads why, and leaves it. */
async function refuse(page: Page, name: string, why: readonly string[]): Promise<void> {
  await step(page, name);
  await press(page, dialog(page).getByRole('button', { name: 'Ausführen' }));
  for (const words of why) await expect(dialog(page)).toContainText(words);
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toHaveCount(0);
}

/** deadline enters a day by which something has to be done, or that there is none. */
async function deadline(page: Page, day: string): Promise<void> {
  await key(page, 'd');
  await expect(page.getByRole('heading', { name: 'Fristen', exact: true })).toBeFocused();
  if (day === '') {
    await reach(page, page.getByRole('checkbox', { name: 'Geprüft, keine Frist erkennbar' }));
    await page.keyboard.press('Space');
  } else {
    await typeDay(page, page.getByLabel('Letzter sicherer Tag'), day);
    await reach(page, page.getByLabel('Was ist bis dahin zu tun?'));
    await page.keyboard.type('Ansprüche schriftlich geltend machen');
  }
  await press(page, page.getByRole('button', { name: 'Frist speichern' }));
  await expect(page.locator('.entry--note').first()).toContainText(day === '' ? 'Keine Frist' : 'geltend machen');
  // The card, with the day for the list, is written behind it.
  await expect(page.locator('.said')).toContainText('Frist gespeichert');
}

/** consent records that the person lets a body have these words, reached from the step that it was missing for. */
async function consent(page: Page): Promise<void> {
  await press(page, missing(page, 'Weiterverweisen').getByRole('link'));
  await choose(page, page.getByLabel('Stelle aus dem Verzeichnis'), 'Antidis');
  await reach(page, page.getByLabel('Was würden Sie weitergeben?'));
  await page.keyboard.type('Jemand wurde am Eingang abgewiesen.');
  await reach(page, page.getByLabel('Die Person hat schon zugestimmt'));
  await page.keyboard.type('am Telefon, heute');
  const region = page.getByRole('region', { name: 'An eine andere Stelle' });
  await press(page, region.getByRole('button', { name: 'Einwilligung festhalten' }));
  await expect(region).toContainText('Genau das geht hinaus, und nichts sonst');
}

/** The first half: received, triage, discarded and back, documented, a question and its answer. */
async function triage(page: Page, second: Page, phone: Page, city: City, receipt: string): Promise<void> {
  await expect(state(page)).toHaveText('Eingegangen');
  // Received to triage: somebody has to have it.
  await step(page, 'Übernehmen: Ersteinschätzung beginnen');
  await expect(state(page)).toHaveText('Ersteinschätzung');

  // Discarded, by two, and taken back.
  await refuse(page, 'Verwerfen beantragen', ['Bitte wählen Sie einen Grund.']);
  await step(page, 'Verwerfen beantragen');
  await confirm(page, 'Ersteinschätzung', { code: 'Test' });
  await expect(page.getByText('Ein Antrag wartet auf eine zweite Person.')).toBeVisible();
  await expect(missing(page, 'Verwerfen zustimmen')).toContainText('Eine zweite Person muss zustimmen.');
  await enter(second, city, login(city, 'coordinator', 1));
  await second.goto(page.url());
  await expect(second.locator('.case__body')).toBeVisible();
  await step(second, 'Dem Verwerfen zustimmen');
  await confirm(second, 'Verworfen');
  await step(second, 'Zurückholen');
  await confirm(second, 'Ersteinschätzung', { code: 'Irrtum', reason: 'Doch kein Test' });

  // Documented: first it must be coded.
  await again(page);
  await expect(missing(page, 'Als dokumentiert ablegen')).toContainText('noch nicht kodiert');
  await code(page);
  await step(page, 'Als dokumentiert ablegen');
  await confirm(page, 'Dokumentiert');

  // The person writes again, and raises the wish.
  await write(phone, city, receipt, 'Es ist noch einmal passiert.');
  await again(page);
  await expect(state(page)).toHaveText('Ersteinschätzung');
  await raise(phone, city, receipt);
  await again(page);

  // A question needs an answer that is newer than the person's last word.
  await expect(missing(page, 'Auf Antwort warten')).toContainText('Ihre Frage muss als Antwort im Postfach liegen');
  await answer(page, 'Wann war das?');
  await step(page, 'Auf Antwort warten');
  await confirm(page, 'Rückfrage offen');
  await write(phone, city, receipt, 'Am Samstag.');
  await again(page);
  await expect(state(page)).toHaveText('Ersteinschätzung');
}

/** The second half: counselling, intervention, a rest, handing on, the end and a new beginning. */
async function counsel(page: Page): Promise<void> {
  await step(page, 'Beratung beginnen');
  await confirm(page, 'Beratung');

  // Nothing goes to others without a power: the file has none, and the tick says what it means then.
  await refuse(page, 'Intervention beginnen', [
    'Bitte bestätigen Sie alle Punkte.',
    'In der Akte steht keine. Ihr Haken heißt: Es geht nichts an Dritte, bevor eine da ist.',
  ]);
  await step(page, 'Intervention beginnen');
  await confirm(page, 'Intervention');
  await step(page, 'Zurück zur Beratung');
  await confirm(page, 'Beratung');

  // Resting wants a day and a reason.
  await refuse(page, 'Ruhen lassen', ['Bitte schreiben Sie eine Begründung.']);
  await step(page, 'Ruhen lassen');
  await confirm(page, 'Ruht', { reason: 'Die Person braucht Zeit' });
  await step(page, 'Beratung fortsetzen');
  await confirm(page, 'Beratung', { reason: 'Sie meldete sich' });

  // Handing on is not offered before the person agreed to a body.
  await expect(page.locator('.moves').getByRole('button', { name: 'Weiterverweisen' })).toHaveCount(0);
  await expect(missing(page, 'Weiterverweisen')).toContainText('noch keiner Weitergabe an eine Stelle zugestimmt');
  await consent(page);
  await step(page, 'Weiterverweisen');
  await expect(dialog(page).getByRole('checkbox')).toHaveCount(0);
  await confirm(page, 'Weiterverwiesen');
  await step(page, 'Beratung wieder aufnehmen');
  await confirm(page, 'Beratung');

  // A deadline is open: closing is named with a reserve, and refused without a word about it.
  await deadline(page, officeDay(6));
  await expect(page.locator('.moves li', { hasText: 'Abschließen' })).toContainText('Nur mit Begründung');
  await refuse(page, 'Abschließen', ['Es läuft noch eine Frist:', 'Bitte schreiben Sie eine Begründung.']);
  await expect(state(page)).toHaveText('Beratung');
  await deadline(page, '');
  await expect(page.locator('.moves li', { hasText: 'Abschließen' })).not.toContainText('Nur mit Begründung');
  await step(page, 'Abschließen');
  await confirm(page, 'Abgeschlossen');
  await step(page, 'Wieder öffnen');
  await confirm(page, 'Beratung', { code: 'Neue', reason: 'Neue Tatsachen' });
  await step(page, 'Abschließen');
  await confirm(page, 'Abgeschlossen', { reason: 'Geklärt' });
}

/** erased: asked for by one, agreed to by the other, never by oneself. */
async function erased(browser: Browser, city: City, told: Told): Promise<void> {
  const page = await browser.newPage();
  await enter(page, city, login(city, 'coordinator'));
  await page.goto(city.office + told.hash);
  await step(page, 'Löschung beantragen');
  await confirm(page, 'Abgeschlossen', { reason: 'Auf Wunsch' });
  await expect(missing(page, 'Löschung zustimmen')).toContainText('Eine zweite Person muss zustimmen.');
  const second = await browser.newPage();
  await enter(second, city, login(city, 'coordinator', 1));
  await second.goto(city.office + told.hash);
  await step(second, 'Der Löschung zustimmen');
  await press(second, dialog(second).getByRole('button', { name: 'Ausführen' }));
  await expect(second.locator('main')).toContainText('Der Fall ist gelöscht.');
  await mailboxGone(second, city, told.receipt);
  await ledger(page, 'auf Wunsch');
  await page.close();
  await second.close();
}

/** ledger reads the office's ledger: why a case ended stays, and nothing of the case. */
async function ledger(page: Page, why: string): Promise<void> {
  await leave(page);
  await press(page, page.getByRole('link', { name: 'Protokoll' }));
  await expect(page.getByText('die Kette ist unversehrt')).toBeVisible();
  await expect(page.locator('main')).toContainText(why);
}

/** purge is the operator's command; n lists only. */
function purge(city: City, ...flags: readonly string[]): string {
  const env = {
    ...process.env,
    BEISTAND_DATA: city.data,
    BEISTAND_OFFICE_DESKS: '[{id: city, name: Stadt, operator: Stadt, public_body: true, languages: [de]}]',
  };
  return execFileSync(program, ['purge', ...flags], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** waive lets a coordinator give up the year's statistics, or agree to it. */
async function waive(page: Page, city: City, year: number, button: string): Promise<void> {
  await page.goto(`${city.office}#statistics=${year}`);
  await expect(page.locator('h1')).toHaveText(`Statistik des Jahres ${year}`);
  if (button === 'Verzicht beantragen') await press(page, page.locator('details.waiver summary'));
  await press(page, page.getByRole('button', { name: button }));
}

/** anonymised: the case stays until the figures of its year are released or given up by two, and goes then. */
async function anonymised(browser: Browser, city: City, told: Told, year: number): Promise<void> {
  expect(purge(city, '-n')).toContain(`stays: the statistics of ${year} are neither released nor waived`);
  const page = await browser.newPage();
  await enter(page, city, login(city, 'coordinator'));
  await page.goto(city.office + told.hash);
  await expect(state(page)).toHaveText('Abgeschlossen');
  await mailbox(page, city, told.receipt);

  await enter(page, city, login(city, 'coordinator'));
  await waive(page, city, year, 'Verzicht beantragen');
  await expect(page.getByText('hat den Verzicht beantragt')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Zustimmen' })).toHaveCount(0);
  expect(purge(city, '-sure')).toContain('0 erased, 1 wait');
  const second = await browser.newPage();
  await enter(second, city, login(city, 'coordinator', 1));
  await waive(second, city, year, 'Zustimmen');
  await expect(second.getByText('Auf die Statistik dieses Jahres wurde verzichtet.')).toBeVisible();

  // A calendar that jumped by years ends nothing until somebody has looked at it.
  expect(purge(city)).toMatch(/beistand purge -sure\n0 erased, 1 wait/);
  expect(purge(city, '-sure')).toContain('1 erased, 0 wait');
  expect(purge(city, '-n')).toBe('0 to erase, 0 wait\n');
  await page.goto(city.office + told.hash);
  await expect(page.locator('main')).toContainText('Diesen Fall gibt es hier nicht. Er wurde gelöscht');
  await ledger(page, 'Aufbewahrung zu Ende');
  await mailboxGone(second, city, told.receipt);
  await page.close();
  await second.close();
}

test('one case goes through all twelve states with the keyboard alone', async ({ browser }) => {
  test.setTimeout(420_000);
  const data = newFolder();
  const start = await startCity(0, 0, data);
  const [page, second, phone] = [await browser.newPage(), await browser.newPage(), await browser.newPage()];
  await tell(phone, `${start.city.public}/de/report`, `${WORDS}.`);
  await phone.locator('#submit').click();
  const receipt = await arrived(phone);
  const year = Number(officeDay().slice(0, 4));
  await enter(page, start.city, login(start.city, 'coordinator'));
  await find(page, WORDS);
  await triage(page, second, phone, start.city, receipt);
  await counsel(page);
  const told = { receipt, hash: new URL(page.url()).hash };
  for (const one of [page, second, phone]) await one.close();
  await start.stop();
  const other = newFolder();
  cpSync(data, other, { recursive: true });

  const wish = await startCity(0, 0, data);
  await erased(browser, wish.city, told);
  await wish.stop();

  // Three years after the end of the year of closing.
  const later = await startCity(0, 0, other, `${year + 4}-01-07`);
  await anonymised(browser, later.city, told, year);
  await later.stop();
  for (const one of [data, other]) rmSync(one, { recursive: true, force: true });
});
