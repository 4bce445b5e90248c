// What the inbox shows of many cases: filter, search, sort, page and count.
// It runs in the worker, on the summaries that the server tells and the cards
// that a key has opened; the page gets fifty rows and the counts.
import type { Summary } from '../shared/api.ts';
import type { Card } from '../shared/card.ts';
import { daysBetween } from './format.ts';
import type { InboxFilter } from './route.ts';

/** PAGE is how many rows one page of the inbox has. */
export const PAGE = 50;

/** A CardState says whether there is a card: not yet, opened, or there and not to be opened. */
export type CardState = 'none' | 'open' | 'damaged' | 'locked';

/** An Entry is one case in the list, with its card if there is one. */
export interface Entry {
  readonly summary: Summary;
  readonly card: Card | undefined;
  readonly cardState: CardState;
  /** All that is searched, folded once. */
  readonly haystack: string;
  /** The day the case is sorted by: its legal safe day or the plain day that the server knows, whichever is first. */
  readonly urgency: string;
}

/** A Query is a filter and what the member typed into the search field. */
export interface Query {
  readonly filter: InboxFilter;
  readonly search: string;
  /** The member who asks, for "mine". */
  readonly me: string;
  readonly today: string;
  /** The order of a case's life, for sorting by state. */
  readonly states: readonly string[];
}

/** A Row is one line of the inbox. */
export interface Row {
  readonly summary: Summary;
  readonly title: string;
  readonly cardState: CardState;
  readonly grounds: readonly string[];
  readonly area: string;
  readonly lang: string;
  /** The legal safe day of the card, else "". */
  readonly safeDay: string;
  /** Days until the safe day; negative if it is past; undefined if there is none. */
  readonly daysLeft: number | undefined;
}

/** A Page is the answer to a query. */
export interface Page {
  readonly rows: readonly Row[];
  readonly page: number;
  readonly pages: number;
  /** How many cases the filter lets through. */
  readonly found: number;
  /** How many cases there are in each state, of those that the other filters let through. */
  readonly counts: Readonly<Record<string, number>>;
  readonly open: number;
  readonly all: number;
}

/** fold makes texts comparable: lower case, no accents, so that "Cafe" finds "Café". */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss');
}

/** entryOf joins a summary and its card; names turn codes into the words a member would search. */
export function entryOf(
  summary: Summary,
  card: Card | undefined,
  cardState: CardState,
  names: (code: string) => string,
): Entry {
  const codes = card === undefined ? [] : [...card.grounds, card.area, ...card.labels].filter((c) => c !== '');
  const parts = [
    summary.case,
    `${summary.case.slice(0, 4)}-${summary.case.slice(4, 8)}`,
    card?.title ?? '',
    ...codes,
    ...codes.map(names),
    card?.lang ?? '',
    ...(card?.words ?? []),
  ];
  const days = [card?.due ?? '', summary.due].filter((day) => day !== '').sort();
  return { summary, card, cardState, haystack: fold(parts.join(' ')), urgency: days[0] ?? '9999' };
}

function passes(entry: Entry, query: Query, words: readonly string[]): boolean {
  if (query.filter.mine && entry.summary.assignee !== query.me) return false;
  if (query.filter.unread && !entry.summary.unread) return false;
  return words.every((word) => entry.haystack.includes(word));
}

function inState(summary: Summary, state: string): boolean {
  if (state === 'all') return true;
  return state === 'open' ? summary.open : summary.state === state;
}

function compare(query: Query): (a: Entry, b: Entry) => number {
  const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const turn = query.filter.down ? -1 : 1;
  const byId = (a: Entry, b: Entry) => text(a.summary.case, b.summary.case);
  const places = new Map(query.states.map((state, i) => [state, i]));
  const place = (e: Entry) => places.get(e.summary.state) ?? -1;
  const main: Record<InboxFilter['sort'], (a: Entry, b: Entry) => number> = {
    due: (a, b) =>
      text(a.urgency, b.urgency) ||
      Number(b.summary.unread) - Number(a.summary.unread) ||
      text(a.summary.month, b.summary.month),
    age: (a, b) => text(a.summary.month, b.summary.month),
    state: (a, b) => place(a) - place(b) || text(a.urgency, b.urgency),
    title: (a, b) => (a.card?.title ?? '').localeCompare(b.card?.title ?? ''),
  };
  const order = main[query.filter.sort];
  return (a, b) => turn * order(a, b) || byId(a, b);
}

function rowOf(entry: Entry, today: string): Row {
  const safeDay = entry.card?.due ?? '';
  return {
    summary: entry.summary,
    title: entry.card?.title ?? '',
    cardState: entry.cardState,
    grounds: entry.card?.grounds ?? [],
    area: entry.card?.area ?? '',
    lang: entry.card?.lang ?? '',
    safeDay,
    daysLeft: safeDay === '' ? undefined : daysBetween(today, safeDay),
  };
}

/** select answers a query. A page beyond the last becomes the last. */
export function select(entries: Iterable<Entry>, query: Query): Page {
  const words = fold(query.search)
    .split(/\s+/)
    .filter((word) => word !== '');
  const counts: Record<string, number> = {};
  const chosen: Entry[] = [];
  let open = 0;
  let all = 0;
  for (const entry of entries) {
    if (!passes(entry, query, words)) continue;
    all += 1;
    if (entry.summary.open) open += 1;
    counts[entry.summary.state] = (counts[entry.summary.state] ?? 0) + 1;
    if (inState(entry.summary, query.filter.state)) chosen.push(entry);
  }
  chosen.sort(compare(query));
  const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
  const page = Math.min(query.filter.page, pages);
  const rows = chosen.slice((page - 1) * PAGE, page * PAGE).map((entry) => rowOf(entry, query.today));
  return { rows, page, pages, found: chosen.length, counts, open, all };
}
