// A member's login: a passphrase of seven words that the browser draws, and what
// follows from it. Only `auth` is sent; `unlock` opens the member's key and never
// leaves the browser.
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { decrypt, encrypt, hybridOpener } from './age.ts';
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

/** passkeyInput is what a passkey's PRF is asked about: one answer for each passkey of a site. */
export function passkeyInput(site: string): Bytes {
  return utf8(`passkey-lock/v1:${site}`);
}

/** passkeyIdentity is the key that follows from a passkey's answer. */
export function passkeyIdentity(prf: Uint8Array): string {
  if (prf.length !== 32) throw new Error('reading a passkey: not 32 bytes');
  return identityOf(derive(prf, undefined, 'passkey-lock/v1'));
}

/** lockInSeries puts a second lock around the first: passphrase, then passkey. locker is the passphrase's public half. */
export async function lockInSeries(locker: string, prf: Uint8Array, identity: string): Promise<Bytes> {
  return encrypt(await sealText(locker, identity), [await recipientOf(passkeyIdentity(prf))]);
}

/** openSeries opens what lockInSeries locked; it needs both, and throws otherwise. */
export async function openSeries(unlock: Uint8Array, prf: Uint8Array, locked: Uint8Array): Promise<string> {
  return unlockIdentity(unlock, await decrypt(locked, hybridOpener(passkeyIdentity(prf))));
}

/** vouch marks a member for the next holders of the office key. */
export function vouch(officeIdentity: string, member: string, recipient: string, name: string): Bytes {
  const key = derive(utf8(officeIdentity), undefined, 'member-vouch/v1');
  return mac(key, utf8(`${member}\n${recipient}\n${name}`));
}
