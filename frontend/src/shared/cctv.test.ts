// The community's vectors of the age format against our opening code. Many of
// them break off in the middle of a file whose beginning is whole; not one byte
// of it may come out.
import { inflateSync } from 'node:zlib';
import { sha256 } from '@noble/hashes/sha2.js';
import { armor, Decrypter, type Stanza } from 'age-encryption';
import * as files from 'cctv-age';
import { expect, test } from 'vitest';
import { decrypt, hybridOpener, type Opener } from './age.ts';
import { toHex } from './bytes.ts';
import { OpenError, open } from './seal.ts';

interface Vector {
  readonly name: string;
  readonly expected: string;
  readonly payload: string;
  readonly identities: readonly string[];
  readonly passphrases: readonly string[];
  readonly file: Uint8Array;
}

function parse(name: string, raw: Uint8Array): Vector {
  const text = new TextDecoder('latin1').decode(raw);
  const end = text.indexOf('\n\n');
  const head = new Map<string, string>();
  const identities: string[] = [];
  const passphrases: string[] = [];
  for (const line of text.slice(0, end).split('\n')) {
    const [key, value] = [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)];
    if (key === 'identity') identities.push(value);
    else if (key === 'passphrase') passphrases.push(value);
    else head.set(key, value);
  }
  let file: Uint8Array = raw.slice(end + 2);
  if (head.has('compressed')) file = new Uint8Array(inflateSync(file));
  if (head.has('armored')) file = unarmour(file);
  return {
    name,
    expected: head.get('expect') as string,
    payload: head.get('payload') ?? '',
    identities,
    passphrases,
    file,
  };
}

/** unarmour takes off the armour, which our boxes never wear; a broken one stays and is not readable. */
function unarmour(file: Uint8Array): Uint8Array {
  try {
    return armor.decode(new TextDecoder().decode(file));
  } catch {
    return file;
  }
}

/** anyOpener finds the file key with the library's own identities, classic ones and passphrases too. */
function anyOpener(vector: Vector): Opener {
  const decrypter = new Decrypter();
  for (const identity of vector.identities) decrypter.addIdentity(identity);
  for (const passphrase of vector.passphrases) decrypter.addPassphrase(passphrase);
  const inner = decrypter as unknown as { unwrapFileKey(stanzas: Stanza[]): Promise<Uint8Array | null> };
  return { unwrapFileKey: (stanzas) => inner.unwrapFileKey(stanzas) };
}

const all = (files as unknown as { default?: Record<string, Uint8Array> }).default ?? files;
const vectors = Object.entries(all as Record<string, Uint8Array>).map(([name, raw]) => parse(name, raw));

test('the vectors are all there', () => {
  expect(vectors.length).toBe(143);
  expect(vectors.filter((v) => v.expected === 'payload failure').length).toBe(19);
});

test.each(vectors)('$name: $expected', async (vector) => {
  const opened = decrypt(vector.file, anyOpener(vector));
  if (vector.expected === 'success') expect(toHex(sha256(await opened))).toBe(vector.payload);
  else await expect(opened).rejects.toThrow();
});

test('no foreign file opens as a box of ours', async () => {
  const hybrid = vectors.filter((v) => v.identities.some((identity) => identity.startsWith('AGE-SECRET-KEY-PQ-1')));
  expect(hybrid.length).toBeGreaterThan(15);
  for (const vector of hybrid) {
    for (const identity of vector.identities) {
      const want = { case: '', kind: '', op: '' };
      await expect(open(vector.file, identity, new Uint8Array(32), want)).rejects.toThrow(new OpenError());
    }
  }
  const mixed = vectors.find((v) => v.name === 'hybrid_and_x25519') as Vector;
  await expect(decrypt(mixed.file, hybridOpener(mixed.identities[0] as string))).rejects.toThrow('wrong kind');
});
