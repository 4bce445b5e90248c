// A mailbox that a test fills: it plays the office, and whoever can write to the
// database. The specs about reading answers, about pictures and axe share it.
import type { Page } from '@playwright/test';
import { deriveKeys, type ReceiptKeys } from '../src/shared/receipt.ts';
import { newIdentity, newOp, recipientOf, seal, toBase64 } from '../src/shared/seal.ts';
import { type City, expect } from './fixture.ts';
import { arrived, tell } from './steps.ts';

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
export class Post {
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
export async function report(page: Page, city: City, lang = 'de'): Promise<{ receipt: string; post: Post }> {
  await tell(page, `${city.public}/${lang}/report`, 'Bitte antworten');
  const { site } = await page.evaluate(
    () => JSON.parse(document.getElementById('data')?.textContent ?? '{}') as { site: string },
  );
  await page.locator('#submit').click();
  await expect(page.locator('.slip')).toBeVisible();
  const receipt = await arrived(page);
  return { receipt, post: new Post(await deriveKeys(site, receipt)) };
}

/** read opens the mailbox and shows these lines in it. */
export async function read(
  page: Page,
  city: City,
  receipt: string,
  post: Post,
  { lang = 'de', state = 'counselling' } = {},
): Promise<void> {
  await page.route('**/api/v1/mailbox', (route) =>
    route.fulfill({
      json: {
        found: true,
        state,
        track: 'counselling',
        month: '2026-11',
        desk: 'city',
        events: post.lines,
        head: post.lines.at(-1)?.op ?? '',
      },
    }),
  );
  await page.goto(`${city.public}/${lang}/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
}
