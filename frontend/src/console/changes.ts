// What changed on the server since the list was loaded (protocol.md §7, heads):
// the worker sends a digest for each first byte of a case id and gets whole
// those groups that differ. What came waits here until the member wants to see
// it: a list never changes under the reader's hand.
import type { Changed, Changes, Summary } from '../shared/api.ts';
import { fromHex, fromUtf8, toHex } from '../shared/bytes.ts';

const GROUPS = 256;
const DIGEST = 8;

/** digestsOf gives the digests of a list of cases as the server compares them, in hexadecimal. */
export async function digestsOf(heads: Iterable<readonly [id: string, rev: number]>): Promise<string> {
  const groups: (readonly [string, number])[][] = Array.from({ length: GROUPS }, () => []);
  for (const head of heads) groups[Number.parseInt(head[0].slice(0, 2), 16)]?.push(head);
  const digests = await Promise.all(groups.map(digestOf));
  return digests.join('');
}

async function digestOf(heads: (readonly [string, number])[]): Promise<string> {
  heads.sort(([a], [b]) => (a < b ? -1 : 1));
  const bytes = new Uint8Array(heads.length * 20);
  const view = new DataView(bytes.buffer);
  for (const [i, [id, rev]] of heads.entries()) {
    bytes.set(fromHex(id), i * 20);
    view.setUint32(i * 20 + 16, rev);
  }
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).subarray(0, DIGEST));
}

/** News are changes that nobody has seen yet. */
export interface News {
  /** digests says what is known here, news included. */
  digests(): Promise<string>;
  /** take reads an answer and keeps what is new. */
  take(answer: ArrayBuffer): void;
  /** fresh counts the cases that came, or that a resident has written to, since the list was drawn. */
  fresh(): number;
  /** all hands out the news and forgets them: cases that changed, and ids of cases that are gone. */
  all(): { readonly changed: readonly Changed[]; readonly gone: readonly string[] };
}

/** createNews keeps the news about a list; summaries gives what the list holds. */
export function createNews(summaries: () => Iterable<Summary>): News {
  let news = new Map<string, Changed | undefined>();
  const known = () => {
    const heads = new Map<string, number>();
    for (const { case: id, rev } of summaries()) heads.set(id, rev);
    for (const [id, one] of news) {
      if (one === undefined) heads.delete(id);
      // What the member has written since is newer than what came before it.
      else heads.set(id, Math.max(heads.get(id) ?? 0, one.summary.rev));
    }
    return heads;
  };
  return {
    digests: () => digestsOf(known()),
    take(answer) {
      const { buckets } = JSON.parse(fromUtf8(new Uint8Array(answer))) as Changes;
      const heads = known();
      for (const { first, cases } of buckets) {
        const here = new Set(cases.map(({ summary }) => summary.case));
        for (const id of heads.keys()) if (id.startsWith(first) && !here.has(id)) news.set(id, undefined);
        for (const one of cases)
          if ((heads.get(one.summary.case) ?? 0) < one.summary.rev) news.set(one.summary.case, one);
      }
    },
    fresh() {
      const unread = new Map<string, boolean>();
      for (const { case: id, unread: waits } of summaries()) unread.set(id, waits);
      let n = 0;
      for (const [id, one] of news) {
        const before = unread.get(id);
        if (one !== undefined && (before === undefined || (one.summary.unread && !before))) n += 1;
      }
      return n;
    },
    all() {
      const list = [...news];
      news = new Map();
      return {
        changed: list.flatMap(([, one]) => (one === undefined ? [] : [one])),
        gone: list.flatMap(([id, one]) => (one === undefined ? [id] : [])),
      };
    },
  };
}
