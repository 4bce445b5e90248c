// The receipt: 30 random digits and two check digits that a resident writes
// down, and the keys that follow from it. Mirror of internal/seal/receipt.go.
import { sha256 } from '@noble/hashes/sha2.js';
import { type Bytes, random, toHex, utf8 } from './bytes.ts';
import { derive, identityOf, recipientOf } from './keys.ts';

/** What is wrong with a receipt as typed. Letters are never guessed. */
export type TypedError = 'character' | 'length' | 'check';

/**
 * Typed is a receipt of 32 digits, or what is wrong with it. `at` is the place of
 * the character in code points from 0; for "length" the number of digits that
 * were found; for "check" 0.
 */
export type Typed =
  | { readonly ok: true; readonly receipt: string }
  | { readonly ok: false; readonly error: TypedError; readonly at: number };

/** ReceiptKeys are what follows from a receipt at one site. */
export interface ReceiptKeys {
  /** Finds the mailbox. In bodies of POST requests only. */
  readonly locator: Bytes;
  readonly caseId: string;
  /** The resident's own secret key. Never leaves the page. */
  readonly identity: string;
  readonly recipient: string;
  /** Shared by resident and office. */
  readonly mac: Bytes;
}

/** makeReceipt draws a new receipt. Bytes from 250 on are thrown away: every digit is equally likely. */
export function makeReceipt(): string {
  let digits = '';
  while (digits.length < 30) {
    const byte = random(1)[0] as number;
    if (byte < 250) digits += byte % 10;
  }
  return digits + String(98 - rest(`${digits}00`)).padStart(2, '0');
}

/** normalise reads a receipt as people type, paste and dictate it. */
export function normalise(typed: string): Typed {
  let digits = '';
  let at = 0;
  for (const letter of typed) {
    const digit = digitOf(letter.codePointAt(0) as number);
    if (digit >= 0) digits += digit;
    else if (!DROPPED.test(letter)) return { ok: false, error: 'character', at };
    at++;
  }
  if (digits.length !== 32) return { ok: false, error: 'length', at: digits.length };
  // 00, 01 and 99 are congruent to 97, 98 and 02: only one of each pair is made.
  const check = Number(digits.slice(30));
  if (check < 2 || check > 98 || rest(digits) !== 1) return { ok: false, error: 'check', at: 0 };
  return { ok: true, receipt: digits };
}

/** digitsOf keeps the digits of what was typed, whatever stands between them. */
export function digitsOf(typed: string): string {
  let digits = '';
  for (const letter of typed) {
    const digit = digitOf(letter.codePointAt(0) as number);
    if (digit >= 0) digits += digit;
  }
  return digits;
}

/** shown writes digits in groups of four. */
export function shown(receipt: string): string {
  return receipt.replace(/(.{4})(?=.)/g, '$1 ');
}

/** deriveKeys derives all keys of a receipt at a site. */
export async function deriveKeys(site: string, receipt: string): Promise<ReceiptKeys> {
  const secret = utf8(receipt);
  const salt = utf8(`report-receipt/v1:${site}`);
  const locator = derive(secret, salt, 'locator');
  const identity = identityOf(derive(secret, salt, 'age-mlkem768x25519'));
  return {
    locator,
    caseId: caseIdOf(locator),
    identity,
    recipient: await recipientOf(identity),
    mac: derive(secret, salt, 'mac'),
  };
}

/** caseIdOf is the first half of the locator's SHA-256, in hexadecimal. */
export function caseIdOf(locator: Uint8Array): string {
  return toHex(sha256(locator).slice(0, 16));
}

// Zeros of ASCII, Arabic-Indic, Persian, Devanagari, Bengali and full-width digits.
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xff10];

// White space (Unicode's property), hyphens, dashes, full stop, marks of direction and joining.
const DROPPED =
  /^[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\-.\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]$/;

function digitOf(code: number): number {
  for (const zero of ZEROS) if (code >= zero && code <= zero + 9) return code - zero;
  return -1;
}

/** rest divides the digits, read as one number, by 97. */
function rest(digits: string): number {
  let sum = 0;
  for (const digit of digits) sum = (sum * 10 + Number(digit)) % 97;
  return sum;
}
