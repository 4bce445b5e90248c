// Envelopes and boxes: what one act of a resident or a member says, marked,
// padded and sealed as an age file. Mirror of internal/seal.
import { decrypt, encrypt, hybridOpener } from './age.ts';
import { type Bytes, fromUtf8, random, toHex, utf8 } from './bytes.ts';
import { frame, unframe } from './frame.ts';
import { derive } from './keys.ts';

export { fromBase64, fromHex, fromKeyText, toBase64, toHex, toKeyText } from './bytes.ts';
export { TooLargeError } from './frame.ts';
export { fingerprint, newIdentity, recipientOf } from './keys.ts';

/** An Envelope is what lies inside a box. Its names and their order are the protocol's. */
export interface Envelope {
  readonly v: 1;
  readonly case: string;
  readonly kind: string;
  /** 16 random bytes in hexadecimal, equal to the op of the event. */
  readonly op: string;
  /** The op of the newest mailbox event that the author had before them, or "". */
  readonly seen: string;
  /** "browser" or "server" for a resident, "office" in an answer, the member id elsewhere. */
  readonly by: string;
  /** The day by the sender's clock, "2026-11-22". */
  readonly at: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Expect is what the event around a box says about it. */
export interface Expect {
  readonly case: string;
  readonly kind: string;
  readonly op: string;
}

/** MacKey is the key of a kind; a report's stands in its own body and proves nothing by itself. */
export type MacKey = Uint8Array | ((body: Readonly<Record<string, unknown>>) => Uint8Array);

/** OpenError is the one answer to everything that does not open: no reason, no byte of the inside. */
export class OpenError extends Error {
  override name = 'OpenError';
  constructor() {
    super('opening a box: not readable');
  }
}

/** newOp draws the id of an act. */
export function newOp(): string {
  return toHex(random(16));
}

/** officeMac returns the key that marks boxes which only the office reads. */
export function officeMac(identity: string): Bytes {
  return derive(utf8(identity), undefined, 'office-mac/v1');
}

/** seal packs, marks, pads and seals. The size depends on the bucket and the number of recipients only. */
export async function seal(envelope: Envelope, macKey: Uint8Array, recipients: readonly string[]): Promise<Bytes> {
  const text = encode(envelope);
  const framed = frame(envelope.kind, text, macKey);
  text.fill(0);
  try {
    return await encrypt(framed, recipients);
  } finally {
    framed.fill(0);
  }
}

/** open returns the whole envelope of a box, or throws an OpenError and gives nothing. */
export async function open(box: Uint8Array, identity: string, macKey: MacKey, want: Expect): Promise<Envelope> {
  try {
    const framed = await decrypt(box, hybridOpener(identity));
    const keyOf = typeof macKey === 'function' ? (text: Uint8Array) => macKey(decode(text).body) : () => macKey;
    const text = unframe(want.kind, framed, keyOf);
    if (text === undefined) throw new OpenError();
    const envelope = decode(text);
    if (envelope.case !== want.case || envelope.kind !== want.kind || envelope.op !== want.op) throw new OpenError();
    return envelope;
  } catch {
    throw new OpenError();
  }
}

/** sealText seals bytes or text as they are: wraps of keys to one recipient, names to the keys of a member's desks. */
export async function sealText(to: string | readonly string[], text: Uint8Array | string): Promise<Bytes> {
  return encrypt(typeof text === 'string' ? utf8(text) : text, typeof to === 'string' ? [to] : to);
}

/** openText opens what sealText sealed; whole, or an OpenError. */
export async function openText(box: Uint8Array, identity: string): Promise<string> {
  try {
    return fromUtf8(await decrypt(box, hybridOpener(identity)));
  } catch {
    throw new OpenError();
  }
}

const ID = /^[0-9a-f]{32}$/;

function encode(e: Envelope): Bytes {
  const known = ID.test(e.case) && /^[a-z]{1,32}$/.test(e.kind) && ID.test(e.op) && (e.seen === '' || ID.test(e.seen));
  if (!known || e.by === '' || !/^\d{4}-\d\d-\d\d$/.test(e.at)) throw new Error('packing an envelope: malformed');
  const { case: caseId, kind, op, seen, by, at, body } = e;
  return utf8(JSON.stringify({ v: 1, case: caseId, kind, op, seen, by, at, body }));
}

/** decode reads the outer object strictly: exact names, each once, nothing behind it. */
function decode(bytes: Uint8Array): Envelope {
  const text = fromUtf8(bytes);
  const value: unknown = JSON.parse(text);
  if (!isObject(value) || Object.keys(value).length !== 8 || membersOf(text) !== 8) throw new OpenError();
  for (const name of ['case', 'kind', 'op', 'seen', 'by', 'at']) {
    if (typeof value[name] !== 'string') throw new OpenError();
  }
  if (value['v'] !== 1 || !isObject(value['body'])) throw new OpenError();
  return value as unknown as Envelope;
}

/** membersOf counts the members of the outer object as written: JSON.parse keeps only the last of two equal names. */
function membersOf(text: string): number {
  let depth = 0;
  let members = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      while (text[++i] !== '"') if (text[i] === '\\') i++;
    } else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (c === ':' && depth === 1) members++;
  }
  return members;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
