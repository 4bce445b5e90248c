import { expect, test } from 'vitest';
import type { Entry } from './inbox.ts';
import { cardOf, entryFor, queryOf, summaryOf } from './madeup.ts';
import { select, selectInTurn } from './select.ts';

const STATES = ['received', 'triage', 'referred', 'closed'] as const;
const entriesOf = (n: number): Entry[] =>
  Array.from({ length: n }, (_, i) => {
    const state = STATES[i % 4] ?? 'received';
    return entryFor(summaryOf(i, { state, open: i % 4 < 2 }), cardOf({ title: `${i}`, area: i % 3 ? 'housing' : '' }));
  });

test.each([0, 50, 9_000])('%d cases counted in turn give the same answer, whatever others do meanwhile', async (n) => {
  const entries = entriesOf(n);
  const query = queryOf({}, { chosen: { area: ['housing'] } });
  const before = select(entries, query);
  let turns = 0;
  const answer = await selectInTurn(entries, query, async () => {
    turns += 1;
    entries.splice(0, 2_500);
  });
  expect(answer).toEqual(before);
  expect(turns).toBe(Math.floor(n / 4_000));
});
