// Views by hash: the part after # is never sent, so the server sees no case id
// in a path. What is searched for stays out of it too, because a hash lands in
// the browser's history.

/** The parts of a case page. */
export const TABS = ['report', 'thread', 'notes', 'deadlines', 'timeline'] as const;
/** A Tab is one part of a case page. */
export type Tab = (typeof TABS)[number];

/** The columns an inbox may be sorted by. */
export const SORTS = ['due', 'age', 'state', 'title'] as const;
/** A Sort is one of them. */
export type Sort = (typeof SORTS)[number];

/** An InboxFilter is all of the inbox that a bookmark may keep. */
export interface InboxFilter {
  /** A state, 'open' (all that are not done) or 'all'. */
  readonly state: string;
  readonly mine: boolean;
  readonly unread: boolean;
  readonly sort: Sort;
  readonly down: boolean;
  /** Counted from 1. */
  readonly page: number;
}

/** A Route says what is on the screen. */
export type Route =
  | { readonly view: 'inbox'; readonly filter: InboxFilter }
  | { readonly view: 'case'; readonly id: string; readonly tab: Tab }
  | { readonly view: 'export'; readonly id: string }
  | { readonly view: 'members' }
  | { readonly view: 'ledger' }
  | { readonly view: 'join'; readonly code: string }
  | { readonly view: 'recover'; readonly code: string }
  | { readonly view: 'statistics'; readonly year: number }
  | { readonly view: 'setup'; readonly code: string };

/** FIRST is the inbox as it opens: all open cases, the most urgent on top. */
export const FIRST: InboxFilter = { state: 'open', mine: false, unread: false, sort: 'due', down: false, page: 1 };

function isOne<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}

/** parseRoute reads a hash; what it does not know becomes the inbox. */
export function parseRoute(hash: string): Route {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const setup = values.get('setup');
  if (setup !== null && setup !== '') return { view: 'setup', code: setup };
  const join = values.get('join');
  if (join !== null && join !== '') return { view: 'join', code: join };
  const recover = values.get('recover');
  if (recover !== null && recover !== '') return { view: 'recover', code: recover };
  if (values.has('members')) return { view: 'members' };
  if (values.has('ledger')) return { view: 'ledger' };
  const year = values.get('statistics');
  if (year !== null && /^2[0-9]{3}$/.test(year)) return { view: 'statistics', year: Number(year) };
  const out = values.get('export');
  if (out !== null && /^[0-9a-f]{32}$/.test(out)) return { view: 'export', id: out };
  const id = values.get('case');
  if (id !== null && /^[0-9a-f]{32}$/.test(id)) {
    const tab = values.get('tab') ?? 'report';
    return { view: 'case', id, tab: isOne(TABS, tab) ? tab : 'report' };
  }
  const sort = values.get('sort') ?? FIRST.sort;
  const page = Number(values.get('page') ?? 1);
  const state = values.get('state') ?? FIRST.state;
  return {
    view: 'inbox',
    filter: {
      state: /^[a-z_]{1,32}$/.test(state) ? state : FIRST.state,
      mine: values.get('mine') === '1',
      unread: values.get('unread') === '1',
      sort: isOne(SORTS, sort) ? sort : FIRST.sort,
      down: values.get('down') === '1',
      page: Number.isInteger(page) && page >= 1 ? page : 1,
    },
  };
}

/** formatRoute writes the hash of a route; parseRoute gives the same route back. */
export function formatRoute(route: Route): string {
  switch (route.view) {
    case 'members':
    case 'ledger':
      return `#${route.view}`;
    case 'recover':
    case 'join':
      return `#${route.view}=${encodeURIComponent(route.code)}`;
    case 'setup':
      return `#setup=${encodeURIComponent(route.code)}`;
    case 'statistics':
      return `#statistics=${route.year}`;
    case 'export':
      return `#export=${route.id}`;
    case 'case':
      return route.tab === 'report' ? `#case=${route.id}` : `#case=${route.id}&tab=${route.tab}`;
    case 'inbox': {
      const f = route.filter;
      const parts = [`inbox`];
      if (f.state !== FIRST.state) parts.push(`state=${f.state}`);
      if (f.mine) parts.push('mine=1');
      if (f.unread) parts.push('unread=1');
      if (f.sort !== FIRST.sort) parts.push(`sort=${f.sort}`);
      if (f.down) parts.push('down=1');
      if (f.page !== 1) parts.push(`page=${f.page}`);
      return `#${parts.join('&')}`;
    }
  }
}
