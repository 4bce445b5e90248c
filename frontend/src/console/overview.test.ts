import { expect, test } from 'vitest';
import { COLUMN, COLUMNS, columns } from './board.ts';
import { STATES } from './console.ts';
import { count, type Entry } from './inbox.ts';
import { cardOf, entryFor, queryOf, summaryOf } from './madeup.ts';
import { CONCERNS, LOADS, overview, own, workload } from './overview.ts';

const CASES: readonly Entry[] = [
  entryFor(summaryOf(1, { assignee: 'me', unread: true }), cardOf({ due: '2026-11-20' })),
  entryFor(summaryOf(2, { unread: true }), cardOf({ due: '2026-11-23' })),
  entryFor(summaryOf(3, { assignee: 'x', state: 'paused', due: '2026-11-16' }), cardOf()),
  entryFor(summaryOf(4, { assignee: 'x', state: 'closed', open: false, unread: true }), cardOf()),
  entryFor(summaryOf(5, { assignee: 'x', asked: 'erase', askedBy: 'resident' }), undefined),
  entryFor(summaryOf(6, { assignee: 'x', asked: 'discard', askedBy: 'me' }), cardOf()),
];
const ASKER = { me: 'me', approves: true, today: '2026-11-22', states: STATES };

test('each number is what its list shows', () => {
  const now = overview(CASES, ASKER);
  for (const { id, all, mine } of now.concerns) {
    const concern = CONCERNS.find((one) => one.id === id);
    if (concern === undefined) throw new Error(id);
    expect(count(CASES, { ...queryOf({ approves: true }), filter: concern.filter }), id).toBe(all);
    if (concern.own) expect(count(CASES, { ...queryOf(), filter: own(concern.filter) }), id).toBe(mine);
  }
  expect(Object.fromEntries(now.concerns.map(({ id, all }) => [id, all]))).toEqual({
    past: 1,
    near: 1,
    approve: 1,
    unread: 3,
    back: 1,
    nobody: 1,
    damaged: 0,
  });
  expect([now.open, now.mine, now.cardless]).toEqual([5, 1, 1]);
});

test('who does not approve is not asked to', () => {
  expect(overview(CASES, { ...ASKER, approves: false }).concerns.map(({ id }) => id)).not.toContain('approve');
});

test('the workload of each member is what a click on it finds', () => {
  const loads = workload(CASES, ['me', 'x', 'idle'], ASKER);
  expect(loads).toEqual([
    { who: 'me', open: 1, late: 1, near: 0, unread: 1 },
    { who: 'x', open: 3, late: 1, near: 0, unread: 1 },
    { who: 'idle', open: 0, late: 0, near: 0, unread: 0 },
    { who: 'nobody', open: 1, late: 0, near: 1, unread: 1 },
  ]);
  for (const load of loads) {
    for (const name of ['open', 'late', 'near', 'unread'] as const) {
      const filter = LOADS[name](load.who);
      expect(count(CASES, queryOf({ approves: true }, filter)), `${load.who} ${name}`).toBe(load[name]);
    }
  }
});

test('the board has a column for every state, and counts what it does not show', () => {
  expect(COLUMNS.flatMap(({ states }) => [...states]).sort()).toEqual([...STATES].sort());
  const many = Array.from({ length: COLUMN + 3 }, (_, i) => entryFor(summaryOf(i, { state: 'triage' }), cardOf()));
  const [, triage, ...others] = columns(many, queryOf({}, { state: 'closed' }));
  expect([triage?.found, triage?.rows.length]).toEqual([COLUMN + 3, COLUMN]);
  expect(others.every(({ found }) => found === 0)).toBe(true);
});
