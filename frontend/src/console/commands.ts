// What the keys and the palette do. Every command has a visible way besides:
// it goes where a link goes, or puts the focus on the button that acts, so that
// one key alone changes nothing in a case.
import type { Console } from './console.ts';
import type { Act } from './keyboard.ts';
import { formatRoute, parseRoute, type Route, type Tab } from './route.ts';
import type { Key } from './texts.ts';

/** A Command is one of them. */
export interface Command {
  readonly id: Act | 'today' | 'workload' | 'settings' | 'ledger' | 'statistics' | 'figures';
  readonly title: Key;
  /** What to press, as it is shown; none where there is only the palette. */
  readonly keys: string;
  /** Where the command can be used: everywhere, in a list, in a case. */
  readonly where: 'all' | 'list' | 'case';
  /** run does it; a promise says when the view that it leads to is there. */
  run(console: Console): void | Promise<void>;
}

/** The parts of a page that commands aim at; see aimAt. */
type Aim = 'search' | 'assign' | 'state' | 'answer' | 'note' | 'coding' | 'deadlines';

const CONTROL = 'a[href], button, input, select, textarea';

/** aimAt gives the focus to the part of the page with this name: its field, else its first control, else its heading. False: it is not there. */
export function aimAt(name: string): boolean {
  const part = document.querySelector<HTMLElement>(`[data-aim="${CSS.escape(name)}"]`);
  if (part === null) return false;
  if (part instanceof HTMLDetailsElement) part.open = true;
  const found = part.matches(CONTROL) || part.matches('[tabindex]') ? part : undefined;
  const field = part.querySelector<HTMLElement>('textarea') ?? part.querySelector<HTMLElement>(CONTROL);
  const target = found ?? field ?? part.querySelector<HTMLElement>('[tabindex]');
  target?.scrollIntoView({ block: 'nearest' });
  target?.focus();
  return target !== null;
}

function aim(console: Console, name: Aim, tab?: Tab): void {
  console.aim.value = name;
  const here = console.route.value;
  if (tab !== undefined && here.view === 'case' && here.tab !== tab) console.go({ ...here, tab });
}

function go(route: (console: Console) => Route): (console: Console) => void {
  return (console) => console.go(route(console));
}

/** walk moves the focus by a number of rows; from nowhere it goes to the first. */
function walk(step: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>('#main [data-row]')];
  const here = rows.findIndex((row) => row === document.activeElement || rowOf(row)?.contains(document.activeElement));
  const next = here < 0 ? rows[0] : rows[Math.min(rows.length - 1, Math.max(0, here + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** rowOf gives the line that a row's link stands in. */
function rowOf(link: Element | null | undefined): Element | null {
  return link?.closest('tr, li, article') ?? null;
}

function currentRow(): Element | null {
  const row = rowOf(document.activeElement);
  return row?.querySelector('[data-row]') ? row : null;
}

function search(console: Console): void {
  const here = console.route.value.view;
  if (here !== 'inbox' && here !== 'board') console.go({ view: 'inbox', filter: console.inbox.filter.value });
  aim(console, 'search');
}

async function neighbour(console: Console, step: 1 | -1): Promise<void> {
  const here = console.route.value;
  if (here.view !== 'case') return;
  const id = await console.inbox.neighbour(here.id, step).catch(() => undefined);
  // Whoever has gone on by then stays there.
  if (formatRoute(console.route.value) !== formatRoute(here)) return;
  if (id !== undefined) console.go({ ...here, id });
  else console.said.value = console.texts.t(step > 0 ? 'case.last' : 'case.first');
}

const year = ({ office }: Console) => Number(office.day().slice(0, 4)) - 1;

/** COMMANDS lists all of them, in the order in which they are shown. */
export const COMMANDS: readonly Command[] = [
  { id: 'palette', title: 'palette.title', keys: 'Ctrl+K', where: 'all', run: (c) => c.show('palette') },
  { id: 'today', title: 'today.title', keys: '', where: 'all', run: go(() => ({ view: 'today' })) },
  { id: 'search', title: 'command.search', keys: '/', where: 'all', run: search },
  {
    id: 'inbox',
    title: 'inbox.title',
    keys: 'g i',
    where: 'all',
    run: go((c) => ({ view: 'inbox', filter: c.inbox.filter.value })),
  },
  {
    id: 'board',
    title: 'board.title',
    keys: 'g b',
    where: 'all',
    run: go((c) => ({ view: 'board', filter: c.inbox.filter.value })),
  },
  { id: 'members', title: 'members.title', keys: 'g m', where: 'all', run: go(() => ({ view: 'members' })) },
  { id: 'workload', title: 'workload.title', keys: '', where: 'all', run: go(() => ({ view: 'workload' })) },
  { id: 'settings', title: 'settings.title', keys: '', where: 'all', run: go(() => ({ view: 'settings' })) },
  { id: 'ledger', title: 'ledger.title', keys: '', where: 'all', run: go(() => ({ view: 'ledger' })) },
  {
    id: 'statistics',
    title: 'stat.title',
    keys: '',
    where: 'all',
    run: go((c) => ({ view: 'statistics', year: year(c) })),
  },
  { id: 'figures', title: 'figures.title', keys: '', where: 'all', run: go(() => ({ view: 'figures' })) },
  { id: 'next', title: 'command.next', keys: 'j', where: 'list', run: () => walk(1) },
  { id: 'previous', title: 'command.previous', keys: 'k', where: 'list', run: () => walk(-1) },
  {
    id: 'open',
    title: 'command.open',
    keys: 'o',
    where: 'list',
    run: (c) => {
      const link = currentRow()?.querySelector<HTMLAnchorElement>('[data-row]');
      if (link) c.go(parseRoute(link.hash));
    },
  },
  {
    id: 'select',
    title: 'command.select',
    keys: 'x',
    where: 'list',
    run: () => currentRow()?.querySelector<HTMLElement>('input[type=checkbox]')?.click(),
  },
  { id: 'case-next', title: 'case.next', keys: ']', where: 'case', run: (c) => neighbour(c, 1) },
  { id: 'case-previous', title: 'case.previous', keys: '[', where: 'case', run: (c) => neighbour(c, -1) },
  { id: 'assign', title: 'command.assign', keys: 'a', where: 'case', run: (c) => aim(c, 'assign') },
  { id: 'state', title: 'command.state', keys: 's', where: 'case', run: (c) => aim(c, 'state') },
  { id: 'answer', title: 'command.answer', keys: 'r', where: 'case', run: (c) => aim(c, 'answer', 'thread') },
  { id: 'note', title: 'command.note', keys: 'n', where: 'case', run: (c) => aim(c, 'note', 'notes') },
  { id: 'coding', title: 'command.coding', keys: 'c', where: 'case', run: (c) => aim(c, 'coding', 'report') },
  {
    id: 'deadlines',
    title: 'command.deadlines',
    keys: 'd',
    where: 'case',
    run: (c) => aim(c, 'deadlines', 'deadlines'),
  },
  { id: 'veil', title: 'command.veil', keys: 'v', where: 'all', run: (c) => c.veil.turn() },
  { id: 'help', title: 'help.title', keys: '?', where: 'all', run: (c) => c.show('help') },
  {
    id: 'lock',
    title: 'nav.lock',
    keys: 'Shift+L',
    where: 'all',
    run: (c) => void c.session.lock('unlock.reason.locked'),
  },
];

/** The commands that only coordinators have. */
const COORDINATORS: readonly Command['id'][] = ['workload', 'ledger', 'statistics', 'figures'];

/** usable says whether a command makes sense where the member is, and for the member. */
export function usable(console: Console, { id, where }: Command): boolean {
  if (COORDINATORS.includes(id) && console.session.me.value?.role !== 'coordinator') return false;
  const view = console.route.value.view;
  // Above a list with chosen cases stand the same acts for all of them.
  if (where === 'case') return view === 'case' || document.querySelector(`.bulk [data-aim="${id}"]`) !== null;
  return where === 'all' || (view !== 'case' && document.querySelector('#main [data-row]') !== null);
}
