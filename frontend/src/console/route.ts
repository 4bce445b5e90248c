// Views by hash: the part after # is never sent, so the server sees no case id
// in a path. What is searched for stays out of it too, because a hash lands in
// the browser's history.

import { type InboxFilter, readFilter, writeFilter } from './filter.ts';

/** The parts of a case page. */
export const TABS = ['report', 'thread', 'notes', 'measures', 'deadlines', 'timeline'] as const;
/** A Tab is one part of a case page. */
export type Tab = (typeof TABS)[number];

/** A Route says what is on the screen. */
export type Route =
  | { readonly view: 'today' }
  | { readonly view: 'inbox' | 'board'; readonly filter: InboxFilter }
  | { readonly view: 'workload' }
  | { readonly view: 'case'; readonly id: string; readonly tab: Tab }
  | { readonly view: 'export'; readonly id: string }
  | { readonly view: 'members' }
  | { readonly view: 'ledger' }
  | { readonly view: 'settings' }
  | { readonly view: 'access' }
  | { readonly view: 'figures' }
  | { readonly view: 'join'; readonly code: string }
  | { readonly view: 'recover'; readonly code: string }
  | { readonly view: 'statistics'; readonly year: number }
  | { readonly view: 'setup'; readonly code: string };

function isOne<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}

/** parseRoute reads a hash; what it does not know becomes the page of today. */
export function parseRoute(hash: string): Route {
  const values = new URLSearchParams(hash.replace(/^#/, ''));
  const setup = values.get('setup');
  if (setup !== null && setup !== '') return { view: 'setup', code: setup };
  const join = values.get('join');
  if (join !== null && join !== '') return { view: 'join', code: join };
  const recover = values.get('recover');
  if (recover !== null && recover !== '') return { view: 'recover', code: recover };
  if (values.has('members')) return { view: 'members' };
  if (values.has('workload')) return { view: 'workload' };
  if (values.has('ledger')) return { view: 'ledger' };
  if (values.has('figures')) return { view: 'figures' };
  if (values.has('settings')) return { view: 'settings' };
  if (values.has('access')) return { view: 'access' };
  const year = values.get('statistics');
  if (year !== null && /^2[0-9]{3}$/.test(year)) return { view: 'statistics', year: Number(year) };
  const out = values.get('export');
  if (out !== null && /^[0-9a-f]{32}$/.test(out)) return { view: 'export', id: out };
  const id = values.get('case');
  if (id !== null && /^[0-9a-f]{32}$/.test(id)) {
    const tab = values.get('tab') ?? 'report';
    return { view: 'case', id, tab: isOne(TABS, tab) ? tab : 'report' };
  }
  if (values.has('board')) return { view: 'board', filter: readFilter(values) };
  if (values.has('inbox')) return { view: 'inbox', filter: readFilter(values) };
  return { view: 'today' };
}

/** formatRoute writes the hash of a route; parseRoute gives the same route back. */
export function formatRoute(route: Route): string {
  switch (route.view) {
    case 'today':
    case 'workload':
    case 'members':
    case 'ledger':
    case 'settings':
    case 'access':
    case 'figures':
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
    case 'board':
    case 'inbox':
      return `#${[route.view, ...writeFilter(route.filter)].join('&')}`;
  }
}
