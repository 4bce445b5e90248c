import { expect, test } from 'vitest';
import type { Summary } from '../shared/api.ts';
import type { Card } from '../shared/card.ts';
import { type CardState, type Entry, entryOf, PAGE, type Query, select } from './inbox.ts';
import { FIRST } from './route.ts';

const STATES = ['received', 'triage', 'closed'];

function summary(n: number, change: Partial<Summary> = {}): Summary {
  return {
    case: n.toString(16).padStart(32, '0'),
    rev: 1,
    desk: 'city',
    epoch: 1,
    month: '2026-11',
    state: 'received',
    track: 'report',
    assignee: '',
    open: true,
    unread: false,
    hold: false,
    due: '',
    purge: '',
    codingRev: 0,
    asked: '',
    askedBy: '',
    ...change,
  };
}

function card(change: Partial<Card> = {}): Card {
  return {
    title: '',
    grounds: [],
    area: '',
    labels: [],
    lang: 'de',
    due: '',
    kind: '',
    follow: '',
    pin: '',
    words: [],
    ...change,
  };
}

function entry(s: Summary, c?: Card, state: CardState = c === undefined ? 'none' : 'open'): Entry {
  return entryOf(s, c, state, (code) => (code === 'housing' ? 'Wohnen' : code));
}

function query(change: Partial<Query> = {}, filter: Partial<Query['filter']> = {}): Query {
  return { filter: { ...FIRST, ...filter }, search: '', me: 'me', today: '2026-11-22', states: STATES, ...change };
}

const titles = (entries: readonly Entry[], q: Query) => select(entries, q).rows.map((row) => row.title);

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
  const page = select(entries, query({}, { mine: true, state: 'triage' }));
  expect(page.rows.map((row) => row.title)).toEqual(['b']);
  expect(page.counts).toEqual({ received: 1, triage: 1, closed: 1 });
  expect([page.open, page.all, page.found]).toEqual([2, 3, 1]);
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
