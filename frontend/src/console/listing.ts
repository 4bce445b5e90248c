// Fetches all that the inbox lists: summaries page by page, cards as records.
import type { Summary } from '../shared/api.ts';
import { toHex } from '../shared/bytes.ts';
import type { Client } from './client.ts';

/** RECORD is the length of one card record: case, op, epoch, box (protocol.md §7). */
export const RECORD = 1_088;

/** lane fetches page after page behind an id, up to and with another. */
async function lane(client: Client, after: string, last: string, background: boolean): Promise<readonly Summary[]> {
  const summaries: Summary[] = [];
  for (let next = after; ; ) {
    const part = await client.cases(next, background);
    summaries.push(...part.cases.filter((summary) => summary.case <= last));
    if (part.next === '' || part.next >= last) return summaries;
    next = part.next;
  }
}

/** allCases fetches the summaries of all cases. Background calls do not keep the session alive. */
export async function allCases(client: Client, background: boolean): Promise<readonly Summary[]> {
  const first = await client.cases('', background);
  if (first.next === '') return first.cases;
  // Ids are random, so four lanes of equal width share the pages of a large office.
  const ends = ['3', '7', 'b', 'f'].map((digit) => digit + 'f'.repeat(31));
  const starts = ['', ...ends];
  const lanes = await Promise.all(ends.map((end, i) => lane(client, starts[i] ?? '', end, background)));
  return lanes.flat();
}

/** allCards fetches the newest card of every case that has one. */
export async function allCards(client: Client): Promise<readonly ArrayBuffer[]> {
  const parts: ArrayBuffer[] = [];
  for (let after = ''; ; ) {
    const part = await client.cards(after);
    if (part.byteLength < RECORD) return parts;
    parts.push(part);
    const next = toHex(new Uint8Array(part, part.byteLength - RECORD, 16));
    // A server that answers the same again would never end.
    if (next <= after) return parts;
    after = next;
  }
}
