// Reads the office's ledger whole and checks its chain in the browser, so that
// an edited or missing line is seen by whoever looks, not only by the operator.
import type { CaseEvent, Ledger, LedgerLine } from '../shared/api.ts';
import { linked } from './chain.ts';
import type { Client } from './client.ts';

/** A Said is what a line says, as far as this program knows it. */
export interface Said {
  readonly site?: string;
  readonly member?: string;
  readonly role?: string;
  readonly desks?: readonly string[];
  readonly off?: boolean;
  readonly logout?: boolean;
  readonly desk?: string;
  readonly epoch?: number;
  readonly month?: string;
  readonly reason?: string;
  readonly year?: number;
}

/** An Entry is one line and what it says. */
export interface Entry {
  readonly line: LedgerLine;
  readonly says: Said;
}

/** A Book is the whole ledger, oldest line first. */
export interface Book {
  readonly entries: readonly Entry[];
  /** Number of the first line that does not follow the one before it, or 0. */
  readonly broken: number;
  /** When the operator's program last held the whole store against its checkpoint. */
  readonly checked?: Ledger['checked'];
}

function saidBy(line: LedgerLine): Said {
  try {
    return (JSON.parse(line.public) as { line?: Said }).line ?? {};
  } catch {
    return {};
  }
}

/** firstBreak gives the number of the first line that breaks the chain, or 0. */
export async function firstBreak(lines: readonly LedgerLine[]): Promise<number> {
  let before: CaseEvent | undefined;
  for (const [i, line] of lines.entries()) {
    // A line has the form of an event without a state.
    const event = { ...line, state: '' } as unknown as CaseEvent;
    if (!(await linked('ledger', event, undefined, before))) return i + 1;
    before = event;
  }
  return 0;
}

/** readBook fetches all lines and checks them. */
export async function readBook(client: Pick<Client, 'ledger'>): Promise<Book> {
  const lines: LedgerLine[] = [];
  let checked: Ledger['checked'];
  for (let next = 0; ; ) {
    const page = await client.ledger(next);
    checked = page.checked;
    lines.push(...page.lines);
    if (page.next <= next) break;
    next = page.next;
  }
  return { entries: lines.map((line) => ({ line, says: saidBy(line) })), broken: await firstBreak(lines), checked };
}

/** kindsOf lists the kinds of lines that there are, the commonest first, with their number. */
export function kindsOf(book: Book): readonly (readonly [kind: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const { line } of book.entries) counts.set(line.kind, (counts.get(line.kind) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
