// The inbox on the page: loads summaries and cards into the worker, asks it for
// one page of rows at a time, and announces new cases without moving what the
// member is reading.
import { type Signal, signal } from '@preact/signals';
import type { Client } from '../client.ts';
import type { Page } from '../inbox.ts';
import { allCards, allCases } from '../listing.ts';
import { FIRST, type InboxFilter } from '../route.ts';
import type { Vault } from '../worker.ts';
import type { OfficeState } from './office.ts';

/** An InboxState is the inbox as it is shown. */
export interface InboxState {
  readonly page: Signal<Page | undefined>;
  readonly search: Signal<string>;
  readonly filter: Signal<InboxFilter>;
  /** How many cases came, or were written to, since the list was drawn. */
  readonly fresh: Signal<number>;
  readonly failed: Signal<boolean>;
  /** load fetches everything; the list is drawn anew. */
  load(me: string): Promise<void>;
  /** look asks in the background whether there is something new, and only counts it. */
  look(): Promise<void>;
  /** show draws the list for the filter and search of now. */
  show(): Promise<void>;
  clear(): void;
}

/** createInbox makes an empty inbox. */
export function createInbox(client: Client, vault: Vault, office: OfficeState, states: readonly string[]): InboxState {
  const state = {
    page: signal<Page | undefined>(undefined),
    search: signal(''),
    filter: signal<InboxFilter>(FIRST),
    fresh: signal(0),
    failed: signal(false),
  };
  let me = '';
  let known = new Map<string, boolean>();
  let asked = 0;

  const show = async () => {
    asked += 1;
    const mine = asked;
    const query = { filter: state.filter.value, search: state.search.value, me, today: office.day(), states };
    const page = await vault.call('query', [query]);
    // A later keystroke asked again: its answer is the one to show.
    if (mine === asked) state.page.value = page;
  };

  return {
    ...state,
    show,
    async load(member) {
      me = member;
      await vault.call('terms', [office.allLabels()]);
      const [summaries, cards] = await Promise.all([allCases(client, false), allCards(client)]);
      known = new Map(summaries.map((summary) => [summary.case, summary.unread]));
      await vault.call('takeCases', [summaries]);
      await vault.call('takeCards', [cards], { transfer: [...cards] });
      state.fresh.value = 0;
      state.failed.value = false;
      await show();
    },
    async look() {
      const summaries = await allCases(client, true);
      // New is what was not there, and what a resident has written to since.
      state.fresh.value = summaries.filter((s) => !known.has(s.case) || (s.unread && !known.get(s.case))).length;
    },
    clear() {
      asked += 1;
      known = new Map();
      state.page.value = undefined;
      state.search.value = '';
      state.fresh.value = 0;
    },
  };
}
