// A member's login: a passphrase of seven words that the browser draws, and what
// follows from it. Only `auth` is sent; `unlock` opens the member's key and never
// leaves the browser.
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { type Bytes, random, toHex, utf8 } from './bytes.ts';
import { derive, identityOf, mac, recipientOf } from './keys.ts';
import { openText, sealText } from './seal.ts';

const WORDS: readonly string[] = wordlist;

/** PASSPHRASE_WORDS is the length of a passphrase; each word carries 11 bits. */
export const PASSPHRASE_WORDS = 7;

/** LoginKeys are what follows from name and passphrase. */
export interface LoginKeys {
  /** Hexadecimal; sent, and claims the name. */
  readonly salt: string;
  /** Sent; the server keeps its SHA-256. */
  readonly auth: Bytes;
  /** Never leaves the browser. */
  readonly unlock: Bytes;
}

/** makePassphrase draws seven words. It is made, never chosen. */
export function makePassphrase(): string {
  const drawn: string[] = [];
  for (let i = 0; i < PASSPHRASE_WORDS; i++) {
    // 2,048 words divide 65,536 evenly, so no draw is thrown away.
    const drawnNumber = new DataView(random(2).buffer).getUint16(0);
    drawn.push(WORDS[drawnNumber % WORDS.length] as string);
  }
  return drawn.join(' ');
}

/** isWord tells whether a word is on the list, so that a typing error shows before the slow step. */
export function isWord(word: string): boolean {
  return WORDS.includes(word);
}

/** completeWord returns the words that begin with what was typed; after four letters there is at most one. */
export function completeWord(typed: string): readonly string[] {
  const start = typed.trim().toLowerCase();
  return start === '' ? [] : WORDS.filter((word) => word.startsWith(start));
}

/** tidyPassphrase makes the passphrase of what was typed: lower case, single spaces, words completed. */
export function tidyPassphrase(typed: string): string {
  const words = typed.trim().toLowerCase().split(/\s+/);
  return words
    .map((word) => {
      const [only, second] = completeWord(word);
      return isWord(word) || only === undefined || second !== undefined ? word : only;
    })
    .join(' ');
}

/** validName tells whether a login name may be used: 3 to 32 of a–z, 0–9, dot and hyphen. */
export function validName(name: string): boolean {
  return /^[a-z0-9.-]{3,32}$/.test(name);
}

/** loginSalt is computed, not asked for, so no request tells which names exist. */
export function loginSalt(site: string, name: string): Bytes {
  return sha256(utf8(`member-login/v1:${site}\n${name}`)) as Bytes;
}

/** loginKeys takes 128 MiB and about a second; onProgress is called with 0 to 1. */
export async function loginKeys(
  site: string,
  name: string,
  words: string,
  onProgress?: (done: number) => void,
): Promise<LoginKeys> {
  if (!validName(name)) throw new Error('deriving a login: malformed name');
  const salt = loginSalt(site, name);
  const options = { N: 2 ** 17, r: 8, p: 1, dkLen: 64, ...(onProgress ? { onProgress } : {}) };
  const root = await scryptAsync(utf8(words), salt, options);
  const keys = {
    salt: toHex(salt),
    auth: derive(root, undefined, 'auth'),
    unlock: derive(root, undefined, 'unlock'),
  };
  root.fill(0);
  return keys;
}

/** lockIdentity seals a member's identity to the key that the passphrase gives. */
export async function lockIdentity(unlock: Uint8Array, identity: string): Promise<Bytes> {
  return sealText(await recipientOf(identityOf(unlock)), identity);
}

/** unlockIdentity opens what lockIdentity locked, or throws an OpenError. */
export async function unlockIdentity(unlock: Uint8Array, locked: Uint8Array): Promise<string> {
  return openText(locked, identityOf(unlock));
}

/** vouch marks a member for the next holders of the office key. */
export function vouch(officeIdentity: string, member: string, recipient: string, name: string): Bytes {
  const key = derive(utf8(officeIdentity), undefined, 'member-vouch/v1');
  return mac(key, utf8(`${member}\n${recipient}\n${name}`));
}
