// Made-up cases for the tests of lists.
import type { Summary } from '../shared/api.ts';
import type { Card } from '../shared/card.ts';
import { FIRST } from './filter.ts';
import { type CardState, type Entry, entryOf, type Query } from './inbox.ts';

/** summaryOf makes the summary of case n. */
export function summaryOf(n: number, change: Partial<Summary> = {}): Summary {
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

/** cardOf makes a card. */
export function cardOf(change: Partial<Card> = {}): Card {
  const empty = { title: '', grounds: [], area: '', labels: [], words: [], due: '', kind: '', follow: '', pin: '' };
  return { ...empty, lang: 'de', ...change };
}

/** entryFor joins both under two known codes. */
export function entryFor(s: Summary, c?: Card, state: CardState = c === undefined ? 'none' : 'open'): Entry {
  return entryOf(s, c, state, { labels: { housing: 'Wohnen' }, parents: { antisemitism: 'racism_ethnic_origin' } });
}

/** queryOf asks as the member `me` on 22 November 2026. */
export function queryOf(change: Partial<Query> = {}, filter: Partial<Query['filter']> = {}): Query {
  return {
    filter: { ...FIRST, ...filter },
    search: '',
    me: 'me',
    approves: false,
    today: '2026-11-22',
    states: ['received', 'triage', 'closed'],
    ...change,
  };
}
