// The list of cases on the page: loads summaries and cards into the worker, asks
// it for one page of rows, for columns and for counts, and announces new cases
// without moving what the member is reading.
import { batch, type Signal, signal } from '@preact/signals';
import type { Column } from '../board.ts';
import type { Client } from '../client.ts';
import { FIRST, type InboxFilter } from '../filter.ts';
import type { Page, Query, Row } from '../inbox.ts';
import { everyPage } from '../listing.ts';
import type { Load, Overview } from '../overview.ts';
import type { Vault } from '../worker.ts';
import type { OfficeState } from './office.ts';
import type { Me } from './session.ts';

/** An InboxState is the list as it is shown. */
export interface InboxState {
  readonly page: Signal<Page | undefined>;
  readonly board: Signal<readonly Column[] | undefined>;
  readonly overview: Signal<Overview | undefined>;
  readonly workload: Signal<readonly Load[] | undefined>;
  readonly search: Signal<string>;
  readonly filter: Signal<InboxFilter>;
  /** How many cases came, or were written to, since the list was drawn. */
  readonly fresh: Signal<number>;
  /** How many cards were written since the list was drawn. */
  readonly written: Signal<number>;
  readonly failed: Signal<boolean>;
  /** Whether a question is under way: what is shown may answer the one before. */
  readonly asking: Signal<boolean>;
  /** load fetches everything, and the list is drawn anew. progress tells how many per cent of the cards are open. */
  load(progress?: (percent: number) => void): Promise<void>;
  /** look asks in the background what is new, and only counts it. */
  look(): Promise<void>;
  /** renew takes what is new into the list and draws it anew. */
  renew(): Promise<void>;
  /** show draws the list, or the board, for the filter and search of now; without a word, what was shown last. */
  show(as?: 'list' | 'board'): Promise<void>;
  /** recount counts what is wrong or waits, and who has how much. */
  recount(): Promise<void>;
  /** found lists all cases of a filter, or of the filter and search of now. */
  found(filter?: InboxFilter): Promise<readonly string[]>;
  /** ask gives the first page and the counts of any filter; the list stays as it is. */
  ask(filter: InboxFilter): Promise<Page>;
  /** find searches all open cases, whatever the list shows now. */
  find(search: string): Promise<readonly Row[]>;
  /** neighbour gives the case before or behind one in the list's order; undefined at its end. A case that is not in the list has its first one behind it. */
  neighbour(id: string, step: 1 | -1): Promise<string | undefined>;
  /** quiet resolves when no list was asked for during the last half second. */
  quiet(): Promise<void>;
  clear(): void;
}

/** InboxParts are what the list works with. */
export interface InboxParts {
  readonly client: Client;
  readonly vault: Vault;
  readonly office: OfficeState;
  /** The order of a case's life. */
  readonly states: readonly string[];
  readonly me: () => Me | undefined;
  /** rest resolves a moment later. */
  readonly rest: () => Promise<void>;
}

/** RESTS is how many rests without a question mean that nobody is typing. */
const RESTS = 4;

/** createInbox makes an empty list. */
export function createInbox({ client, vault, office, states, me, rest }: InboxParts): InboxState {
  const state = {
    page: signal<Page | undefined>(undefined),
    board: signal<readonly Column[] | undefined>(undefined),
    overview: signal<Overview | undefined>(undefined),
    workload: signal<readonly Load[] | undefined>(undefined),
    search: signal(''),
    filter: signal<InboxFilter>(FIRST),
    fresh: signal(0),
    written: signal(0),
    failed: signal(false),
    asking: signal(false),
  };
  let asked = 0;
  let calm = 0;
  let shown: 'list' | 'board' = 'list';

  const asker = () => {
    const who = me();
    return { me: who?.member ?? '', approves: who?.role === 'coordinator', today: office.day(), states };
  };
  const query = (): Query => ({ ...asker(), filter: state.filter.value, search: state.search.value });

  const recount = async () => {
    const who = asker();
    state.overview.value = await vault.call('overview', [who]);
    if (!who.approves) return;
    const readers = office.members.value.filter((member) => member.role !== 'admin').map(({ member }) => member);
    state.workload.value = await vault.call('workload', [readers, who]);
  };

  const show = async (as: 'list' | 'board' = shown) => {
    asked += 1;
    const mine = asked;
    shown = as;
    state.asking.value = true;
    try {
      await answer(as, mine);
    } finally {
      if (mine === asked) state.asking.value = false;
    }
  };

  const answer = async (as: 'list' | 'board', mine: number) => {
    // What is seen first: the counts of the menus take longer than a keystroke may, and follow when the typing rests.
    // A later keystroke asked again: its answer is the one to show.
    if (as === 'board') {
      const columns = await vault.call('board', [query()]);
      if (mine !== asked) return;
      state.board.value = columns;
    } else {
      const quick = await vault.call('query', [{ ...query(), quick: true }]);
      if (mine !== asked) return;
      const { facets, labels } = state.page.value ?? quick;
      state.page.value = { ...quick, facets, labels };
    }
    state.written.value = 0;
    await rest();
    if (mine !== asked) return;
    const page = await vault.call('query', [query()]);
    if (mine === asked) state.page.value = page;
  };

  /** hear fetches what is not as it is known here, and gives how many cases are new or written to. */
  const hear = async (background: boolean) => {
    const answer = await client.changes(await vault.call('digests', []), background);
    return vault.call('takeNews', [answer], { transfer: [answer] });
  };

  const draw = async () => {
    batch(() => {
      state.fresh.value = 0;
      state.written.value = 0;
      state.failed.value = false;
    });
    await recount();
    await show();
  };

  return {
    ...state,
    show,
    recount,
    found(filter) {
      const now = filter === undefined ? query() : { ...asker(), filter, search: '' };
      return vault.call('idsOf', [now]);
    },
    async load(progress) {
      await vault.call('begin', [office.words()]);
      let all = 1;
      await everyPage(async (after) => {
        const page = await client.casePage(after);
        const taken = await vault.call('takeCases', [page], { transfer: [page] });
        all = Math.max(all, taken.all);
        return taken.next;
      });
      let opened = 0;
      await client.cards(async (records) => {
        opened += await vault.call('takeCards', [records], { transfer: [records] });
        progress?.(Math.min(100, Math.round((100 * opened) / all)));
      });
      await draw();
    },
    async look() {
      state.fresh.value = await hear(true);
    },
    async renew() {
      await hear(false);
      await vault.call('showNews', []);
      await draw();
    },
    ask: (filter) => vault.call('query', [{ ...asker(), filter, search: '' }]),
    find: async (search) => (await vault.call('query', [{ ...asker(), filter: FIRST, search }])).rows,
    async neighbour(id, step) {
      const page = state.page.value ?? (await vault.call('query', [query()]));
      const at = page.rows.findIndex((row) => row.summary.case === id);
      const near = page.rows[at < 0 ? 0 : at + step];
      if (near !== undefined) return near.summary.case;
      const next = page.page + step;
      if (next < 1 || next > page.pages) return undefined;
      const beyond = await vault.call('query', [{ ...query(), filter: { ...state.filter.value, page: next } }]);
      state.filter.value = { ...state.filter.value, page: next };
      state.page.value = beyond;
      return beyond.rows.at(step > 0 ? 0 : -1)?.summary.case;
    },
    async quiet() {
      while (calm !== asked) {
        calm = asked;
        for (let n = 0; n < RESTS; n++) await rest();
      }
    },
    clear() {
      asked += 1;
      shown = 'list';
      batch(() => {
        state.page.value = undefined;
        state.board.value = undefined;
        state.overview.value = undefined;
        state.workload.value = undefined;
        state.search.value = '';
        state.fresh.value = 0;
        state.written.value = 0;
        state.asking.value = false;
      });
    },
  };
}
