// One case through the console: opened, taken, coded, answered, moved; and what
// two members do at once.
import type { Page } from '@playwright/test';
import {
  calm,
  expect,
  find,
  login,
  logout,
  officeDay,
  openFirst,
  part,
  settled,
  showState,
  unlock,
} from './console.ts';
import { cityOf } from './fixture.ts';
import { goTo, next, receiptOf } from './steps.ts';

const test = cityOf(20);

/** report tells something and wishes an answer, and gives the receipt. */
async function report(page: Page, site: string, words: string): Promise<string> {
  await page.goto(`${site}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill(words);
  await goTo(page, 'wish');
  await page.getByRole('radio', { name: 'Mir antworten' }).check();
  await next(page);
  await page.getByRole('checkbox', { name: /Ich bin einverstanden/ }).check();
  await goTo(page, 'send');
  const receipt = await receiptOf(page);
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  return receipt;
}

test('a report is opened, taken, coded and answered; the resident reads and writes again', async ({ page, city }) => {
  test.setTimeout(180_000);
  const mark = Date.now().toString(36);
  const words = `Man hat mich an der Tür abgewiesen. Kennwort ${mark}.`;
  const receipt = await report(page, city.public, words);

  await unlock(page, city, login(city, 'caseworker'));
  await showState(page, 'received');
  await find(page, mark);
  await page.locator('a.row__title').click();
  await settled(page);
  await expect(page.locator('.words-told')).toContainText(words);
  await expect(page.locator('h1')).toHaveText('Man hat mich an der Tür abgewiesen');
  await expect(page.getByText('Angaben speichern und lesen, um zu beraten')).toBeVisible();

  await page.getByRole('button', { name: 'Übernehmen: Ersteinschätzung beginnen' }).click();
  await expect(page.locator('.case__meta')).toContainText('Ersteinschätzung');
  await expect(page.locator('[data-aim=state] > summary')).toBeFocused();

  await page.getByRole('button', { name: 'Kodierung speichern' }).click();
  await expect(page.getByRole('alert')).toContainText('Wählen Sie einen Lebensbereich');
  await page.getByRole('checkbox', { name: 'Alter' }).check();
  await page.getByLabel('Lebensbereich').selectOption({ label: 'Club / Einlass' });
  await page.getByLabel('Ging aus von').selectOption({ label: 'Unternehmen / Geschäft' });
  await page.getByRole('button', { name: 'Kodierung speichern' }).click();
  await expect(page.getByText('Kodierung gespeichert')).toBeVisible();

  await part(page, 'Gespräch');
  const answer = 'Danke für Ihre Meldung.\n\nWir haben sie gelesen.';
  await page.getByLabel('Ihre Antwort').fill(answer);
  await page.getByRole('button', { name: 'Vorschau' }).click();
  await expect(page.locator('.preview')).toContainText('Wir haben sie gelesen.');
  await page.getByRole('button', { name: 'Antwort senden' }).click();
  await expect(page.locator('.thread')).toContainText('Wir haben sie gelesen.');
  await expect(page.getByLabel('Ihre Antwort')).toHaveValue('');

  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toContainText('Wir haben sie gelesen.');
  await page.locator('#text').fill('Vielen Dank. Noch eine Frage.');
  await page.getByRole('button', { name: 'Nachricht senden' }).click();
  await expect(page.locator('.done')).toBeVisible();

  await unlock(page, city, login(city, 'caseworker'));
  await page.getByLabel('Nur ungelesene').check();
  await page.getByRole('searchbox').fill('abgewiesen');
  await expect(page.locator('a.row__title')).toHaveCount(1);
  await page.locator('a.row__title').click();
  await part(page, 'Gespräch');
  await expect(page.locator('.entry--resident').last()).toContainText('Noch eine Frage.');
  await part(page, 'Verlauf');
  await expect(page.locator('.timeline')).toContainText('Siegel in Ordnung');
  await expect(page.locator('.timeline .badge--danger')).toHaveCount(0);
});

test('deadline, note and move: the server tells what is missing', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'triage');
  await part(page, 'Fristen');
  await page.getByRole('button', { name: 'Frist speichern' }).click();
  await expect(page.getByText('Bitte geben Sie einen Tag an.')).toBeVisible();
  await page.getByLabel('Letzter sicherer Tag').fill(officeDay(9));
  await page.getByLabel('Was ist bis dahin zu tun?').fill('Schriftlich geltend machen');
  await page.getByRole('button', { name: 'Frist speichern' }).click();
  await expect(page.locator('.case__meta')).toContainText('Frist in 14 Tagen');

  await part(page, 'Notizen');
  await page.getByLabel('Neue Notiz').fill('Rückruf am Montag');
  await page.getByRole('button', { name: 'Notiz speichern' }).click();
  await expect(page.locator('.entry--note')).toContainText('Rückruf am Montag');

  // Discarding needs a reason and a second person.
  await page.getByRole('button', { name: 'Verwerfen beantragen' }).click();
  await page.getByRole('button', { name: 'Ausführen' }).click();
  await expect(page.getByRole('dialog')).toContainText('Bitte wählen Sie einen Grund.');
  await page.getByRole('dialog').getByLabel('Grund', { exact: true }).selectOption({ label: 'Test' });
  await page.getByLabel('Begründung (freiwillig)').fill('Nur ein Versuch');
  await page.getByRole('button', { name: 'Ausführen' }).click();
  await expect(page.getByText('Ein Antrag wartet auf eine zweite Person.')).toBeVisible();
  await expect(page.locator('.moves__shut')).toContainText('Eine zweite Person muss zustimmen.');
  await expect(page.locator('[data-aim=state] > summary')).toBeFocused();

  const url = page.url();
  await logout(page);
  await unlock(page, city, login(city, 'coordinator', 1));
  await page.goto(url);
  await page.getByRole('button', { name: 'Verwerfen zustimmen' }).click();
  await expect(page.getByRole('dialog')).toContainText('Nur ein Versuch');
  await page.getByRole('button', { name: 'Ausführen' }).click();
  await expect(page.locator('.case__meta')).toContainText('Verworfen');
});

test.describe('two members at once', () => {
  test.use({ expected: [/409 \(Conflict\)/] });

  test('one wins; the other loses nothing typed and sees what happened', async ({ page, city, browser }) => {
    await unlock(page, city, login(city, 'coordinator'));
    await openFirst(page, 'counselling');
    await part(page, 'Notizen');
    await page.getByLabel('Neue Notiz').fill('Meine Notiz');

    const context = await browser.newContext({ locale: 'de-DE' });
    const other = await context.newPage();
    await unlock(other, city, login(city, 'coordinator', 1));
    await other.goto(page.url());
    await settled(other);
    await other.getByLabel('Neue Notiz').fill('Die schnellere Notiz');
    await other.getByRole('button', { name: 'Notiz speichern' }).click();
    await expect(other.locator('.entry--note').first()).toContainText('Die schnellere Notiz');
    await context.close();

    await page.getByRole('button', { name: 'Notiz speichern' }).click();
    const alarm = page.getByRole('alert');
    await expect(alarm).toContainText('Jemand war schneller. Ihr Text ist noch da.');
    await expect(alarm).toContainText('Die schnellere Notiz');
    await expect(page.getByLabel('Neue Notiz')).toHaveValue('Meine Notiz');
    await page.getByRole('button', { name: 'Noch einmal senden' }).click();
    await expect(page.locator('.entry--note').first()).toContainText('Meine Notiz');
    await expect(page.locator('.entry--note').nth(1)).toContainText('Die schnellere Notiz');
    await expect(alarm).toHaveCount(0);
  });
});

test.describe('a server that does not answer', () => {
  test.use({ expected: [/503 \(Service Unavailable\)/] });

  test('the same act is sent again, and stored once', async ({ page, city }) => {
    await unlock(page, city, login(city, 'coordinator'));
    await openFirst(page, 'intervention');
    await part(page, 'Notizen');
    const before = await page.locator('.entry--note').count();
    const sent: string[] = [];
    await page.route('**/notes', async (route) => {
      sent.push(route.request().postData() ?? '');
      // It is stored, but the answer gets lost on the way.
      if (sent.length === 1) {
        await route.fetch();
        await route.fulfill({ status: 503, json: { error: 'unclear' } });
      } else await route.continue();
    });
    await page.getByLabel('Neue Notiz').fill('Nur einmal');
    await page.getByRole('button', { name: 'Notiz speichern' }).click();
    await expect(page.getByRole('alert')).toContainText('Es wird nichts doppelt gespeichert');
    await expect(page.getByLabel('Neue Notiz')).toHaveValue('Nur einmal');
    await page.getByRole('button', { name: 'Noch einmal senden' }).click();
    await expect(page.getByText('Notiz gespeichert')).toBeVisible();
    await expect(page.locator('.entry--note')).toHaveCount(before + 1);
    expect(sent[1]).toBe(sent[0]);
    expect(sent[0]).not.toContain('Nur einmal');
  });
});

test.describe('damage', () => {
  test('a box that does not open is shown as such, never as blank', async ({ page, city }) => {
    await unlock(page, city, login(city, 'coordinator'));
    // What is damaged below is what a member reads, not what the cards are made of.
    await calm(page);
    await page.route('**/api/v1/office/cases/*', async (route) => {
      const response = await route.fetch();
      const file = (await response.json()) as { events: { kind: string; box?: string }[] };
      for (const event of file.events) {
        if (event.kind === 'answer' && event.box !== undefined)
          event.box = `${event.box.slice(0, -80)}${'A'.repeat(76)}${event.box.slice(-4)}`;
      }
      await route.fulfill({ response, json: file });
    });
    await openFirst(page, 'counselling');
    await expect(page.getByText(/Eintrag lässt sich nicht öffnen/)).toBeVisible();
    await expect(page.getByText('Die Kette der Einträge ist unterbrochen.')).toBeVisible();
    await part(page, 'Gespräch');
    await expect(page.locator('.thread')).toContainText('Lässt sich nicht öffnen: beschädigt oder verschoben');
    await part(page, 'Verlauf');
    await expect(page.locator('.timeline__bad')).not.toHaveCount(0);
  });

  test('a report that does not open is not blank either', async ({ page, city }) => {
    await unlock(page, city, login(city, 'coordinator'));
    // What is damaged below is what a member reads, not what the cards are made of.
    await calm(page);
    await page.route('**/api/v1/office/cases/*', async (route) => {
      const response = await route.fetch();
      const file = (await response.json()) as { events: { op: string }[] };
      const first = file.events[0];
      if (first !== undefined) first.op = '0'.repeat(32);
      await route.fulfill({ response, json: file });
    });
    await openFirst(page, 'documented');
    await expect(page.getByText('Diese Meldung lässt sich nicht öffnen.')).toBeVisible();
    await part(page, 'Gespräch');
    await expect(page.getByText('Antworten ist nicht möglich')).toBeVisible();
  });
});
