// The inbox on the page: loads summaries and cards into the worker, asks it for
// one page of rows at a time, and announces new cases without moving what the
// member is reading.
import { type Signal, signal } from '@preact/signals';
import type { Summary } from '../../shared/api.ts';
import type { Client } from '../client.ts';
import type { Page } from '../inbox.ts';
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

  /** lane fetches page after page behind an id, up to and with another. */
  const lane = async (after: string, last: string, background: boolean): Promise<readonly Summary[]> => {
    const summaries: Summary[] = [];
    for (let next = after; ; ) {
      const part = await client.cases(next, background);
      summaries.push(...part.cases.filter((summary) => summary.case <= last));
      if (part.next === '' || part.next >= last) return summaries;
      next = part.next;
    }
  };

  const allCases = async (background: boolean): Promise<readonly Summary[]> => {
    const first = await client.cases('', background);
    if (first.next === '') return first.cases;
    // Ids are random, so four lanes of equal width share the pages of a large office.
    const ends = ['3', '7', 'b', 'f'].map((digit) => digit + 'f'.repeat(31));
    const starts = ['', ...ends];
    const lanes = await Promise.all(ends.map((end, i) => lane(starts[i] ?? '', end, background)));
    return lanes.flat();
  };

  const allCards = async (): Promise<readonly ArrayBuffer[]> => {
    const parts: ArrayBuffer[] = [];
    for (let after = ''; ; ) {
      const part = await client.cards(after);
      if (part.byteLength === 0) return parts;
      // The last record begins 1,088 bytes before the end with its case id.
      const last = new Uint8Array(part, part.byteLength - 1_088, 16);
      const next = Array.from(last, (b) => b.toString(16).padStart(2, '0')).join('');
      parts.push(part);
      if (next <= after) return parts;
      after = next;
    }
  };

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
      const [summaries, cards] = await Promise.all([allCases(false), allCards()]);
      known = new Map(summaries.map((summary) => [summary.case, summary.unread]));
      await vault.call('takeCases', [summaries]);
      await vault.call('takeCards', [cards], { transfer: [...cards] });
      state.fresh.value = 0;
      state.failed.value = false;
      await show();
    },
    async look() {
      const summaries = await allCases(true);
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
