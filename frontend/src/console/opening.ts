// Opens the boxes of one case and says of each event whether its seal holds:
// right case, kind and act, right key, right chain. What does not open is told
// as such and never as blank. Runs in the worker.

import type { CaseEvent, Public } from '../shared/api.ts';
import { type Bytes, fromBase64, fromKeyText, toHex } from '../shared/bytes.ts';
import { openCard } from '../shared/card.ts';
import { type MacKey, open } from '../shared/seal.ts';
import { type Act, checkSequence, type Warning } from '../shared/sequence.ts';
import { linked } from './chain.ts';
import type { Keyring, OfficeKey } from './keys.ts';
import { fields, type Mailbox, readMailbox, text } from './model.ts';

/** A Seal says what became of a box: there is none, it opened, no key of ours fits its epoch, or it is damaged or moved. */
export type Seal = 'none' | 'open' | 'nokey' | 'damaged';

/** An OpenEvent is an event with what its box says. */
export interface OpenEvent {
  readonly rev: number;
  readonly kind: string;
  readonly actor: string;
  readonly day: string;
  readonly state: string;
  readonly op: string;
  readonly public: Public;
  readonly seal: Seal;
  /** Whether the event carries its right hash and follows the one before it. */
  readonly linked: boolean;
  /** The day of writing by the sender's clock, from inside the seal; "" without a box. */
  readonly at: string;
  /** `browser` or `server` for residents, else who wrote it. */
  readonly by: string;
  readonly seen: string;
  /** Whether the resident can read it too. */
  readonly told: boolean;
  /** The envelope's body without the resident's keys; an empty object if there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** An OpenFile is a whole case after opening. */
export interface OpenFile {
  readonly events: readonly OpenEvent[];
  readonly warnings: readonly Warning[];
  /** The fingerprint of the report's box, for the card; "" if there is no box. */
  readonly pin: string;
  /** Whether the report's mailbox keys are known, so that answers can be sealed. */
  readonly mailbox: Mailbox | undefined;
}

/** Kinds of the mailbox carry the resident's MAC; the others the office's. */
const RESIDENT_MAC: ReadonlySet<string> = new Set(['message', 'withdrawal', 'answer', 'attachment', 'consent']);

interface Inside {
  readonly at: string;
  readonly by: string;
  readonly seen: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly told: boolean;
}

function publicOf(event: CaseEvent): Public {
  try {
    return fields(JSON.parse(event.public === '' ? '{}' : event.public)) as Public;
  } catch {
    return {};
  }
}

async function pinOf(box: Bytes): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', box)).subarray(0, 16));
}

/** macKeys lists the MAC keys that an event of this kind may carry, the likeliest first. */
function macKeys(kind: string, key: OfficeKey, mailbox: Uint8Array | undefined): readonly Uint8Array[] {
  if (RESIDENT_MAC.has(kind)) return mailbox === undefined ? [] : [mailbox];
  // Nothing outside tells whether a deadline was told: that is for the MAC to say.
  if (kind === 'deadline') return mailbox === undefined ? [key.mac] : [mailbox, key.mac];
  return [key.mac];
}

async function inside(
  caseId: string,
  event: CaseEvent,
  box: Bytes,
  key: OfficeKey,
  mac: Uint8Array | undefined,
): Promise<Inside | undefined> {
  if (event.kind === 'card') {
    try {
      const body = { ...(await openCard(key.card, caseId, event.op, box)) };
      return { at: '', by: event.actor, seen: '', body, told: false };
    } catch {
      return undefined;
    }
  }
  const want = { case: caseId, kind: event.kind, op: event.op };
  const macs: readonly MacKey[] =
    event.kind === 'report' ? [(body) => fromKeyText(readMailbox(body)?.mac ?? '')] : macKeys(event.kind, key, mac);
  for (const candidate of macs) {
    try {
      const envelope = await open(box, key.identity, candidate, want);
      const { at, by, seen } = envelope;
      const both = event.kind === 'answer' || (event.kind === 'consent' && event.actor !== 'resident');
      const told = both || (event.kind === 'deadline' && candidate === mac);
      return { at, by, seen, body: fields(envelope.body), told };
    } catch {
      // The next key may be the one; after the last the box counts as damaged.
    }
  }
  return undefined;
}

/** openFile opens all events of a case. */
export async function openFile(
  ring: Keyring,
  caseId: string,
  desk: string,
  raw: readonly CaseEvent[],
): Promise<OpenFile> {
  const events: OpenEvent[] = [];
  let mailbox: Mailbox | undefined;
  let pin = '';
  let before: CaseEvent | undefined;
  for (const event of raw) {
    const shown = publicOf(event);
    const box = event.box === undefined || event.box === '' ? undefined : fromBase64(event.box);
    const ok = await linked(caseId, event, box, before);
    before = event;
    let seal: Seal = box === undefined ? 'none' : 'damaged';
    let found: Inside | undefined;
    if (box !== undefined) {
      if (event.kind === 'report') pin = await pinOf(box);
      const key = ring.find(desk, shown.epoch ?? 0);
      if (key === undefined) seal = 'nokey';
      else found = await inside(caseId, event, box, key, mailbox && fromKeyText(mailbox.mac));
      if (found !== undefined) seal = 'open';
    }
    if (event.kind === 'report' && found !== undefined) mailbox = readMailbox(found.body);
    events.push(openEvent(event, shown, seal, ok, found));
  }
  return { events, warnings: checkSequence(events.map(actOf)), pin, mailbox };
}

function openEvent(event: CaseEvent, shown: Public, seal: Seal, ok: boolean, found: Inside | undefined): OpenEvent {
  const { rev, kind, actor, day, state, op } = event;
  const body = { ...(found?.body ?? {}) };
  delete body['mailbox'];
  return {
    rev,
    kind,
    actor,
    day,
    state,
    op,
    public: shown,
    seal,
    linked: ok,
    at: text(found?.at),
    by: text(found?.by),
    seen: text(found?.seen),
    told: found?.told ?? false,
    body,
  };
}

function actOf(event: OpenEvent): Act {
  return { rev: event.rev, kind: event.kind, op: event.op, seen: event.seen };
}
