// What a list of cases is narrowed by, and how that stands in the address. A
// bookmark may keep all of it but what is searched for and the words of a label:
// a hash lands in the browser's history, so a label stands there as a mark.

/** The columns that a list may be sorted by. */
export const SORTS = ['due', 'age', 'state', 'title'] as const;
/** A Sort is one of them. */
export type Sort = (typeof SORTS)[number];

/** The properties that a list may be narrowed by, beside the state. */
export const FACETS = ['who', 'due', 'unread', 'ground', 'area', 'lang', 'label', 'month', 'desk', 'flag'] as const;
/** A Facet is one of them. */
export type Facet = (typeof FACETS)[number];

/** ME and NOBODY are who has a case, beside the ids of members. */
export const ME = 'me';
/** NOBODY stands for a case that nobody has. */
export const NOBODY = 'nobody';

/** DUES say how a case stands to its days: the safe day is past, or near, or the case was to be looked at again. */
export const DUES = ['past', 'near', 'back', 'none'] as const;

/** FLAGS are what else can be wrong with a case or wait in it. */
export const FLAGS = ['approve', 'asked', 'hold', 'nocard', 'damaged'] as const;

/** An InboxFilter is all of a list that a bookmark may keep. */
export interface InboxFilter {
  /** A state, 'open' (all that are not done) or 'all'. */
  readonly state: string;
  /** Chosen values. Several of one facet mean one of these; several facets mean all of these. */
  readonly chosen: Readonly<Partial<Record<Facet, readonly string[]>>>;
  readonly sort: Sort;
  readonly down: boolean;
  /** Counted from 1. */
  readonly page: number;
}

/** FIRST is a list as it opens: all open cases, the most urgent on top. */
export const FIRST: InboxFilter = { state: 'open', chosen: {}, sort: 'due', down: false, page: 1 };

const VALUE = /^[a-z0-9_-]{1,40}$/i;
const MOST = 30;

function isOne<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}

/** readFilter reads a filter; what it does not know stays as it is in FIRST. */
export function readFilter(values: URLSearchParams): InboxFilter {
  const sort = values.get('sort') ?? FIRST.sort;
  const page = Number(values.get('page') ?? 1);
  const state = values.get('state') ?? FIRST.state;
  const chosen: Partial<Record<Facet, readonly string[]>> = {};
  for (const facet of FACETS) {
    const list = (values.get(facet) ?? '').split(',').filter((value) => VALUE.test(value));
    if (list.length > 0) chosen[facet] = [...new Set(list)].slice(0, MOST);
  }
  return {
    state: /^[a-z_]{1,32}$/.test(state) ? state : FIRST.state,
    chosen,
    sort: isOne(SORTS, sort) ? sort : FIRST.sort,
    down: values.get('down') === '1',
    page: Number.isInteger(page) && page >= 1 ? page : 1,
  };
}

/** writeFilter gives the parts of a hash; readFilter gives the same filter back. */
export function writeFilter(f: InboxFilter): readonly string[] {
  const parts: string[] = [];
  if (f.state !== FIRST.state) parts.push(`state=${f.state}`);
  for (const facet of FACETS) {
    const list = f.chosen[facet] ?? [];
    if (list.length > 0) parts.push(`${facet}=${list.join(',')}`);
  }
  if (f.sort !== FIRST.sort) parts.push(`sort=${f.sort}`);
  if (f.down) parts.push('down=1');
  if (f.page !== 1) parts.push(`page=${f.page}`);
  return parts;
}

/** only makes the filter that shows the open cases with these values. */
export function only(chosen: InboxFilter['chosen'], state = FIRST.state): InboxFilter {
  return { ...FIRST, state, chosen };
}

/** toggled gives the filter with a value added or, if it is chosen, taken away; on its first page. */
export function toggled(f: InboxFilter, facet: Facet, value: string): InboxFilter {
  const before = f.chosen[facet] ?? [];
  const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  const chosen = { ...f.chosen, [facet]: after };
  if (after.length === 0) delete chosen[facet];
  return { ...f, chosen, page: 1 };
}

/** isNarrow says whether anything but the state narrows the list. */
export function isNarrow(f: InboxFilter): boolean {
  return Object.keys(f.chosen).length > 0;
}

/** labelMark stands for a label in an address: nobody reads the label out of it. */
export function labelMark(label: string): string {
  let hash = 0x811c9dc5;
  for (const letter of label.normalize('NFC').trim().toLowerCase()) {
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}
