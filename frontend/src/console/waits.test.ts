import { expect, test } from 'vitest';
import type { OpenEvent } from './opening.ts';
import { share, type Wait, waitOf, waitsOf, workingDays } from './waits.ts';

test.each([
  ['2026-11-20', '2026-11-20', 0],
  ['2026-11-20', '2026-11-22', 0], // Friday to Sunday
  ['2026-11-20', '2026-11-23', 1],
  ['2026-11-16', '2026-11-19', 3],
  ['2026-11-21', '2026-11-27', 5],
  ['2026-11-27', '2026-11-20', 0],
  ['2020-01-01', '2026-11-20', 260],
])('%s to %s: %i working days', (from, to, days) => {
  expect(workingDays(from, to)).toBe(days);
});

function event(kind: string, more: Partial<OpenEvent>): OpenEvent {
  const none = {
    rev: 1,
    kind,
    actor: 'resident',
    day: '',
    state: 'received',
    op: '',
    public: {},
    seal: 'open',
    linked: true,
  };
  return { ...none, at: '', by: '', seen: '', told: false, body: {}, ...more } as OpenEvent;
}
const today = '2026-11-22';
const report = (body: object) => event('report', { at: '2026-11-16', body: body as OpenEvent['body'] });
const one = { case: 'a' };

test('a case tells how long its first answer took', () => {
  const wished = report({ rung: 'answer_me' });
  const answers = [event('answer', { day: '2026-11-18' }), event('answer', { day: '2026-11-20' })];
  expect(waitOf(one, [wished, ...answers], today)).toEqual({ case: 'a', days: 2, answered: true });
  expect(waitOf(one, [wished], today)).toEqual({ case: 'a', days: 4, answered: false });
  expect(waitOf(one, [report({ rung: 'count_it' })], today)).toBe('unwished');
  expect(waitOf(one, [report({ rung: 'count_it', may_ask: true })], today)).toMatchObject({ answered: false });
  expect(
    waitOf(one, [report({ rung: 'count_it' }), event('consent', { public: { rung: 'answer_me' } })], today),
  ).toMatchObject({ answered: false });
  expect(waitOf(one, [{ ...wished, seal: 'damaged' }], today)).toBe('closed');
  expect(waitOf(one, [], today)).toBe('closed');
});

test('promises kept are counted among those whose time is over', () => {
  const wait = (id: string, days: number, answered: boolean): Wait => ({ case: id, days, answered });
  const found = [
    wait('a', 1, true),
    wait('b', 3, true),
    wait('c', 4, true),
    wait('d', 9, true),
    wait('e', 2, false),
    wait('f', 8, false),
    'unwished' as const,
  ];
  const all = waitsOf(found, ['x'], 3);
  expect(all).toEqual({
    answered: 4,
    median: 3.5,
    kept: ['a', 'b'],
    late: ['c', 'd'],
    waiting: ['e'],
    overdue: ['f'],
    unwished: 1,
    closed: ['x'],
  });
  expect(share(all)).toBe(40);
  expect(waitsOf(found.slice(0, 3), [], 3).median).toBe(3);
  const none = waitsOf([], [], 3);
  expect([none.median, share(none)]).toEqual([undefined, undefined]);
});
