import { expect, test } from 'vitest';
import { FIRST } from './filter.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';

const ID = 'f296af257eef596fb0b716b8e01b1471';

const ROUTES: readonly (readonly [string, Route])[] = [
  ['#inbox', { view: 'inbox', filter: FIRST }],
  [
    '#inbox&state=triage&who=me&ground=age,gender&sort=age&down=1&page=3',
    {
      view: 'inbox',
      filter: {
        state: 'triage',
        chosen: { who: ['me'], ground: ['age', 'gender'] },
        sort: 'age',
        down: true,
        page: 3,
      },
    },
  ],
  ['#board&unread=yes', { view: 'board', filter: { ...FIRST, chosen: { unread: ['yes'] } } }],
  ['#today', { view: 'today' }],
  ['#workload', { view: 'workload' }],
  [`#case=${ID}`, { view: 'case', id: ID, tab: 'report' }],
  [`#case=${ID}&tab=thread`, { view: 'case', id: ID, tab: 'thread' }],
  ['#statistics=2025', { view: 'statistics', year: 2025 }],
  ['#setup=8augxbjbu73zsO6LP5cuLw', { view: 'setup', code: '8augxbjbu73zsO6LP5cuLw' }],
];

test.each(ROUTES)('%s is read and written', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route);
  expect(formatRoute(route)).toBe(hash);
});

test.each(['', '#', '#case=nonsense', '#setup=', '#nothing'])('%s leads to the page of today', (hash) => {
  expect(parseRoute(hash)).toEqual({ view: 'today' });
});

test('of a filter only what it knows is read', () => {
  const hash = '#inbox&page=-1&sort=colour&state=<b>&ground=<i>,,&colour=red&who=';
  expect(parseRoute(hash)).toEqual({ view: 'inbox', filter: FIRST });
});

test('an unknown part of a case is its report', () => {
  expect(parseRoute(`#case=${ID}&tab=everything`)).toEqual({ view: 'case', id: ID, tab: 'report' });
});
