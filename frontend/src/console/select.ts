// A page of a list: which cases a query finds, in which states they are, and what
// each other value of a filter would find. The counts take longer than a
// keystroke may, so they can be made in slices with others' turns in between.
import { FACETS, type Facet, ME } from './filter.ts';
import {
  type Asked,
  ask,
  type Counts,
  type Entry,
  inState,
  missed,
  NONE,
  PAGE,
  type Page,
  passes,
  type Query,
  rowOf,
  says,
  valuesOf,
} from './inbox.ts';

/** without gives what keeps an entry out; a quick answer asks no further than whether the state alone does. */
function without(entry: Entry, query: Asked): ReturnType<typeof missed> {
  if (query.quick !== true) return missed(entry, query);
  if (!passes(entry, query)) return 'more';
  return inState(entry.summary, query.filter.state) ? undefined : 'state';
}

/** SLICE is how many entries are counted before anybody else may ask: a fraction of what a keystroke may take. */
const SLICE = 4_000;

/** sift sorts out what a query lets through, and counts. It stops after every slice, for whoever runs it to say when it goes on. */
function* sift(entries: readonly Entry[], query: Asked) {
  const tally = new Map(FACETS.map((facet) => [facet, new Map<string, number>()]));
  const tick = (entry: Entry, facet: Facet) => {
    const into = tally.get(facet);
    for (const value of valuesOf(entry, facet, query)) into?.set(value, (into.get(value) ?? 0) + 1);
  };
  const chosen: Entry[] = [];
  const counts: Record<string, number> = {};
  let open = 0;
  let all = 0;
  let left = SLICE;
  for (const entry of entries) {
    left -= 1;
    if (left === 0) {
      left = SLICE;
      yield;
    }
    const out = without(entry, query);
    if (out === 'more' || !says(entry, query.words)) continue;
    if (out === undefined || out === 'state') {
      all += 1;
      if (entry.summary.open) open += 1;
      counts[entry.summary.state] = (counts[entry.summary.state] ?? 0) + 1;
    }
    if (out === undefined) {
      chosen.push(entry);
      if (query.quick !== true) for (const facet of FACETS) tick(entry, facet);
    } else if (out !== 'state') tick(entry, out);
  }
  return { chosen, counts, open, all, tally };
}

function labelsOf(entries: readonly Entry[]): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  for (const { card, values } of entries) {
    const marks = values.label ?? NONE;
    for (let i = 0; i < marks.length; i++) labels[marks[i] ?? ''] ??= card?.labels[i] ?? '';
  }
  return labels;
}

/** select answers a query about entries that lie in its order (inOrder). A page beyond the last becomes the last. */
export function select(entries: readonly Entry[], query: Query): Page {
  const sifting = sift(entries, ask(query));
  for (;;) {
    const { done, value } = sifting.next();
    if (done === true) return pageOf(entries, query, value);
  }
}

/** selectInTurn answers as select does, and lets others have their turn in between: they may change the list, not these entries. */
export async function selectInTurn(entries: readonly Entry[], query: Query, turn: () => Promise<void>): Promise<Page> {
  const now = entries.slice();
  const sifting = sift(now, ask(query));
  for (;;) {
    const { done, value } = sifting.next();
    if (done === true) return pageOf(now, query, value);
    await turn();
  }
}

type Sifted = ReturnType<typeof sift> extends Generator<unknown, infer R> ? R : never;

function pageOf(entries: readonly Entry[], query: Query, { chosen, counts, open, all, tally }: Sifted): Page {
  const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
  const page = Math.min(query.filter.page, pages);
  const rows = chosen.slice((page - 1) * PAGE, page * PAGE).map((entry) => rowOf(entry, query.today));
  const shown = (facet: Facet, value: string) => (facet === 'who' && value === query.me ? ME : value);
  const ordered = (facet: Facet) =>
    [...(tally.get(facet) ?? [])]
      .map(([value, n]) => [shown(facet, value), n] as const)
      .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const facets = Object.fromEntries(FACETS.map((facet) => [facet, ordered(facet)])) as unknown as Counts;
  return {
    rows,
    page,
    pages,
    found: chosen.length,
    counts,
    open,
    all,
    facets,
    labels: query.quick === true ? {} : labelsOf(entries),
  };
}
