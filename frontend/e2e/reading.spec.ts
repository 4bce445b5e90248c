// Reading answers: the test plays an office, and then somebody who can write to
// the database. What the resident sees was opened whole, or is said to be damaged.
import { newOp } from '../src/shared/seal.ts';
import { expect, test } from './fixture.ts';
import { read, report } from './post.ts';

const WHOLE = /Hier fehlt etwas|beschädigt/;

test('answers, deadlines and openings are shown as they were written', async ({ page, city }) => {
  const { receipt, post } = await report(page, city);
  const first = post.plain('report');
  post.plain('access', 'office', '2026-11-23');
  Object.assign(post.lines.at(-1) ?? {}, { role: 'coordinator' });
  const answer = await post.sealed('answer', first, {
    text: 'مرحبا <b>nicht fett</b>\n\nZweiter Absatz',
    lang: 'ar',
    german: 'Guten Tag',
  });
  const told = await post.sealed('deadline', answer, { safe_day: '2098-12-15', act: 'Schreiben Sie dem Arbeitgeber.' });
  const message = post.plain('message');
  await post.sealed('answer', message, { text: 'Gern.' });
  expect(told).not.toBe(message);
  await read(page, city, receipt, post);
  const entries = page.locator('.thread .entry');
  await expect(entries).toHaveCount(6);
  await expect(entries.nth(0)).toHaveText('Sie haben im November 2026 Ihre Meldung geschickt.');
  await expect(entries.nth(1)).toHaveText(
    'Am 23. November 2026 hat jemand aus der Koordination Ihre Meldung geöffnet.',
  );
  await expect(entries.nth(2)).toContainText('<b>nicht fett</b>');
  await expect(entries.nth(2).locator('div[lang=ar] p').first()).toHaveCSS('direction', 'rtl');
  await entries.nth(2).locator('summary').click();
  await expect(entries.nth(2)).toContainText('Guten Tag');
  await expect(entries.nth(3)).toContainText('15. Dezember 2098');
  await expect(page.locator('main')).not.toContainText(WHOLE);
});

test('a forged, a moved and a changed box are damaged, and show nothing', async ({ page, city }) => {
  const { receipt, post } = await report(page, city);
  const first = post.plain('report');
  // The office's key is public: without the mark anybody could write in its name.
  await post.sealed('answer', first, { text: 'GEFAELSCHT' }, new Uint8Array(32));
  await post.sealed('answer', first, { text: 'VERSCHOBEN' });
  Object.assign(post.lines.at(-1) ?? {}, { op: newOp() });
  await post.sealed('answer', first, { text: 'VERAENDERT' });
  const changed = post.lines.at(-1);
  const bytes = Buffer.from(changed?.box ?? '', 'base64');
  bytes[bytes.length - 50] = (bytes[bytes.length - 50] as number) ^ 1;
  Object.assign(changed ?? {}, { box: bytes.toString('base64') });
  await post.sealed('answer', first, { text: 'ECHT' });
  await read(page, city, receipt, post);
  await expect(page.locator('.thread .kern-error')).toHaveCount(3);
  await expect(page.locator('main')).toContainText('ECHT');
  await expect(page.locator('main')).not.toContainText(/GEFAELSCHT|VERSCHOBEN|VERAENDERT/);
});

test('what is missing, turned round or doubled is said; what was not yet read too', async ({ page, city }) => {
  const { receipt, post } = await report(page, city);
  const first = post.plain('report');
  const early = await post.sealed('answer', first, { text: 'Eins' });
  post.plain('message');
  await post.sealed('answer', early, { text: 'Zwei, ohne die Nachricht zu kennen' });
  await read(page, city, receipt, post);
  await expect(page.locator('.thread')).toContainText('noch nicht gelesen');
  await expect(page.locator('main')).not.toContainText(WHOLE);

  post.lines.push(...post.lines.slice(1, 2).map((line) => ({ ...line })));
  post.renumber();
  await read(page, city, receipt, post);
  await expect(page.locator('.thread .entry')).toHaveCount(4);
  await expect(page.locator('main')).toContainText('fehlt etwas oder die Reihenfolge');
  post.lines.pop();

  post.lines.splice(1, 1);
  post.renumber();
  await read(page, city, receipt, post);
  await expect(page.locator('.thread')).toContainText('Hier fehlt etwas');
});
