// The summaries and cards of all cases, in the worker: it answers lists, counts
// and columns from them, and makes new cards. Of a report that it opens for a
// card nothing leaves the worker but the sealed card.
import type { CaseEvent, Cases, Changed, Summary } from '../shared/api.ts';
import { fromBase64, fromUtf8, toBase64, toHex } from '../shared/bytes.ts';
import { type Card, openCard, sealCard } from '../shared/card.ts';
import type { Rules } from '../shared/deadline.ts';
import { newOp } from '../shared/seal.ts';
import { type Column, columns } from './board.ts';
import { RECORD } from './cardstream.ts';
import { makeCard, relabelled } from './cardtext.ts';
import { type CaseView, viewOf } from './casefile.ts';
import { createNews } from './changes.ts';
import { holds } from './checks.ts';
import { computed, factsOf, soonest } from './guard.ts';
import {
  type CardState,
  type Entry,
  entryOf,
  inOrder,
  matching,
  type Order,
  type Page,
  placeOf,
  type Query,
  type Row,
  rowOf,
  type Searched,
  searched,
  type Terms,
  wholeCard,
} from './inbox.ts';
import type { Keyring, OfficeKey } from './keys.ts';
import { fields } from './model.ts';
import { openFile } from './opening.ts';
import { type Load, type Overview, overview, workload } from './overview.ts';
import { TaskError } from './rpc.ts';
import { select, selectInTurn } from './select.ts';
import { labelsOf, type Similar, similar } from './similar.ts';

/** A SealedCard is a card ready to be sent. */
export interface SealedCard {
  readonly op: string;
  readonly epoch: number;
  /** Base64. */
  readonly box: string;
}

/** A Relabelled is a card with other labels, ready to be sent. */
export interface Relabelled extends SealedCard {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

type Asker = Omit<Query, 'filter' | 'search'>;

/** IndexTasks are the worker's tasks on all cases. */
export interface IndexTasks {
  /** begin forgets all cases and takes the words of the office's codes. */
  begin(terms: Terms): Promise<void>;
  /** takeCases takes a page of the list as the server sent it. It gives where the next one begins, "" behind the last, and how many cases there are now. */
  takeCases(page: ArrayBuffer): Promise<{ readonly next: string; readonly all: number }>;
  /** takeCase takes what an open case has told, with its card if that is known, so that the list is right afterwards. */
  takeCase(summary: Summary, card: { readonly op: string; readonly body: Card } | undefined): Promise<void>;
  /** takeCards opens cards of cases that were taken before, and gives how many they were. */
  takeCards(records: ArrayBuffer): Promise<number>;
  /** digests says what is known here, for the server to tell what is not. */
  digests(): Promise<string>;
  /** takeNews keeps what the server told until showNews, and gives how many cases are new or written to. */
  takeNews(answer: ArrayBuffer): Promise<number>;
  /** showNews takes the news into the list. */
  showNews(): Promise<void>;
  query(query: Query): Promise<Page>;
  board(query: Query): Promise<readonly Column[]>;
  overview(asker: Asker): Promise<Overview>;
  workload(members: readonly string[], asker: Asker): Promise<readonly Load[]>;
  /** idsOf lists all cases that a query finds, not only those of its page. */
  idsOf(query: Query): Promise<readonly string[]>;
  /** rowsOf gives the lines of cases; those that the list does not know are left out. */
  rowsOf(ids: readonly string[], today: string): Promise<readonly Row[]>;
  /** labels lists the labels in use, the most frequent first. */
  labels(): Promise<readonly string[]>;
  /** similar lists the cases most like one. */
  similar(caseId: string): Promise<readonly Similar[]>;
  /** cardless lists the cases that have no card yet. */
  cardless(): Promise<readonly Summary[]>;
  sealCard(caseId: string, desk: string, card: Card): Promise<SealedCard>;
  /** cardFor makes the card of a report that nobody has opened; undefined if its box does not open here. */
  cardFor(
    summary: Summary,
    events: readonly CaseEvent[],
    rules: Rules | undefined,
    today: string,
  ): Promise<SealedCard | undefined>;
  /** relabel makes the card anew with labels added and taken away, and says which; undefined if nothing changes. */
  relabel(caseId: string, add: readonly string[], remove: readonly string[]): Promise<Relabelled | undefined>;
  /** keepCard takes a card that cardFor or relabel made into the list, once it is stored. */
  keepCard(caseId: string, op: string, rev: number): Promise<void>;
  /** takeEvents takes what somebody else wrote to a case: its summary, and its newest card. */
  takeEvents(summary: Summary, events: readonly CaseEvent[]): Promise<void>;
  /** unmet lists those checks of a move that do not hold, or that only a reader of the case can make. */
  unmet(summary: Summary, events: readonly CaseEvent[], checks: readonly string[]): Promise<readonly string[]>;
}

/** A Kept is a card as it was opened, or why it was not. */
interface Kept {
  readonly op: string;
  readonly card: Card | undefined;
  readonly state: CardState;
}

/** turn lets the worker answer what was asked in between: the next keystroke. */
const turn = () => new Promise<void>((done) => setTimeout(done));

/** createIndexTasks makes the tasks around an empty list. */
export function createIndexTasks(ring: Keyring): IndexTasks {
  const index = new Index();
  const news = createNews(() => index.summaries());
  const made = new Map<string, Card>();
  const seal = async (id: string, desk: string, card: Card) => {
    const key = ring.current(desk);
    if (key === undefined) throw new TaskError('nokey');
    const op = newOp();
    return { op, epoch: key.epoch, box: toBase64(await sealCard(key.card, id, op, card)) };
  };
  const make = async (id: string, desk: string, card: Card) => {
    const sealed = await seal(id, desk, card);
    made.set(sealed.op, card);
    return sealed;
  };
  return {
    async begin(terms) {
      news.all();
      index.begin(terms);
    },
    async takeCases(page) {
      const { cases, next } = JSON.parse(fromUtf8(new Uint8Array(page))) as Cases;
      for (const summary of cases) index.enter(summary);
      return { next, all: index.size };
    },
    async takeCase(summary, card) {
      index.enter(summary, card && { op: card.op, card: card.body, state: 'open' });
    },
    takeCards: (records) => takeCards(ring, index, records),
    digests: () => news.digests(),
    async takeNews(answer) {
      news.take(answer);
      return news.fresh();
    },
    async showNews() {
      const { changed, gone } = news.all();
      for (const id of gone) index.drop(id);
      for (const one of changed) {
        const before = index.get(one.summary.case);
        if (before === undefined || before.summary.rev < one.summary.rev) {
          index.enter(one.summary, await changedCard(ring, one));
        }
      }
    },
    async query(query) {
      const [entries, rest] = [index.searched(query), { ...query, search: '' }];
      return query.quick === true ? select(entries, rest) : selectInTurn(entries, rest, turn);
    },
    board: async (query) => columns(index.searched(query), { ...query, search: '' }),
    overview: async (asker) => overview(index.all(), asker),
    workload: async (members, asker) => workload(index.all(), members, asker),
    idsOf: async (query) =>
      matching(index.searched(query), { ...query, search: '' }).map(({ summary }) => summary.case),
    async rowsOf(ids, today) {
      return ids.flatMap((id) => {
        const entry = index.get(id);
        return entry === undefined ? [] : [rowOf(entry, today)];
      });
    },
    labels: async () => labelsOf(index.all()),
    similar: async (id) => similar(index.all(), id),
    cardless: async () => index.all().flatMap(({ cardState, summary }) => (cardState === 'none' ? [summary] : [])),
    sealCard: seal,
    async cardFor(summary, events, rules, today) {
      const card = await cardOf(ring, summary, events, rules, today);
      return card && make(summary.case, summary.desk, card);
    },
    async relabel(id, add, remove) {
      const entry = index.get(id);
      const now = entry && wholeCard(entry);
      if (entry === undefined || now === undefined) throw new TaskError('nocard');
      const before = now.labels;
      const card = relabelled(now, add, remove);
      if (card === undefined) return undefined;
      const added = card.labels.filter((label) => !before.includes(label));
      const removed = before.filter((label) => !card.labels.includes(label));
      return { ...(await make(id, entry.summary.desk, card)), added, removed };
    },
    async keepCard(id, op, rev) {
      const card = made.get(op);
      const summary = index.get(id)?.summary;
      made.delete(op);
      if (card !== undefined && summary !== undefined) index.enter({ ...summary, rev }, { op, card, state: 'open' });
    },
    async takeEvents(summary, events) {
      index.enter(summary, await newestCard(ring, summary, events));
    },
    async unmet(summary, events, checks) {
      if (checks.length === 0) return [];
      const view = await viewIn(ring, summary, events);
      return checks.filter((check) => holds(check, view) !== true);
    },
  };
}

/** An Index holds the entries of all cases, and the order and the search of now. */
class Index {
  private terms: Terms = { labels: {}, parents: {} };
  private readonly entries = new Map<string, Entry>();
  private readonly ops = new Map<string, string>();
  private list: Entry[] | undefined;
  /** How the list is sorted; undefined if it lies as it came. */
  private order: { readonly wanted: string; readonly compare: Order } | undefined;
  private last: Searched | undefined;

  begin(terms: Terms): void {
    this.terms = terms;
    this.entries.clear();
    this.ops.clear();
    this.list = undefined;
    this.last = undefined;
  }

  /** enter takes a summary, with the case's card if that is known anew. */
  enter(summary: Summary, kept?: Kept): void {
    const id = summary.case;
    const before = this.entries.get(id);
    const card = kept === undefined ? before && wholeCard(before) : kept.card;
    const state = kept === undefined ? (before?.cardState ?? 'none') : kept.state;
    if (kept !== undefined) this.ops.set(id, kept.op);
    const after = entryOf(summary, card, state, this.terms);
    this.entries.set(id, after);
    this.changed(before, after);
  }

  drop(id: string): void {
    const before = this.entries.get(id);
    this.entries.delete(id);
    this.ops.delete(id);
    this.changed(before);
  }

  get(id: string): Entry | undefined {
    return this.entries.get(id);
  }

  get size(): number {
    return this.entries.size;
  }

  /** has says whether the case's card is the one of this act. */
  has(id: string, op: string): boolean {
    return this.ops.get(id) === op;
  }

  *summaries(): Iterable<Summary> {
    for (const { summary } of this.entries.values()) yield summary;
  }

  all(): readonly Entry[] {
    if (this.list === undefined) {
      this.list = [...this.entries.values()];
      this.order = undefined;
    }
    return this.list;
  }

  /** ordered gives all entries as a query sorts them. What lies in order stays: a keystroke keeps the order of the one before. */
  ordered(query: Query): readonly Entry[] {
    const wanted = `${query.filter.sort} ${query.filter.down}`;
    if (this.list !== undefined && this.order?.wanted === wanted) return this.list;
    const compare = inOrder(query);
    this.list = [...this.all()].sort(compare);
    this.order = { wanted, compare };
    return this.list;
  }

  /** searched gives the entries that say what a query searches for, in its order. */
  searched(query: Query): readonly Entry[] {
    this.last = searched(this.ordered(query), query.search, this.last);
    return this.last.found;
  }

  /** changed puts one entry where it belongs now: cards are written while a member types, and none of them may cost a sorting of all. */
  private changed(before: Entry | undefined, after?: Entry): void {
    this.last = undefined;
    if (this.list === undefined || this.order === undefined) {
      this.list = undefined;
      return;
    }
    const { list } = this;
    const { compare } = this.order;
    if (before !== undefined) list.splice(placeOf(list, before, compare), 1);
    if (after !== undefined) list.splice(placeOf(list, after, compare), 0, after);
  }
}

/** viewIn opens a case inside the worker. */
async function viewIn(ring: Keyring, summary: Summary, events: readonly CaseEvent[]): Promise<CaseView> {
  const { mailbox, ...opened } = await openFile(ring, summary.case, summary.desk, events);
  return viewOf({ summary, events: [], allowed: [] }, { ...opened, canAnswer: mailbox !== undefined });
}

async function newestCard(ring: Keyring, summary: Summary, events: readonly CaseEvent[]): Promise<Kept | undefined> {
  const event = events.findLast(({ kind }) => kind === 'card');
  if (event?.box === undefined) return undefined;
  const epoch = fields(JSON.parse(event.public === '' ? '{}' : event.public))['epoch'];
  const key = ring.find(summary.desk, typeof epoch === 'number' ? epoch : 0);
  return openKept(key, summary.case, event.op, fromBase64(event.box));
}

async function changedCard(ring: Keyring, { summary, card }: Changed): Promise<Kept | undefined> {
  if (card === undefined) return undefined;
  return openKept(ring.find(summary.desk, card.epoch), summary.case, card.op, fromBase64(card.box));
}

async function cardOf(
  ring: Keyring,
  summary: Summary,
  events: readonly CaseEvent[],
  rules: Rules | undefined,
  today: string,
): Promise<Card | undefined> {
  const view = await viewIn(ring, summary, events);
  const { report, coding, pin, card: before } = view;
  if (report === undefined || before !== undefined) return undefined;
  const card = makeCard({ report, coding, pin, before });
  const due = rules === undefined ? '' : soonest(computed(rules, view, factsOf(view), today));
  return { ...card, due: due || card.due };
}

async function takeCards(ring: Keyring, index: Index, records: ArrayBuffer): Promise<number> {
  const view = new DataView(records);
  const one = async (at: number) => {
    const bytes = new Uint8Array(records, at, RECORD);
    const id = toHex(bytes.subarray(0, 16));
    const op = toHex(bytes.subarray(16, 32));
    const summary = index.get(id)?.summary;
    // A case that came since the list was asked for is brought by the next look.
    if (summary === undefined || index.has(id, op)) return;
    const key = ring.find(summary.desk, view.getUint32(at + 32));
    index.enter(summary, await openKept(key, id, op, bytes.subarray(36)));
  };
  const found = Math.floor(records.byteLength / RECORD);
  // All of a piece at once: the browser opens them on threads of its own.
  await Promise.all(Array.from({ length: found }, (_, i) => one(i * RECORD)));
  return found;
}

async function openKept(key: OfficeKey | undefined, id: string, op: string, box: Uint8Array): Promise<Kept> {
  if (key === undefined) return { op, card: undefined, state: 'locked' };
  try {
    return { op, card: await openCard(key.card, id, op, box), state: 'open' };
  } catch {
    return { op, card: undefined, state: 'damaged' };
  }
}
