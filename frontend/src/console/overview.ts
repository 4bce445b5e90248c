// What is wrong or waits, as numbers. Each number is a filter and counts what
// that filter finds, so that a click never shows another number.
import { type InboxFilter, ME, NOBODY, only } from './filter.ts';
import { count, type Entry, type Query } from './inbox.ts';

/** A Concern is one thing that may be wrong or wait. */
export interface Concern {
  readonly id: string;
  readonly filter: InboxFilter;
  /** Whether it makes sense to ask how many of them are one's own. */
  readonly own: boolean;
  /** Whether it is told to those only who approve. */
  readonly approvers?: boolean;
}

/** CONCERNS are all of them, the gravest first. Letters to closed cases count too: somebody wrote. */
export const CONCERNS: readonly Concern[] = [
  { id: 'past', filter: only({ due: ['past'] }), own: true },
  { id: 'near', filter: only({ due: ['near'] }), own: true },
  { id: 'approve', filter: only({ flag: ['approve'] }, 'all'), own: false, approvers: true },
  { id: 'unread', filter: only({ unread: ['yes'] }, 'all'), own: true },
  { id: 'back', filter: only({ due: ['back'] }), own: true },
  { id: 'nobody', filter: only({ who: [NOBODY] }), own: false },
  { id: 'damaged', filter: only({ flag: ['damaged'] }, 'all'), own: false },
];

/** MINE is what a member has: the open cases. */
export const MINE: InboxFilter = only({ who: [ME] });

/** own narrows a filter to the cases of the one who asks. */
export function own(filter: InboxFilter): InboxFilter {
  return { ...filter, chosen: { ...filter.chosen, who: [ME] } };
}

/** A Found is a concern with its numbers. */
export interface Found {
  readonly id: string;
  readonly all: number;
  readonly mine: number;
}

/** An Overview is what the first page shows. */
export interface Overview {
  readonly concerns: readonly Found[];
  readonly open: number;
  readonly mine: number;
  /** How many reports have no card yet, so that list and search know nothing of them. */
  readonly cardless: number;
}

type Asker = Omit<Query, 'filter' | 'search'>;

/** overview counts. */
export function overview(entries: readonly Entry[], asker: Asker): Overview {
  const n = (filter: InboxFilter) => count(entries, { ...asker, filter, search: '' });
  const concerns = CONCERNS.filter(({ approvers }) => approvers !== true || asker.approves).map((concern) => ({
    id: concern.id,
    all: n(concern.filter),
    mine: concern.own ? n(own(concern.filter)) : 0,
  }));
  return { concerns, open: n(only({})), mine: n(MINE), cardless: n(only({ flag: ['nocard'] }, 'all')) };
}

/** A Load is what one member has on the table. */
export interface Load {
  /** The member's id, or NOBODY. */
  readonly who: string;
  readonly open: number;
  readonly late: number;
  readonly near: number;
  readonly unread: number;
}

/** LOADS are the filters behind the numbers of a Load. */
export const LOADS = {
  open: (who: string) => only({ who: [who] }),
  late: (who: string) => only({ who: [who], due: ['past', 'back'] }),
  near: (who: string) => only({ who: [who], due: ['near'] }),
  unread: (who: string) => only({ who: [who], unread: ['yes'] }, 'all'),
} as const;

/** workload counts for these members, and for the cases that nobody has. */
export function workload(entries: readonly Entry[], members: readonly string[], asker: Asker): readonly Load[] {
  const n = (filter: InboxFilter, of: readonly Entry[]) => count(of, { ...asker, filter, search: '' });
  const byMember = new Map<string, Entry[]>();
  for (const entry of entries) {
    const who = entry.summary.assignee || NOBODY;
    const list = byMember.get(who);
    if (list === undefined) byMember.set(who, [entry]);
    else list.push(entry);
  }
  return [...members, NOBODY].map((who) => {
    const of = byMember.get(who) ?? [];
    return {
      who,
      open: n(LOADS.open(who), of),
      late: n(LOADS.late(who), of),
      near: n(LOADS.near(who), of),
      unread: n(LOADS.unread(who), of),
    };
  });
}
