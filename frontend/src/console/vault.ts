// The worker's tasks: everything that needs a key. The page calls them by name
// (worker.ts) and gets what is to be shown, never a key. In here and nowhere
// else: the member's key, the office keys, the residents' mailbox keys, the
// cards of all cases.

import type { CaseEvent, ChangeMember, Join, Member, NewEpoch, NewSheets, Sheet, Summary } from '../shared/api.ts';
import { fromKeyText, toBase64, toHex, toKeyText } from '../shared/bytes.ts';
import { type Card, openCard, sealCard } from '../shared/card.ts';
import type { FileEntry } from '../shared/entry.ts';
import { completeWord, loginKeys, makePassphrase, tidyPassphrase } from '../shared/login.ts';
import { fingerprint, newOp, openText, recipientOf, seal, sealText } from '../shared/seal.ts';
import {
  type Admission,
  admit,
  change,
  type JoinInput,
  joinKeys,
  type Place,
  rotate,
  type Turn,
  type Vetting,
  vet,
} from './admission.ts';
import { type OpenAttachment, openAttachment } from './attachment.ts';
import { type Founding, type FoundingInput, found, memberOf } from './founding.ts';
import { type CardState, type Entry, entryOf, type Page, type Query, select } from './inbox.ts';
import { createKeyring, type Keyring, type Material, type OfficeKey, type Opened } from './keys.ts';
import { RECORD } from './listing.ts';
import type { Mailbox } from './model.ts';
import { type OpenFile, openFile } from './opening.ts';
import { type Progress, TaskError } from './rpc.ts';
import { type Drill, drill, type Paper, type Recovered, type RecoveryInput, recover, renew } from './sheets.ts';
import { createTally, type Places, type Plan, type Tally, toldOf } from './tally.ts';

/** A Draft is what is to be sealed into an event. */
export interface SealRequest {
  readonly case: string;
  readonly desk: string;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether the resident shall be able to read it. */
  readonly told: boolean;
  /** op of the newest mailbox event that the author has read; "" for office kinds. */
  readonly seen: string;
  readonly by: string;
  readonly at: string;
}

/** A Sealed is an event's sealed part, ready to be sent. */
export interface Sealed {
  readonly op: string;
  readonly epoch: number;
  /** Base64. */
  readonly box: string;
}

/** VaultTasks are the tasks by name. */
export interface VaultTasks {
  complete(typed: string): Promise<readonly string[]>;
  tidy(typed: string): Promise<string>;
  passphrase(): Promise<string>;
  derive(site: string, name: string, words: string, progress?: Progress): Promise<{ salt: string; auth: string }>;
  unlock(material: Material): Promise<Opened>;
  /** vet holds colleagues' keys against their vouches and opens their names. */
  vet(members: readonly Member[]): Promise<Vetting>;
  join(input: JoinInput, progress?: Progress): Promise<{ body: Join; digits: string }>;
  admit(input: Admission): Promise<ChangeMember>;
  change(colleague: Member, place: Place): Promise<ChangeMember>;
  rotate(turn: Turn): Promise<{ body: NewEpoch; digits: string }>;
  drill(sheets: readonly Sheet[], typed: readonly string[]): Promise<readonly Drill[]>;
  renew(desks: readonly string[], trustees: boolean): Promise<{ body: NewSheets; paper: Paper }>;
  memberOf(code: string): Promise<string>;
  recover(input: RecoveryInput, progress?: Progress): Promise<Recovered>;
  found(input: FoundingInput, progress?: Progress): Promise<Founding>;
  fingerprint(recipient: string): Promise<string>;
  openFile(
    caseId: string,
    desk: string,
    events: readonly CaseEvent[],
  ): Promise<Omit<OpenFile, 'mailbox'> & { canAnswer: boolean }>;
  /** openAttachment gives a file that is whole, or fails with `damaged` or `nokey`. */
  openAttachment(
    caseId: string,
    desk: string,
    epoch: number,
    entry: FileEntry,
    pieces: readonly ArrayBuffer[],
  ): Promise<OpenAttachment>;
  seal(request: SealRequest): Promise<Sealed>;
  sealCard(caseId: string, desk: string, card: Card): Promise<Sealed>;
  /** sealCopy locks a case that leaves the house: with the desk's key and the member's own. */
  sealCopy(desk: string, json: string): Promise<Uint8Array>;
  newOp(): Promise<string>;
  terms(labels: Readonly<Record<string, string>>): Promise<void>;
  takeCases(summaries: readonly Summary[]): Promise<void>;
  /** takeCase takes what an open case has told, so that the list is right when the member comes back to it. */
  takeCase(summary: Summary, card?: { readonly op: string; readonly body: Card }): Promise<void>;
  takeCards(records: readonly ArrayBuffer[], progress?: Progress): Promise<void>;
  query(query: Query): Promise<Page>;
  /** countStart forgets an earlier count and begins one. */
  countStart(plan: Plan, cells: readonly string[], places: Places): Promise<void>;
  /** countCase opens a case and counts it; nothing of it leaves the worker. */
  countCase(summary: Summary, events: readonly CaseEvent[]): Promise<void>;
  /** countEnd gives the numbers of the cells, and what they rest on. */
  countEnd(): Promise<ReturnType<Tally['result']>>;
  keep(json: string): Promise<Uint8Array>;
  reopen(bytes: Uint8Array): Promise<string>;
}

/** createVaultTasks makes the tasks around an empty keyring. */
export function createVaultTasks(): VaultTasks {
  const ring = createKeyring();
  const mailboxes = new Map<string, Mailbox>();
  let unlockKey: Uint8Array | undefined;
  return {
    complete: async (typed) => completeWord(typed),
    tidy: async (typed) => tidyPassphrase(typed),
    passphrase: async () => makePassphrase(),
    async derive(site, name, words, progress) {
      const keys = await loginKeys(site, name, words, (share) => progress?.(Math.round(share * 100), 100));
      unlockKey = keys.unlock;
      return { salt: keys.salt, auth: toKeyText(keys.auth) };
    },
    async unlock(material) {
      if (unlockKey === undefined) throw new TaskError('locked');
      const opened = await ring.unlock(material, unlockKey);
      unlockKey = undefined;
      return opened;
    },
    vet: (members) => vet(ring, members),
    join: (input, progress) => joinKeys(input, progress),
    admit: (input) => admit(ring, input),
    change: (colleague, place) => change(ring, colleague, place),
    rotate: (turn) => rotate(ring, turn),
    drill: (sheets, typed) => drill(ring, sheets, typed),
    renew: (desks, trustees) => renew(ring, desks, trustees),
    memberOf: (code) => memberOf(code),
    recover: (input, progress) => recover(input, progress),
    found: (input, progress) => found(input, progress),
    fingerprint: async (recipient) => fingerprint(recipient),
    async openFile(caseId, desk, events) {
      const { mailbox, ...file } = await openFile(ring, caseId, desk, events);
      if (mailbox !== undefined) mailboxes.set(caseId, mailbox);
      return { ...file, canAnswer: mailbox !== undefined };
    },
    openAttachment: (caseId, desk, epoch, entry, pieces) => openAttachment(ring, caseId, desk, epoch, entry, pieces),
    seal: (request) => sealEvent(ring, mailboxes.get(request.case), request),
    async sealCard(caseId, desk, card) {
      const key = current(ring, desk);
      const op = newOp();
      return { op, epoch: key.epoch, box: toBase64(await sealCard(key.card, caseId, op, card)) };
    },
    sealCopy: async (desk, json) => sealText([current(ring, desk).recipient, await recipientOf(own(ring))], json),
    newOp: async () => newOp(),
    ...indexTasks(ring),
    ...countTasks(ring),
    async keep(json) {
      return sealText(await recipientOf(own(ring)), json);
    },
    async reopen(bytes) {
      return openText(bytes, own(ring));
    },
  };
}

function current(ring: Keyring, desk: string): OfficeKey {
  const key = ring.current(desk);
  if (key === undefined) throw new TaskError('nokey');
  return key;
}

function own(ring: Keyring): string {
  const identity = ring.self();
  if (identity === undefined) throw new TaskError('locked');
  return identity;
}

async function sealEvent(ring: Keyring, mailbox: Mailbox | undefined, request: SealRequest): Promise<Sealed> {
  const key = current(ring, request.desk);
  if (request.told && mailbox === undefined) throw new TaskError('nomailbox');
  const op = newOp();
  const { case: id, kind, seen, by, at, body } = request;
  const envelope = { v: 1 as const, case: id, kind, op, seen, by, at, body };
  const told = request.told ? mailbox : undefined;
  const mac = told === undefined ? key.mac : fromKeyText(told.mac);
  const to = told === undefined ? [key.recipient] : [told.recipient, key.recipient];
  return { op, epoch: key.epoch, box: toBase64(await seal(envelope, mac, to)) };
}

type CountTasks = Pick<VaultTasks, 'countStart' | 'countCase' | 'countEnd'>;

/** countTasks count a year's cases for the statistics. */
function countTasks(ring: Keyring): CountTasks {
  let tally: Tally | undefined;
  return {
    async countStart(plan, cells, places) {
      tally = createTally(plan, cells, places);
    },
    async countCase(summary, events) {
      const { events: opened } = await openFile(ring, summary.case, summary.desk, events);
      tally?.add(summary.case, toldOf(summary, opened));
    },
    async countEnd() {
      if (tally === undefined) throw new TaskError('internal');
      const result = tally.result();
      tally = undefined;
      return result;
    },
  };
}

type IndexTasks = Pick<VaultTasks, 'terms' | 'takeCases' | 'takeCase' | 'takeCards' | 'query'>;

/** indexTasks keep the summaries and cards of all cases, and answer the inbox from them. */
function indexTasks(ring: Keyring): IndexTasks {
  let labels: Readonly<Record<string, string>> = {};
  const cards: Cards = new Map();
  const entries = new Map<string, Entry>();
  const enter = (summary: Summary) => {
    const card = cards.get(summary.case);
    const name = (code: string) => labels[code] ?? code;
    entries.set(summary.case, entryOf(summary, card?.body, card?.state ?? 'none', name));
  };
  const enterAll = () => {
    for (const { summary } of [...entries.values()]) enter(summary);
  };
  return {
    async terms(next) {
      labels = next;
      enterAll();
    },
    async takeCases(list) {
      entries.clear();
      for (const summary of list) enter(summary);
    },
    async takeCase(summary, card) {
      if (card !== undefined) cards.set(summary.case, { op: card.op, body: card.body, state: 'open' });
      enter(summary);
    },
    async takeCards(records, progress) {
      await takeCards(ring, cards, records, (id) => entries.get(id)?.summary.desk, progress);
      enterAll();
    },
    query: async (query) => select(entries.values(), query),
  };
}

type Cards = Map<string, { op: string; body: Card | undefined; state: CardState }>;

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
        key === undefined ? { op, body: undefined, state: 'locked' } : await openRecord(key, id, op, bytes),
      );
    }
  }
}

async function openRecord(key: OfficeKey, id: string, op: string, bytes: Uint8Array) {
  try {
    const body = await openCard(key.card, id, op, bytes.slice(36));
    return { op, body, state: 'open' as const };
  } catch {
    return { op, body: undefined, state: 'damaged' as const };
  }
}
