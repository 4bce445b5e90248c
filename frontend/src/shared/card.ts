// The card index: what the inbox shows and searches of a case, always 1,052
// bytes, AES-256-GCM under a key of the office. Browsers of members open cards;
// the server never can.
import { type Bytes, fromUtf8, join, random, utf8 } from './bytes.ts';
import { derive } from './keys.ts';
import { OpenError } from './seal.ts';

const FRAME = 1024;
const NONCE = 12;

/** CARD_SIZE is the length of every sealed card. */
export const CARD_SIZE = NONCE + FRAME + 16;

/** A Card is a hint, never authority: opening the case compares it and writes it anew. */
export interface Card {
  /** At most 80 letters, written by a member. */
  readonly title: string;
  readonly grounds: readonly string[];
  readonly area: string;
  readonly labels: readonly string[];
  readonly lang: string;
  /** The safe day of the earliest legal deadline, or "". */
  readonly due: string;
  /** What the deadline is for: the id of its rule, or "". */
  readonly kind: string;
  /** The day on which a member wants to look at the case again, or "". */
  readonly follow: string;
  /** The first 16 bytes of the SHA-256 of the report's box, in hexadecimal. */
  readonly pin: string;
  /** Search words, as far as they fit. */
  readonly words: readonly string[];
}

/** cardKey derives the key of the cards from an office identity. */
export async function cardKey(identity: string): Promise<CryptoKey> {
  const raw = derive(utf8(identity), undefined, 'card-index/v1');
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** sealCard seals a card for one case and act. What does not fit goes: search words first, then the title's end. */
export async function sealCard(key: CryptoKey, caseId: string, op: string, card: Card): Promise<Bytes> {
  const text = shorten(card);
  const framed = new Uint8Array(FRAME);
  new DataView(framed.buffer).setUint32(0, text.length);
  framed.set(text, 4);
  return sealFrame(key, random(NONCE), caseId, op, framed);
}

/** sealFrame is the last step of sealCard, apart so that a vector can fix the nonce. */
export async function sealFrame(
  key: CryptoKey,
  nonce: Bytes,
  caseId: string,
  op: string,
  framed: Bytes,
): Promise<Bytes> {
  const sealed = await crypto.subtle.encrypt(parameters(nonce, caseId, op), key, framed);
  return join(nonce, new Uint8Array(sealed));
}

/** openCard opens a card, or throws an OpenError and gives nothing. */
export async function openCard(key: CryptoKey, caseId: string, op: string, box: Uint8Array): Promise<Card> {
  try {
    if (box.length !== CARD_SIZE) throw new OpenError();
    const nonce = box.subarray(0, NONCE) as Bytes;
    const opened = await crypto.subtle.decrypt(parameters(nonce, caseId, op), key, box.subarray(NONCE) as Bytes);
    return decode(new Uint8Array(opened));
  } catch {
    throw new OpenError();
  }
}

function parameters(nonce: Bytes, caseId: string, op: string): AesGcmParams {
  return { name: 'AES-GCM', iv: nonce, additionalData: utf8(`card-index/v1:${caseId}:${op}`) };
}

function shorten(card: Card): Bytes {
  const letters = [...card.title];
  const words = [...card.words];
  for (;;) {
    const { grounds, area, labels, lang, due, kind, pin } = card;
    const follow = card.follow === '' ? {} : { follow: card.follow };
    const whole = { title: letters.join(''), grounds, area, labels, lang, due, kind, ...follow, pin, words };
    const text = utf8(JSON.stringify(whole));
    if (text.length <= FRAME - 4) return text;
    if (words.length > 0) words.pop();
    else if (letters.length > 0) letters.pop();
    else throw new Error('sealing a card: codes and labels alone are too long');
  }
}

function decode(framed: Uint8Array): Card {
  const n = new DataView(framed.buffer, framed.byteOffset).getUint32(0);
  if (n > FRAME - 4) throw new OpenError();
  for (let at = 4 + n; at < framed.length; at++) if (framed[at] !== 0) throw new OpenError();
  const value = JSON.parse(fromUtf8(framed.subarray(4, 4 + n))) as Record<string, unknown>;
  const text = (name: string) => (typeof value[name] === 'string' ? value[name] : '');
  const list = (name: string) => {
    const found = value[name];
    return Array.isArray(found) ? found.filter((item): item is string => typeof item === 'string') : [];
  };
  return {
    title: text('title'),
    grounds: list('grounds'),
    area: text('area'),
    labels: list('labels'),
    lang: text('lang'),
    due: text('due'),
    kind: text('kind'),
    follow: text('follow'),
    pin: text('pin'),
    words: list('words'),
  };
}
