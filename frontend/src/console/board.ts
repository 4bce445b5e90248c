// The same list in columns, by where a case stands in its life. A column shows
// its most urgent cases; the others stand in the list.
import { type Entry, matching, type Query, type Row, rowOf } from './inbox.ts';

/** COLUMN is how many cards one column shows at most. */
export const COLUMN = 12;

/** COLUMNS are the columns in order, each with its states. */
export const COLUMNS = [
  { id: 'received', states: ['received'] },
  { id: 'triage', states: ['triage'] },
  { id: 'query_open', states: ['query_open'] },
  { id: 'counselling', states: ['counselling'] },
  { id: 'intervention', states: ['intervention'] },
  { id: 'paused', states: ['paused'] },
  { id: 'done', states: ['referred', 'documented', 'closed', 'discarded'] },
] as const;

/** A Column is one of them with its cases. */
export interface Column {
  readonly id: string;
  readonly states: readonly string[];
  readonly found: number;
  readonly rows: readonly Row[];
}

/** columns answers a query in columns; the state of its filter does not count. */
export function columns(entries: readonly Entry[], query: Query): readonly Column[] {
  const stacks = COLUMNS.map(({ id, states }) => ({
    id,
    states: states as readonly string[],
    found: 0,
    rows: [] as Row[],
  }));
  const stackOf = new Map(stacks.flatMap((stack) => stack.states.map((state) => [state, stack] as const)));
  for (const entry of matching(entries, { ...query, filter: { ...query.filter, state: 'all' } })) {
    const stack = stackOf.get(entry.summary.state);
    if (stack === undefined) continue;
    stack.found += 1;
    if (stack.rows.length < COLUMN) stack.rows.push(rowOf(entry, query.today));
  }
  return stacks;
}
