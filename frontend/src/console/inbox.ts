// What a list shows of many cases: filter, search, sort and rows; select.ts makes
// pages and counts of it. It runs in the worker, on the summaries that the server
// tells and the cards that a key has opened; the page gets fifty rows and the counts.
import type { Summary } from '../shared/api.ts';
import type { Card } from '../shared/card.ts';
import { FACETS, type Facet, type InboxFilter, labelMark, ME, NOBODY } from './filter.ts';
import { addDays, daysBetween, mondayOf, NEAR } from './format.ts';

/** PAGE is how many rows one page of the inbox has. */
export const PAGE = 50;

/** NONE is a list of nothing. */
export const NONE: readonly string[] = [];

/** A CardState says whether there is a card: not yet, opened, or there and not to be opened. */
export type CardState = 'none' | 'open' | 'damaged' | 'locked';

/** Terms are the office's codes in the language chosen now. */
export interface Terms {
  readonly labels: Readonly<Record<string, string>>;
  /** The parent of a code that has one: whoever looks for it finds its children too. */
  readonly parents: Readonly<Record<string, string>>;
}

/** An Entry is one case in the list, with its card if there is one. */
export interface Entry {
  readonly summary: Summary;
  /** The card without its search words: as a list they would be half a million small texts. cardWords gives them. */
  readonly card: Card | undefined;
  readonly cardState: CardState;
  /** All that is searched, folded once; the card's search words are its last line. */
  readonly haystack: string;
  /** The day the case is sorted by: its legal safe day, the day to look again, or the plain day that the server knows. */
  readonly urgency: string;
  /** The Monday of the safe day's week, or "". */
  readonly week: string;
  /** What the card says to each facet, worked out once. */
  readonly values: Readonly<Partial<Record<Facet, readonly string[]>>>;
}

/** A Query is a filter and what the member typed into the search field. */
export interface Query {
  readonly filter: InboxFilter;
  readonly search: string;
  /** The member who asks. */
  readonly me: string;
  /** Whether this member approves what others ask for. */
  readonly approves: boolean;
  readonly today: string;
  /** The order of a case's life, for sorting by state. */
  readonly states: readonly string[];
  /** Only rows and states are wanted, without counting what each other value would find: most of the work. */
  readonly quick?: boolean;
}

/** A Row is one line of a list. */
export interface Row {
  readonly summary: Summary;
  readonly title: string;
  readonly cardState: CardState;
  readonly grounds: readonly string[];
  readonly area: string;
  readonly labels: readonly string[];
  readonly lang: string;
  /** The legal safe day of the card, else "". */
  readonly safeDay: string;
  /** Days until the safe day; negative if it is past; undefined if there is none. */
  readonly daysLeft: number | undefined;
}

/** Counts give how many cases there are behind each value of each facet, the most frequent first. */
export type Counts = Readonly<Record<Facet, readonly (readonly [value: string, cases: number])[]>>;

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
  /** What a click on a value would find, with all other filters as they are. */
  readonly facets: Counts;
  /** The words of the labels by their marks. */
  readonly labels: Readonly<Record<string, string>>;
}

/** fold makes texts comparable: lower case, no accents, so that "Cafe" finds "Café". */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss');
}

/** named looks a code up: a code may be any word that somebody sealed, "constructor" too. */
function named(list: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(list, code) ? (list[code] ?? '') : '';
}

/** entryOf joins a summary and its card; terms turn codes into the words a member would search. */
export function entryOf(summary: Summary, card: Card | undefined, cardState: CardState, terms: Terms): Entry {
  const codes = card === undefined ? [] : [...card.grounds, card.area, ...card.labels].filter((c) => c !== '');
  const parts = [
    summary.case,
    `${summary.case.slice(0, 4)}-${summary.case.slice(4, 8)}`,
    card?.title ?? '',
    ...codes,
    ...codes.map((code) => named(terms.labels, code)),
    card?.lang ?? '',
  ];
  const days = [card?.due ?? '', card?.follow ?? '', summary.due].filter((day) => day !== '').sort();
  const up = (list: readonly string[]) => [
    ...new Set(list.flatMap((code) => [code, named(terms.parents, code)]).filter((code) => code !== '')),
  ];
  const values = {
    who: [summary.assignee === '' ? NOBODY : summary.assignee],
    unread: summary.unread ? ['yes'] : [],
    ground: up(card?.grounds ?? []),
    area: up(card?.area ? [card.area] : []),
    lang: card?.lang ? [card.lang] : [],
    label: (card?.labels ?? []).map(labelMark),
    month: [summary.month],
    desk: [summary.desk],
  };
  const week = card?.due ? mondayOf(card.due) : '';
  const haystack = fold(`${parts.join(' ')}\n${card?.words.join(' ') ?? ''}`);
  const kept = card && { ...card, words: NONE };
  return { summary, card: kept, cardState, haystack, urgency: days[0] ?? '9999', week, values };
}

/** cardWords gives the search words of an entry's card, folded. */
export function cardWords({ haystack }: Entry): readonly string[] {
  const words = haystack.slice(haystack.lastIndexOf('\n') + 1);
  return words === '' ? NONE : words.split(' ');
}

/** wholeCard gives an entry's card as it was sealed. */
export function wholeCard(entry: Entry): Card | undefined {
  return entry.card && { ...entry.card, words: cardWords(entry) };
}

/** An Asked is a query with what follows from it once: it is held against ten thousand cases at every keystroke. */
export interface Asked extends Query {
  /** The last day that is near. */
  readonly until: string;
  readonly words: readonly string[];
  /** What is wanted of each facet that is chosen; "me" stands there as the member's id. */
  readonly wanted: readonly (readonly [Facet, ReadonlySet<string>])[];
}

/** ask works out what follows from a query. */
export function ask(query: Query): Asked {
  const chosen = FACETS.flatMap((facet) => {
    const values = query.filter.chosen[facet] ?? [];
    const wanted = values.map((value) => (facet === 'who' && value === ME ? query.me : value));
    return values.length === 0 ? [] : [[facet, new Set(wanted)] as const];
  });
  return { ...query, until: addDays(query.today, NEAR), words: wordsOf(query.search), wanted: chosen };
}

/** duesOf says how an open case stands to its days; one that is done is in no hurry. */
function duesOf({ summary, card, week }: Entry, { today, until }: Asked): readonly string[] {
  const safe = card?.due ?? '';
  const follow = card?.follow ?? '';
  if (!summary.open) return NONE;
  if (safe === '' && summary.due === '' && follow === '') return UNDATED;
  const dues: string[] = [];
  // Days compare as texts.
  if (safe !== '' && safe < today) dues.push('past');
  else if (safe !== '' && safe <= until) dues.push('near');
  // The plain day is the week of the safe day too, or of the day to look at the case again: only that is news.
  const again = summary.due !== '' && summary.due !== week && summary.due <= today;
  if (again || (follow !== '' && follow <= today)) dues.push('back');
  return dues;
}

const UNDATED: readonly string[] = ['none'];

function flagsOf({ summary, cardState }: Entry, query: Asked): readonly string[] {
  if (summary.asked === '' && !summary.hold && cardState === 'open') return NONE;
  const flags: string[] = [];
  if (summary.asked !== '') {
    flags.push('asked');
    if (query.approves && summary.askedBy !== query.me) flags.push('approve');
  }
  if (summary.hold) flags.push('hold');
  if (cardState === 'none') flags.push('nocard');
  if (cardState === 'damaged' || cardState === 'locked') flags.push('damaged');
  return flags;
}

/** valuesOf gives an entry's values of a facet. */
export function valuesOf(entry: Entry, facet: Facet, query: Asked): readonly string[] {
  if (facet === 'due') return duesOf(entry, query);
  if (facet === 'flag') return flagsOf(entry, query);
  return entry.values[facet] ?? NONE;
}

/** holdsAny says whether an entry has one of the values that are wanted of a facet. */
function holdsAny(entry: Entry, facet: Facet, wanted: ReadonlySet<string>, query: Asked): boolean {
  for (const value of valuesOf(entry, facet, query)) if (wanted.has(value)) return true;
  return false;
}

/** passes says whether an entry has all that is wanted of it, whatever its state. */
export function passes(entry: Entry, query: Asked): boolean {
  for (const [facet, wanted] of query.wanted) if (!holdsAny(entry, facet, wanted, query)) return false;
  return true;
}

/** inState says whether a case is in a state, or open, as a filter wants it. */
export function inState(summary: Summary, state: string): boolean {
  if (state === 'all') return true;
  return state === 'open' ? summary.open : summary.state === state;
}

/** missed gives the facets that keep an entry out: none, the only one, or 'more'. */
export function missed(entry: Entry, query: Asked): Facet | 'state' | 'more' | undefined {
  let only: Facet | 'state' | undefined = inState(entry.summary, query.filter.state) ? undefined : 'state';
  for (const [facet, wanted] of query.wanted) {
    if (holdsAny(entry, facet, wanted, query)) continue;
    if (only !== undefined) return 'more';
    only = facet;
  }
  return only;
}

/** says tells whether an entry says all words. */
export function says(entry: Entry, words: readonly string[]): boolean {
  for (const word of words) if (!entry.haystack.includes(word)) return false;
  return true;
}

/** A Searched is what was searched for last, and what of which entries says it. */
export interface Searched {
  readonly words: readonly string[];
  readonly of: readonly Entry[];
  readonly found: readonly Entry[];
}

/** searched gives the entries that say all words of a search. Who types on searches only what was found before. */
export function searched(entries: readonly Entry[], search: string, last?: Searched): Searched {
  const words = wordsOf(search);
  const goesOn = last?.of === entries && last.words.every((old) => words.some((word) => word.includes(old)));
  const among = goesOn ? last.found : entries;
  return { words, of: entries, found: words.length === 0 ? entries : among.filter((entry) => says(entry, words)) };
}

function wordsOf(search: string): readonly string[] {
  return fold(search)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** An Order compares two entries; 0 only for one case with itself. */
export type Order = (a: Entry, b: Entry) => number;

/** inOrder compares two entries as a query wants them. */
export function inOrder(query: Pick<Query, 'filter' | 'states'>): Order {
  const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const turn = query.filter.down ? -1 : 1;
  const byId = (a: Entry, b: Entry) => text(a.summary.case, b.summary.case);
  const places = new Map(query.states.map((state, i) => [state, i]));
  const place = (e: Entry) => places.get(e.summary.state) ?? -1;
  const main: Record<InboxFilter['sort'], Order> = {
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

/** placeOf gives where an entry stands, or would stand, in a list that lies in an order. */
export function placeOf(list: readonly Entry[], entry: Entry, order: Order): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (order(list[middle] as Entry, entry) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** rowOf makes the line of an entry. */
export function rowOf(entry: Entry, today: string): Row {
  const safeDay = entry.card?.due ?? '';
  return {
    summary: entry.summary,
    title: entry.card?.title ?? '',
    cardState: entry.cardState,
    grounds: entry.card?.grounds ?? [],
    area: entry.card?.area ?? '',
    labels: entry.card?.labels ?? [],
    lang: entry.card?.lang ?? '',
    safeDay,
    daysLeft: safeDay === '' ? undefined : daysBetween(today, safeDay),
  };
}

/** matching gives the entries that a query lets through, in the order in which they came. */
export function matching(entries: readonly Entry[], query: Query): readonly Entry[] {
  const asked = ask(query);
  return entries.filter((entry) => lets(entry, asked));
}

function lets(entry: Entry, query: Asked): boolean {
  return inState(entry.summary, query.filter.state) && passes(entry, query) && says(entry, query.words);
}

/** count gives how many entries a query lets through. */
export function count(entries: readonly Entry[], query: Query): number {
  const asked = ask(query);
  let n = 0;
  for (const entry of entries) if (lets(entry, asked)) n += 1;
  return n;
}
