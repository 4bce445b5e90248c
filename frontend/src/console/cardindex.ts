// The summaries and cards of all cases, in the worker: it answers lists, counts
// and columns from them, and makes new cards. Of a report that it opens for a
// card nothing leaves the worker but the sealed card.
import type { CaseEvent, Summary } from '../shared/api.ts';
import { fromBase64, toBase64, toHex } from '../shared/bytes.ts';
import { type Card, openCard, sealCard } from '../shared/card.ts';
import type { Rules } from '../shared/deadline.ts';
import { newOp } from '../shared/seal.ts';
import { type Column, columns } from './board.ts';
import { makeCard, relabelled } from './cardtext.ts';
import { type CaseView, viewOf } from './casefile.ts';
import { holds } from './checks.ts';
import { computed, factsOf, soonest } from './guard.ts';
import {
  type CardState,
  type Entry,
  entryOf,
  inOrder,
  matching,
  type Page,
  type Query,
  type Row,
  rowOf,
  select,
  type Terms,
} from './inbox.ts';
import type { Keyring, OfficeKey } from './keys.ts';
import { RECORD } from './listing.ts';
import { fields } from './model.ts';
import { openFile } from './opening.ts';
import { type Load, type Overview, overview, workload } from './overview.ts';
import { type Progress, TaskError } from './rpc.ts';
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
  terms(terms: Terms): Promise<void>;
  takeCases(summaries: readonly Summary[]): Promise<void>;
  /** takeCase takes what an open case has told, with its card if that is known, so that the list is right afterwards. */
  takeCase(summary: Summary, card: { readonly op: string; readonly body: Card } | undefined): Promise<void>;
  takeCards(records: readonly ArrayBuffer[], progress?: Progress): Promise<void>;
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

/** A Kept is a card in memory. Its search words are one text: as a list they would be half a million small ones. */
interface Kept {
  readonly op: string;
  readonly body: Card | undefined;
  readonly words: string;
  readonly state: CardState;
}

type Cards = Map<string, Kept>;

function kept(op: string, card: Card): Kept {
  return { op, body: { ...card, words: [] }, words: card.words.join(' '), state: 'open' };
}

function whole(card: Kept | undefined): Card | undefined {
  return card?.body && { ...card.body, words: card.words === '' ? [] : card.words.split(' ') };
}

/** createIndexTasks makes the tasks around an empty list. */
export function createIndexTasks(ring: Keyring): IndexTasks {
  let terms: Terms = { labels: {}, parents: {} };
  const cards: Cards = new Map();
  const entries = new Map<string, Entry>();
  const made = new Map<string, Card>();
  let list: readonly Entry[] | undefined;
  let order = '';
  const all = () => {
    list ??= [...entries.values()];
    return list;
  };
  // What lies in order is sorted in one pass: a keystroke keeps the order of the one before.
  const ordered = (query: Query) => {
    const wanted = `${query.filter.sort} ${query.filter.down}`;
    if (list === undefined || order !== wanted) list = [...all()].sort(inOrder(query));
    order = wanted;
    return list;
  };
  const enter = (summary: Summary) => {
    const card = cards.get(summary.case);
    const entry = entryOf(summary, whole(card), card?.state ?? 'none', terms);
    entries.set(summary.case, { ...entry, card: card?.body });
    list = undefined;
  };
  const enterAll = () => {
    for (const { summary } of all()) enter(summary);
  };
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
    async terms(next) {
      terms = next;
      enterAll();
    },
    async takeCases(summaries) {
      entries.clear();
      list = undefined;
      for (const summary of summaries) enter(summary);
    },
    async takeCase(summary, card) {
      if (card !== undefined) cards.set(summary.case, kept(card.op, card.body));
      enter(summary);
    },
    async takeCards(records, progress) {
      await takeCards(ring, cards, records, (id) => entries.get(id)?.summary.desk, progress);
      enterAll();
    },
    query: async (query) => select(ordered(query), query),
    board: async (query) => columns(ordered(query), query),
    overview: async (asker) => overview(all(), asker),
    workload: async (members, asker) => workload(all(), members, asker),
    idsOf: async (query) => matching(ordered(query), query).map(({ summary }) => summary.case),
    async rowsOf(ids, today) {
      return ids.flatMap((id) => {
        const entry = entries.get(id);
        return entry === undefined ? [] : [rowOf(entry, today)];
      });
    },
    labels: async () => labelsOf(all()),
    similar: async (id) => similar(all(), id),
    cardless: async () => all().flatMap(({ cardState, summary }) => (cardState === 'none' ? [summary] : [])),
    sealCard: seal,
    async cardFor(summary, events, rules, today) {
      const card = await cardOf(ring, summary, events, rules, today);
      return card && make(summary.case, summary.desk, card);
    },
    async relabel(id, add, remove) {
      const entry = entries.get(id);
      const now = whole(cards.get(id));
      if (entry === undefined || now === undefined) throw new TaskError('nocard');
      const before = now.labels;
      const card = relabelled(now, add, remove);
      if (card === undefined) return undefined;
      const added = card.labels.filter((label) => !before.includes(label));
      const removed = before.filter((label) => !card.labels.includes(label));
      return { ...(await make(id, entry.summary.desk, card)), added, removed };
    },
    async keepCard(id, op, rev) {
      const body = made.get(op);
      const summary = entries.get(id)?.summary;
      made.delete(op);
      if (body === undefined || summary === undefined) return;
      cards.set(id, kept(op, body));
      enter({ ...summary, rev });
    },
    async takeEvents(summary, events) {
      const card = await newestCard(ring, summary, events);
      if (card !== undefined) cards.set(summary.case, card);
      enter(summary);
    },
    async unmet(summary, events, checks) {
      if (checks.length === 0) return [];
      const view = await viewIn(ring, summary, events);
      return checks.filter((check) => holds(check, view) !== true);
    },
  };
}

/** viewIn opens a case inside the worker. */
async function viewIn(ring: Keyring, summary: Summary, events: readonly CaseEvent[]): Promise<CaseView> {
  const { mailbox, ...opened } = await openFile(ring, summary.case, summary.desk, events);
  return viewOf({ summary, events: [], allowed: [] }, { ...opened, canAnswer: mailbox !== undefined });
}

async function newestCard(ring: Keyring, summary: Summary, events: readonly CaseEvent[]) {
  const event = events.findLast(({ kind }) => kind === 'card');
  if (event?.box === undefined) return undefined;
  const { op } = event;
  const epoch = fields(JSON.parse(event.public === '' ? '{}' : event.public))['epoch'];
  const key = ring.find(summary.desk, typeof epoch === 'number' ? epoch : 0);
  if (key === undefined) return { op, body: undefined, words: '', state: 'locked' as const };
  return openRecord(key, summary.case, op, fromBase64(event.box));
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

async function takeCards(
  ring: Keyring,
  cards: Cards,
  records: readonly ArrayBuffer[],
  deskOf: (id: string) => string | undefined,
  progress: Progress | undefined,
): Promise<void> {
  const total = records.reduce((n, part) => n + Math.floor(part.byteLength / RECORD), 0);
  let done = 0;
  for (const part of records) {
    for (let at = 0; at + RECORD <= part.byteLength; at += RECORD) {
      const bytes = new Uint8Array(part, at, RECORD);
      const id = toHex(bytes.subarray(0, 16));
      const op = toHex(bytes.subarray(16, 32));
      done += 1;
      if (done % 500 === 0) progress?.(done, total);
      if (cards.get(id)?.op === op) continue;
      const epoch = new DataView(part, at + 32, 4).getUint32(0);
      const key = ring.find(deskOf(id) ?? '', epoch);
      cards.set(
        id,
        key === undefined
          ? { op, body: undefined, words: '', state: 'locked' }
          : await openRecord(key, id, op, bytes.slice(36)),
      );
    }
  }
}

async function openRecord(key: OfficeKey, id: string, op: string, box: Uint8Array): Promise<Kept> {
  try {
    return kept(op, await openCard(key.card, id, op, box));
  } catch {
    return { op, body: undefined, words: '', state: 'damaged' as const };
  }
}
