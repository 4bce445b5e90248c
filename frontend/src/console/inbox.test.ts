import { expect, test } from 'vitest';
import type { InboxFilter } from './filter.ts';
import { labelMark } from './filter.ts';
import { type Entry, inOrder, PAGE, type Query } from './inbox.ts';
import { cardOf as card, entryFor as entry, queryOf as query, summaryOf as summary } from './madeup.ts';
import { select } from './select.ts';

const titles = (entries: readonly Entry[], q: Query) =>
  select([...entries].sort(inOrder(q)), q).rows.map((row) => row.title);

test('the most urgent case stands on top, then the unread, then the oldest', () => {
  const entries = [
    entry(summary(1, { month: '2026-10' }), card({ title: 'alt' })),
    entry(summary(2, { unread: true }), card({ title: 'neu' })),
    entry(summary(3, { due: '2026-12-07' }), card({ title: 'Wiedervorlage' })),
    entry(summary(4), card({ title: 'Frist', due: '2026-12-04' })),
    entry(summary(5, { month: '2026-09' }), card({ title: 'älter' })),
  ];
  expect(titles(entries, query())).toEqual(['Frist', 'Wiedervorlage', 'neu', 'älter', 'alt']);
});

test('filters narrow, counts follow all filters but the state', () => {
  const entries = [
    entry(summary(1, { assignee: 'me' }), card({ title: 'a' })),
    entry(summary(2, { assignee: 'me', state: 'triage' }), card({ title: 'b' })),
    entry(summary(3, { assignee: 'other', state: 'triage' }), card({ title: 'c' })),
    entry(summary(4, { assignee: 'me', state: 'closed', open: false }), card({ title: 'd' })),
  ];
  const page = select(entries, query({}, { chosen: { who: ['me'] }, state: 'triage' }));
  expect(page.rows.map((row) => row.title)).toEqual(['b']);
  expect(page.counts).toEqual({ received: 1, triage: 1, closed: 1 });
  expect([page.open, page.all, page.found]).toEqual([2, 3, 1]);
});

const CASES: readonly Entry[] = [
  entry(summary(1, { assignee: 'me', unread: true }), card({ title: 'a', grounds: ['antisemitism'], lang: 'tr' })),
  entry(summary(2, { desk: 'verein', month: '2026-10' }), card({ title: 'b', grounds: ['age'], labels: ['r:Firma'] })),
  entry(summary(3, { assignee: 'x' }), card({ title: 'c', due: '2026-11-20', area: 'housing' })),
  entry(summary(4), card({ title: 'd', due: '2026-12-06', labels: ['r:Firma', 'eilig'] })),
  entry(summary(5, { due: '2026-11-16', asked: 'erase', askedBy: 'resident' }), card({ title: 'e' })),
  entry(
    summary(6, { hold: true, due: '2026-11-30', asked: 'export', askedBy: 'me' }),
    card({ title: 'f', due: '2026-12-04' }),
  ),
  entry(summary(7), undefined),
  entry(summary(9, { desk: 'x' }), card({ title: 'g', follow: '2026-11-22' })),
  entry(summary(8), undefined, 'locked'),
];

const FILTERED: readonly (readonly [InboxFilter['chosen'], string])[] = [
  [{ who: ['me'] }, 'a'],
  [{ who: ['x', 'me'] }, 'ac'],
  [{ who: ['nobody'], desk: ['city'] }, 'def??'],
  [{ ground: ['racism_ethnic_origin'] }, 'a'],
  [{ ground: ['antisemitism', 'age'] }, 'ab'],
  [{ ground: ['age'], lang: ['tr'] }, ''],
  [{ lang: ['tr'], unread: ['yes'] }, 'a'],
  [{ area: ['housing'] }, 'c'],
  [{ due: ['past'] }, 'c'],
  // Fourteen days on is near; the Monday of a safe day is no second reason to look.
  [{ due: ['near'] }, 'df'],
  [{ due: ['back'] }, 'eg'],
  [{ due: ['none'] }, 'ab??'],
  [{ label: [labelMark('r:firma')] }, 'bd'],
  [{ month: ['2026-10'] }, 'b'],
  [{ desk: ['verein'] }, 'b'],
  [{ flag: ['asked'] }, 'ef'],
  [{ flag: ['approve'] }, 'e'],
  [{ flag: ['hold'] }, 'f'],
  [{ flag: ['nocard', 'damaged'] }, '??'],
];

test.each(FILTERED)('%o finds %s', (chosen, found) => {
  const page = select(CASES, query({ approves: true }, { chosen, sort: 'title' }));
  const names = page.rows
    .map(({ title }) => title || '?')
    .sort((a, b) => (a === '?' ? 1 : b === '?' ? -1 : a < b ? -1 : 1));
  expect(names.join('')).toBe(found);
});

test('each value says what choosing it would find', () => {
  const asked = query({ approves: true }, { chosen: { who: ['nobody'], desk: ['city'] } });
  const page = select(CASES, asked);
  for (const [facet, values] of Object.entries(page.facets)) {
    for (const [value, n] of values) {
      const chosen = { ...asked.filter.chosen, [facet]: [value] };
      expect(select(CASES, query({ approves: true }, { chosen })).found, `${facet}=${value}`).toBe(n);
    }
  }
  expect(page.facets.who).toEqual([
    ['nobody', 5],
    ['me', 1],
    ['x', 1],
  ]);
  expect(page.labels).toEqual({ [labelMark('r:Firma')]: 'r:Firma', [labelMark('eilig')]: 'eilig' });
});

test('a quick answer has the same rows and states, and counts nothing else', () => {
  const asked = query({ search: 'firma' }, { state: 'all' });
  const [whole, quick] = [select(CASES, asked), select(CASES, { ...asked, quick: true })];
  expect(whole.found).toBe(2);
  expect({ ...quick, facets: whole.facets, labels: whole.labels }).toEqual(whole);
  expect(Object.values(quick.facets).flat()).toEqual([]);
});

test('who does not approve is not told that an approval waits for them', () => {
  expect(select(CASES, query({}, { chosen: { flag: ['approve'] } })).found).toBe(0);
});

test('a case that is done is in no hurry', () => {
  const done = entry(summary(1, { open: false, state: 'closed', due: '2026-11-02' }), card({ due: '2026-11-20' }));
  expect(select([done], query({}, { state: 'all', chosen: { due: ['past', 'back', 'near'] } })).found).toBe(0);
});

test('the search finds names of codes, short ids, and letters without accents', () => {
  const entries = [
    entry(summary(1), card({ title: 'Café in der Straße', area: 'housing', words: ['hausverwaltung'] })),
    entry(summary(2)),
  ];
  for (const search of ['wohn', 'CAFE', 'strasse', 'hausverw', '0000-0000 cafe']) {
    expect(select(entries, query({ search })).rows[0]?.title, search).toBe('Café in der Straße');
  }
  expect(select(entries, query({ search: 'nirgends' })).found).toBe(0);
});

test('days left are counted, also when they are over', () => {
  const rows = select([entry(summary(1), card({ title: 'x', due: '2026-11-20' }))], query()).rows;
  expect(rows[0]).toMatchObject({ safeDay: '2026-11-20', daysLeft: -2 });
});

test('fifty rows a page; a page beyond the last is the last', () => {
  const entries = Array.from({ length: 2 * PAGE + 1 }, (_, i) => entry(summary(i)));
  const page = select(entries, query({}, { page: 9 }));
  expect([page.page, page.pages, page.rows.length]).toEqual([3, 3, 1]);
});

test('a damaged card is shown as damaged', () => {
  expect(select([entry(summary(1), undefined, 'damaged')], query()).rows[0]).toMatchObject({
    title: '',
    cardState: 'damaged',
  });
});

test('ten thousand cases are searched', () => {
  const entries = Array.from({ length: 10_000 }, (_, i) =>
    entry(summary(i), card({ title: `Fall ${i}`, area: 'housing', words: ['wohnung', 'absage', 'telefon'] })),
  );
  // 77, 77_, 77__ and those in which 77 follows "fall " at the start of the number.
  expect(select(entries, query({ search: '"fall 77' })).found).toBe(0);
  expect(select(entries, query({ search: 'fall 9999' })).found).toBe(1);
});

test('codes that are names of the language itself reach the page as words', () => {
  const hostile = ['constructor', '__proto__', 'toString', 'hasOwnProperty'];
  const one = entry(summary(1), card({ title: 'böse', grounds: hostile, area: 'valueOf', lang: '__proto__' }));
  const page = structuredClone(select([one], query({ search: 'böse' })));
  expect(page.facets.ground.map(([code]) => code).sort()).toEqual([...hostile].sort());
  expect(page.facets.area).toEqual([['valueOf', 1]]);
});
