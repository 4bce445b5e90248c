import { expect, test } from 'vitest';
import type { CaseEvent, LedgerLine } from '../shared/api.ts';
import { eventHash } from './chain.ts';
import { firstBreak, kindsOf, readBook } from './ledger.ts';

async function chain(n: number): Promise<LedgerLine[]> {
  const lines: LedgerLine[] = [];
  for (let rev = 1; rev <= n; rev++) {
    const line: LedgerLine = {
      rev,
      kind: rev === 1 ? 'site' : 'member',
      actor: 'system',
      day: '2026-11-22',
      op: rev.toString(16).padStart(32, '0'),
      public:
        rev === 1 ? '{"line":{"site":"melden.example"}}' : `{"line":{"member":"${'a'.repeat(32)}","role":"admin"}}`,
      prev: lines.at(-1)?.hash ?? '0'.repeat(64),
      hash: '',
    };
    line.hash = await eventHash('ledger', { ...line, state: '' } as unknown as CaseEvent, undefined);
    lines.push(line);
  }
  return lines;
}

test('a whole chain has no break, over several pages', async () => {
  const lines = await chain(7);
  const pages: number[] = [];
  const book = await readBook({
    ledger: async (after) => {
      pages.push(after);
      const part = lines.slice(after, after + 3);
      return { lines: part, next: part.at(-1)?.rev ?? 0 };
    },
  });
  expect(book.broken).toBe(0);
  expect(book.entries).toHaveLength(7);
  expect(book.entries[0]?.says).toEqual({ site: 'melden.example' });
  expect(pages).toEqual([0, 3, 6, 7]);
  expect(book.checked).toBeUndefined();
  expect(kindsOf(book)).toEqual([
    ['member', 6],
    ['site', 1],
  ]);
});

test("the operator's last check comes with the book", async () => {
  const checked = { day: '2026-11-22', faults: 2 };
  const book = await readBook({ ledger: async () => ({ lines: [], next: 0, checked }) });
  expect(book).toMatchObject({ broken: 0, checked });
});

test('an edited, missing, doubled or moved line is named', async () => {
  const lines = await chain(5);
  const edited = lines.map((line) => (line.rev === 3 ? { ...line, public: '{"line":{"role":"coordinator"}}' } : line));
  expect(await firstBreak(edited)).toBe(3);
  expect(await firstBreak(lines.filter((line) => line.rev !== 2))).toBe(2);
  expect(await firstBreak([...lines.slice(0, 2), ...lines.slice(1)])).toBe(3);
  expect(await firstBreak(lines.slice(1))).toBe(1);
  expect(await firstBreak(lines)).toBe(0);
});
