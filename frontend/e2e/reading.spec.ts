// Reading answers: the test plays an office, and then somebody who can write to
// the database. What the resident sees was opened whole, or is said to be damaged.
import type { Page } from '@playwright/test';
import { deriveKeys, type ReceiptKeys } from '../src/shared/receipt.ts';
import { newIdentity, newOp, recipientOf, seal, toBase64 } from '../src/shared/seal.ts';
import { type City, expect, test } from './fixture.ts';
import { receiptOf, tell } from './steps.ts';

interface Line {
  rev: number;
  kind: string;
  day: string;
  op: string;
  by: string;
  role?: string;
  box?: string;
}

/** Post is a mailbox whose lines a test can change before the page sees them. */
class Post {
  readonly lines: Line[] = [];
  readonly keys: ReceiptKeys;
  constructor(keys: ReceiptKeys) {
    this.keys = keys;
  }

  plain(kind: string, by = 'resident', day = '2026-11'): string {
    const op = newOp();
    this.lines.push({ rev: this.lines.length + 1, kind, day, op, by });
    return op;
  }

  async sealed(kind: string, seen: string, body: Record<string, unknown>, key = this.keys.mac): Promise<string> {
    const op = newOp();
    const day = '2026-11-23';
    const envelope = { v: 1 as const, case: this.keys.caseId, kind, op, seen, by: 'office', at: day, body };
    const office = await recipientOf(newIdentity());
    const box = toBase64(await seal(envelope, key, [this.keys.recipient, office]));
    this.lines.push({ rev: this.lines.length + 1, kind, day, op, by: 'office', box });
    return op;
  }

  renumber(): void {
    this.lines.forEach((line, i) => {
      line.rev = i + 1;
    });
  }
}

/** report sends a report and learns the site from the page. */
async function report(page: Page, city: City): Promise<{ receipt: string; post: Post }> {
  await tell(page, `${city.public}/de/report`, 'Bitte antworten');
  const { site } = await page.evaluate(
    () => JSON.parse(document.getElementById('data')?.textContent ?? '{}') as { site: string },
  );
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  const receipt = await receiptOf(page);
  return { receipt, post: new Post(await deriveKeys(site, receipt)) };
}

async function read(page: Page, city: City, receipt: string, post: Post): Promise<void> {
  await page.route('**/api/v1/mailbox', (route) =>
    route.fulfill({
      json: {
        found: true,
        state: 'counselling',
        track: 'counselling',
        month: '2026-11',
        desk: 'city',
        events: post.lines,
        head: post.lines.at(-1)?.op ?? '',
      },
    }),
  );
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
}

const WHOLE = /Hier fehlt etwas|beschädigt/;

test('answers, deadlines and openings are shown as they were written', async ({ page, city }) => {
  const { receipt, post } = await report(page, city);
  const first = post.plain('report');
  post.plain('access', 'office', '2026-11-23');
  (post.lines.at(-1) as Line).role = 'coordinator';
  const answer = await post.sealed('answer', first, {
    text: 'مرحبا <b>nicht fett</b>\n\nZweiter Absatz',
    lang: 'ar',
    german: 'Guten Tag',
  });
  const told = await post.sealed('deadline', answer, { safe_day: '2026-12-14', act: 'Schreiben Sie dem Arbeitgeber.' });
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
  await expect(entries.nth(3)).toContainText('14. Dezember 2026');
  await expect(page.locator('main')).not.toContainText(WHOLE);
});

test('a forged, a moved and a changed box are damaged, and show nothing', async ({ page, city }) => {
  const { receipt, post } = await report(page, city);
  const first = post.plain('report');
  // The office's key is public: without the mark anybody could write in its name.
  await post.sealed('answer', first, { text: 'GEFAELSCHT' }, new Uint8Array(32));
  await post.sealed('answer', first, { text: 'VERSCHOBEN' });
  const moved = post.lines.at(-1) as Line;
  moved.op = newOp();
  await post.sealed('answer', first, { text: 'VERAENDERT' });
  const changed = post.lines.at(-1) as Line;
  const bytes = Buffer.from(changed.box ?? '', 'base64');
  bytes[bytes.length - 50] = (bytes[bytes.length - 50] as number) ^ 1;
  changed.box = bytes.toString('base64');
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

  const copy = { ...(post.lines[1] as Line) };
  post.lines.push(copy);
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
