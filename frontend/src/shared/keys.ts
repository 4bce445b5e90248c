// Keys of the hybrid kind and what follows from a secret. Nothing else may be
// sealed to: the age library would mix a classic recipient in without a word.
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { MLKEM768X25519 } from '@noble/post-quantum/hybrid.js';
import { bech32 } from '@scure/base';
import { type Bytes, join, random, utf8 } from './bytes.ts';

/** derive is HKDF-SHA256, Extract then Expand, to 32 bytes; no salt means the empty one. */
export function derive(secret: Uint8Array, salt: Uint8Array | undefined, label: string): Bytes {
  return hkdf(sha256, secret, salt, utf8(label), 32) as Bytes;
}

/** mac is HMAC-SHA256 over the parts as one message. */
export function mac(key: Uint8Array, ...parts: readonly Uint8Array[]): Bytes {
  return hmac(sha256, key, join(...parts)) as Bytes;
}

/** identityOf writes a seed of 32 bytes as an age identity, 77 letters in upper case. */
export function identityOf(seed: Uint8Array): string {
  if (seed.length !== 32) throw new Error('making an identity: not 32 bytes');
  return bech32.encodeFromBytes('AGE-SECRET-KEY-PQ-', seed).toUpperCase();
}

/** newIdentity draws a new hybrid identity. */
export function newIdentity(): string {
  return identityOf(random(32));
}

/** recipientOf returns the public half of a hybrid identity, 1,959 letters. */
export async function recipientOf(identity: string): Promise<string> {
  const { prefix, bytes } = bech32.decodeToBytes(identity);
  if (!identity.startsWith('AGE-SECRET-KEY-PQ-1') || prefix !== 'age-secret-key-pq-' || bytes.length !== 32) {
    throw new Error('reading an identity: not of the kind AGE-SECRET-KEY-PQ-1');
  }
  // The limit of 90 letters that bech32 has by itself does not apply to recipients.
  return bech32.encode('age1pq', bech32.toWords(MLKEM768X25519.getPublicKey(bytes)), false);
}

/** fingerprint returns 24 digits in six groups of four, to be compared by voice. */
export function fingerprint(recipient: string): string {
  let rest = 0n;
  for (const byte of sha256(utf8(`key-fingerprint/v1:${recipient}`))) rest = rest * 256n + BigInt(byte);
  const digits = (rest % 10n ** 24n).toString().padStart(24, '0');
  return (digits.match(/.{4}/g) as string[]).join(' ');
}
