import { expect, test } from 'vitest';
import { COLUMN, columns } from './board.ts';
import { cardOf, entryFor, queryOf, summaryOf } from './madeup.ts';

const STATES = ['received', 'triage', 'referred', 'closed'] as const;

test('a column counts all its cases and shows the first of them', () => {
  const entries = Array.from({ length: 80 }, (_, i) => {
    const state = STATES[i % 4] ?? 'received';
    return entryFor(summaryOf(i, { state, open: i % 4 < 2 }), cardOf({ title: `${i}` }));
  });
  const board = columns(entries, queryOf({}, { state: 'triage' }));
  const shown = board.map(({ id, found, rows }) => [id, found, rows.length]);
  expect(shown.filter(([, found]) => found !== 0)).toEqual([
    ['received', 20, COLUMN],
    ['triage', 20, COLUMN],
    ['done', 40, COLUMN],
  ]);
  expect(
    board
      .at(-1)
      ?.rows.map(({ title }) => title)
      .slice(0, 3),
  ).toEqual(['2', '3', '6']);
});
