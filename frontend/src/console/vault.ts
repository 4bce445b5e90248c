// The worker's tasks: everything that needs a key. The page calls them by name
// (worker.ts) and gets what is to be shown, never a key. In here and nowhere
// else: the member's key, the office keys, the residents' mailbox keys, the
// cards of all cases.

import type {
  CaseEvent,
  ChangeMember,
  Join,
  Member,
  NewEpoch,
  NewSheets,
  Proved,
  Sheet,
  Summary,
} from '../shared/api.ts';
import { fromKeyText, toBase64, toKeyText } from '../shared/bytes.ts';
import type { FileEntry } from '../shared/entry.ts';
import { completeWord, loginKeys, makePassphrase, tidyPassphrase } from '../shared/login.ts';
import { fingerprint, fromBase64, newOp, openText, recipientOf, seal, sealText } from '../shared/seal.ts';
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
import { createIndexTasks, type IndexTasks } from './cardindex.ts';
import { type Enclosed, enclose, type Prepared, prepare } from './enclosing.ts';
import { type FirstMade, type FirstTurn, firstKey } from './firstkey.ts';
import { type Founding, type FoundingInput, found, memberOf } from './founding.ts';
import { type HandedOver, handOver, type Sealed, type SealRequest, type Target } from './handing.ts';
import { createKeyring, type Keyring, type Material, type OfficeKey, type Opened } from './keys.ts';
import type { Mailbox } from './model.ts';
import { type OpenFile, openFile } from './opening.ts';
import { type Progress, TaskError } from './rpc.ts';
import { type Drill, drill, type Paper, type Recovered, type RecoveryInput, recover, renew } from './sheets.ts';
import { createTally, type Places, type Plan, type Tally, toldOf } from './tally.ts';
import { createWaitTasks, type WaitTasks } from './waiting.ts';

/** VaultTasks are the tasks by name. */
export interface VaultTasks extends IndexTasks, WaitTasks {
  complete(typed: string): Promise<readonly string[]>;
  tidy(typed: string): Promise<string>;
  passphrase(): Promise<string>;
  derive(site: string, name: string, words: string, progress?: Progress): Promise<{ salt: string; auth: string }>;
  /** prove makes of name and words what the server wants once more before it changes a passkey; the rest is dropped. */
  prove(site: string, name: string, words: string): Promise<Proved>;
  unlock(material: Material): Promise<Opened>;
  /** vet holds colleagues' keys against their vouches and opens their names. */
  vet(members: readonly Member[]): Promise<Vetting>;
  join(input: JoinInput, progress?: Progress): Promise<{ body: Join; digits: string }>;
  admit(input: Admission): Promise<ChangeMember>;
  change(colleague: Member, place: Place): Promise<ChangeMember>;
  rotate(turn: Turn): Promise<{ body: NewEpoch; digits: string }>;
  firstKey(turn: FirstTurn): Promise<FirstMade>;
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
  /** prepare cleans a file that is to be enclosed, or fails with `large`, `type` or `broken`. */
  prepare(name: string, bytes: ArrayBuffer): Promise<Prepared>;
  /** enclose seals it to the resident and the desk, or fails with `nokey` or `nomailbox`. */
  enclose(caseId: string, desk: string, file: Prepared): Promise<Enclosed>;
  seal(request: SealRequest): Promise<Sealed>;
  /** handOver seals a summary to the resident and, as a report of its own, to another desk. */
  handOver(request: SealRequest, target: Target, report: Readonly<Record<string, unknown>>): Promise<HandedOver>;
  /** sealCopy locks a case that leaves the house: with the desk's key and the member's own. */
  sealCopy(desk: string, json: string): Promise<Uint8Array>;
  newOp(): Promise<string>;
  /** countStart forgets an earlier count and begins one. */
  countStart(plan: Plan, cells: readonly string[], places: Places): Promise<void>;
  /** countCase opens a case and counts it; nothing of it leaves the worker. */
  countCase(summary: Summary, events: readonly CaseEvent[]): Promise<void>;
  /** countEnd gives the numbers of the cells, and what they rest on. */
  countEnd(): Promise<ReturnType<Tally['result']>>;
  /** relock locks the member's own key anew: by the passphrase alone, or by a passkey's answer too. Base64. */
  relock(prf: Uint8Array | undefined): Promise<string>;
  /** sealOwn seals a word that only the member reads. Base64. */
  sealOwn(text: string): Promise<string>;
  /** openOwn opens such words; "" where one cannot be read. */
  openOwn(sealed: readonly string[]): Promise<readonly string[]>;
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
    async prove(site, name, words) {
      const { salt, auth, unlock } = await loginKeys(site, name, tidyPassphrase(words));
      unlock.fill(0);
      return { login: salt, auth: toKeyText(auth) };
    },
    async unlock(material) {
      if (unlockKey === undefined) throw new TaskError('locked');
      if (material.series && material.prf === undefined) throw new TaskError('prf');
      const opened = await ring.unlock(material, unlockKey);
      material.prf?.fill(0);
      unlockKey = undefined;
      return opened;
    },
    vet: (members) => vet(ring, members),
    join: (input, progress) => joinKeys(input, progress),
    admit: (input) => admit(ring, input),
    change: (colleague, place) => change(ring, colleague, place),
    rotate: (turn) => rotate(ring, turn),
    firstKey: (turn) => firstKey(ring, turn),
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
    prepare: async (name, bytes) => prepare(name, bytes),
    async enclose(caseId, desk, file) {
      const mailbox = mailboxes.get(caseId);
      if (mailbox === undefined) throw new TaskError('nomailbox');
      return enclose(caseId, [mailbox.recipient, current(ring, desk).recipient], file);
    },
    seal: (request) => sealEvent(ring, mailboxes.get(request.case), request),
    async handOver(request, target, report) {
      const mailbox = mailboxes.get(request.case);
      if (mailbox === undefined) throw new TaskError('nomailbox');
      const resident = { ...mailbox, key: fromKeyText(mailbox.mac) };
      return handOver(current(ring, request.desk), resident, request, target, report);
    },
    sealCopy: async (desk, json) => sealText([current(ring, desk).recipient, await recipientOf(own(ring))], json),
    newOp: async () => newOp(),
    async relock(prf) {
      const lock = await ring.relock(prf);
      prf?.fill(0);
      if (lock === undefined) throw new TaskError('locked');
      return toBase64(lock);
    },
    sealOwn: async (text) => toBase64(await sealText(await recipientOf(own(ring)), text)),
    openOwn: (sealed) => Promise.all(sealed.map(async (text) => openText(fromBase64(text), own(ring)).catch(() => ''))),
    ...createIndexTasks(ring),
    ...countTasks(ring),
    ...createWaitTasks(ring),
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
