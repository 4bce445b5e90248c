// One case through its states, worked with the keyboard alone: no click, no
// pointer. And a second story, of two coordinators and four eyes.
import type { Locator, Page } from '@playwright/test';
import { expect, type Login, login, test } from './console.ts';
import type { City } from './fixture.ts';
import { receiptOf, tell } from './steps.ts';

const WORDS = 'Am Empfang hat man mich nicht hereingelassen';

/** reach walks with Tab until something has the focus. */
async function reach(page: Page, target: Locator): Promise<void> {
  const there = () => target.evaluateAll((list) => list.some((one) => one === document.activeElement));
  for (let i = 0; i < 200; i++) {
    if (await there()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${target}`);
}

/** press reaches a button and presses it. */
async function press(page: Page, target: Locator): Promise<void> {
  await expect(target).toHaveCount(1);
  await reach(page, target);
  await page.keyboard.press('Enter');
}

/** leave takes the focus out of a field, so that single keys act. */
async function leave(page: Page): Promise<void> {
  await reach(page, page.locator('a:focus, button:focus, h1:focus'));
}

async function key(page: Page, keys: string): Promise<void> {
  await leave(page);
  for (const one of keys.split(' ')) await page.keyboard.press(one);
}

/** enter opens the console with the keyboard. */
async function enter(page: Page, city: City, who: Login): Promise<void> {
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
async function find(page: Page, words: string): Promise<void> {
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

const state = (page: Page) => page.locator('.case__meta .badge').first();
const dialog = (page: Page) => page.getByRole('dialog');

/** step starts a move: s leads to the next steps, Tab to the one. */
async function step(page: Page, name: string): Promise<void> {
  await key(page, 's');
  await expect(page.locator('[data-aim=state] :focus')).toHaveCount(1);
  await press(page, page.locator('.moves').getByRole('button', { name, exact: true }));
}

/** confirm fills the dialog of a move and carries it out. */
async function confirm(
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
async function mailbox(page: Page, city: City, receipt: string): Promise<void> {
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
}

async function write(page: Page, city: City, receipt: string, words: string): Promise<void> {
  await mailbox(page, city, receipt);
  await page.locator('#text').fill(words);
  await page.getByRole('button', { name: 'Nachricht senden' }).click();
  await expect(page.locator('.done')).toBeVisible();
}

async function raise(page: Page, city: City, receipt: string): Promise<void> {
  await mailbox(page, city, receipt);
  await page.locator('#wish summary').click();
  await page.getByText('Mir antworten').click();
  await page.locator('#art9').check();
  await page.getByRole('button', { name: 'Wunsch senden' }).click();
  await expect(page.locator('.done')).toBeVisible();
}

/** again opens the case anew, to see what others wrote since. */
async function again(page: Page): Promise<void> {
  const here = page.url();
  await key(page, 'g i');
  await expect(page.locator('h1')).toHaveText('Eingang');
  await page.goto(here);
  await expect(page.locator('.case__body')).toBeVisible();
}

/** choose sets a select by its first letters. */
async function choose(page: Page, select: Locator, letters: string): Promise<void> {
  await reach(page, select);
  await page.keyboard.type(letters);
}

/** code fills the coding form. */
async function code(page: Page): Promise<void> {
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
async function answer(page: Page, words: string): Promise<void> {
  await key(page, 'r');
  const field = page.getByLabel('Ihre Antwort');
  await expect(field).toBeFocused();
  await page.keyboard.type(words);
  await press(page, page.getByRole('button', { name: 'Antwort senden' }));
  await expect(page.locator('.thread')).toContainText(words);
}

const missing = (page: Page, step: string) => page.locator('.moves__shut li', { hasText: step }).first();

test('one case goes through its states with the keyboard alone', async ({ page, city, browser }) => {
  test.setTimeout(300_000);
  const phone = await browser.newPage();
  await tell(phone, `${city.public}/de/report`, `${WORDS}.`);
  await phone.locator('#submit').click();
  const receipt = await receiptOf(phone);

  await enter(page, city, login(city, 'coordinator'));
  await find(page, WORDS);
  await expect(state(page)).toHaveText('Eingegangen');

  // Received to triage: somebody has to have it.
  await step(page, 'Übernehmen: Ersteinschätzung beginnen');
  await expect(state(page)).toHaveText('Ersteinschätzung');

  // Discarded, by two, and taken back.
  await step(page, 'Verwerfen beantragen');
  await confirm(page, 'Ersteinschätzung', { code: 'Test' });
  await expect(page.getByText('Ein Antrag wartet auf eine zweite Person.')).toBeVisible();
  await expect(missing(page, 'Verwerfen zustimmen')).toContainText('Eine zweite Person muss zustimmen.');
  const second = await browser.newPage();
  await enter(second, city, login(city, 'coordinator', 1));
  await second.goto(page.url());
  await expect(second.locator('.case__body')).toBeVisible();
  await step(second, 'Verwerfen zustimmen');
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

  await step(page, 'Beratung beginnen');
  await confirm(page, 'Beratung');

  // Nothing goes to a third party without a power: the box must be ticked.
  await step(page, 'Intervention beginnen');
  await press(page, dialog(page).getByRole('button', { name: 'Ausführen' }));
  await expect(dialog(page)).toContainText('Bitte bestätigen Sie alle Punkte.');
  await confirm(page, 'Intervention');
  await step(page, 'Zurück zur Beratung');
  await confirm(page, 'Beratung');

  // Resting wants a day and a reason.
  await step(page, 'Ruhen lassen');
  await press(page, dialog(page).getByRole('button', { name: 'Ausführen' }));
  await expect(dialog(page)).toContainText('Bitte schreiben Sie eine Begründung.');
  await confirm(page, 'Ruht', { reason: 'Die Person braucht Zeit' });
  await step(page, 'Beratung fortsetzen');
  await confirm(page, 'Beratung', { reason: 'Sie meldete sich' });

  await step(page, 'Weiterverweisen');
  await confirm(page, 'Weiterverwiesen');
  await step(page, 'Beratung wieder aufnehmen');
  await confirm(page, 'Beratung');

  await step(page, 'Abschließen');
  await confirm(page, 'Abgeschlossen', { reason: 'Geklärt' });
  await step(page, 'Wieder öffnen');
  await confirm(page, 'Beratung', { code: 'Neue', reason: 'Neue Tatsachen' });

  // Erased: never by oneself.
  await step(page, 'Löschung beantragen');
  await confirm(page, 'Beratung', { reason: 'Auf Wunsch' });
  await expect(missing(page, 'Löschung zustimmen')).toContainText('Eine zweite Person muss zustimmen.');
  await again(second);
  await step(second, 'Löschung zustimmen');
  await press(second, dialog(second).getByRole('button', { name: 'Ausführen' }));
  await expect(second.locator('main')).toContainText('Der Fall ist gelöscht.');
  await mailboxGone(phone, city, receipt);
  await phone.close();
  await second.close();
});

async function mailboxGone(page: Page, city: City, receipt: string): Promise<void> {
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('#summary')).toContainText('gibt es kein Postfach');
}

/** byHand sends an approval of what waits on the case, past the console, and gives the server's answer. */
async function byHand(page: Page): Promise<string> {
  const id = /case=([0-9a-f]{32})/.exec(page.url())?.[1] ?? '';
  return page.evaluate(async (path) => {
    const file = (await (await fetch(path)).json()) as { summary: { rev: number }; waiting?: { op: string } };
    const op = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
    const body = JSON.stringify({ rev: file.summary.rev, op, of: file.waiting?.op });
    const answer = await fetch(`${path}/approvals`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    return `${answer.status} ${((await answer.json()) as { error?: string }).error}`;
  }, `/api/v1/office/cases/${id}`);
}

test.describe('four eyes', () => {
  test.use({ expected: [/40[39] \((Forbidden|Conflict)\)/] });

  test('two coordinators discard and erase, and nobody approves alone', async ({ page, city, browser }) => {
    test.setTimeout(240_000);
    const phone = await browser.newPage();
    await tell(phone, `${city.public}/de/report`, 'Zwei Personen sehen diesen Fall an.');
    await phone.locator('#submit').click();
    const receipt = await receiptOf(phone);
    const words = 'Zwei Personen sehen diesen Fall an';
    await enter(page, city, login(city, 'coordinator'));
    await find(page, words);

    // Discarded: asked for by the one, not approved by the same, approved by the other.
    await step(page, 'Verwerfen beantragen');
    await press(page, dialog(page).getByRole('button', { name: 'Ausführen' }));
    await expect(dialog(page)).toContainText('Bitte wählen Sie einen Grund.');
    await confirm(page, 'Eingegangen', { code: 'Spam' });
    await expect(missing(page, 'Verwerfen zustimmen')).toContainText('Eine zweite Person muss zustimmen.');
    expect(await byHand(page)).toBe('403 forbidden');
    const second = await browser.newPage();
    await enter(second, city, login(city, 'coordinator', 1));
    await second.goto(page.url());
    await expect(second.locator('.case__body')).toBeVisible();
    await step(second, 'Verwerfen zustimmen');
    await confirm(second, 'Verworfen');
    await step(second, 'Zurückholen');
    await confirm(second, 'Ersteinschätzung', { code: 'Irrtum', reason: 'Es ist keiner' });

    // Erased: a hold stops it, also after the request was made.
    await again(page);
    await step(page, 'Löschung beantragen');
    await confirm(page, 'Ersteinschätzung', { reason: 'Die Person bittet darum' });
    expect(await byHand(page)).toBe('403 forbidden');
    await again(second);
    await hold(second, 'Ein Gericht braucht die Akte');
    await expect(missing(second, 'Löschung zustimmen')).toContainText('Eine Löschsperre ist gesetzt.');
    expect(await byHand(second)).toMatch(/^409 /);
    await hold(second, 'Das Gericht ist fertig');
    await step(second, 'Löschung zustimmen');
    await press(second, dialog(second).getByRole('button', { name: 'Ausführen' }));
    await expect(second.locator('main')).toContainText('Der Fall ist gelöscht.');
    await mailboxGone(phone, city, receipt);
    await second.close();
    await phone.close();
  });
});

/** hold sets the hold, or takes it away, with a note that says why. */
async function hold(page: Page, why: string): Promise<void> {
  await key(page, 'n');
  await expect(page.getByLabel('Neue Notiz')).toBeFocused();
  await page.keyboard.type(why);
  await reach(page, page.getByRole('checkbox', { name: /Löschsperre/ }));
  await page.keyboard.press('Space');
  await press(page, page.getByRole('button', { name: 'Notiz speichern' }));
  await expect(page.locator('.entry--note').first()).toContainText(why);
}
