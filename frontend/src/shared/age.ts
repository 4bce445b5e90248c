// Age files to hybrid recipients and nothing else, put together from the parts
// of the age library. Its front door also carries passphrases, classic and
// hardware recipients, none of which may ever be used here: taken in by parts,
// they are not in the bundle, which is smaller for it by a tenth, and no mistake
// can seal to them. What comes out is an ordinary age file; Go's age and the
// foreign vectors check it.
import { hkdf } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  encodeHeader,
  encodeHeaderNoMAC,
  parseHeader,
  type Stanza,
} from '../../node_modules/age-encryption/dist/format.js';
import { read, readAll, stream } from '../../node_modules/age-encryption/dist/io.js';
import { HybridIdentity, HybridRecipient } from '../../node_modules/age-encryption/dist/recipients.js';
import { decryptSTREAM, encryptSTREAM } from '../../node_modules/age-encryption/dist/stream.js';
import { type Bytes, equal, join, random, utf8 } from './bytes.ts';

/** An Opener finds the file key in a header, or null if it is for somebody else. */
export interface Opener {
  unwrapFileKey(stanzas: Stanza[]): Uint8Array | null | Promise<Uint8Array | null>;
}

/** hybridOpener opens with one hybrid identity, and refuses a header that holds any other kind. */
export function hybridOpener(identity: string): Opener {
  const own = new HybridIdentity(identity);
  return {
    unwrapFileKey(stanzas) {
      if (stanzas.some((stanza) => stanza.args[0] !== 'mlkem768x25519')) throw new Error('opening: wrong kind');
      return own.unwrapFileKey(stanzas);
    },
  };
}

/** encrypt makes one age file for hybrid recipients; it throws on any other kind. */
export async function encrypt(plain: Uint8Array, recipients: readonly string[]): Promise<Bytes> {
  const { begin, through } = encrypting(recipients);
  return join(begin, await readAll(stream(plain).pipeThrough(through)));
}

/** encrypting begins an age file: what stands in front, and a stream that seals what passes through. */
export function encrypting(recipients: readonly string[]): {
  begin: Bytes;
  through: TransformStream<Uint8Array, Uint8Array>;
} {
  if (recipients.length === 0) throw new Error('sealing: no recipient');
  const fileKey = random(16);
  const stanzas = recipients.flatMap((recipient) => new HybridRecipient(recipient).wrapFileKey(fileKey));
  const header = encodeHeader(stanzas, headerMac(fileKey, encodeHeaderNoMAC(stanzas)));
  const nonce = random(16);
  const through = encryptSTREAM(payloadKey(fileKey, nonce));
  fileKey.fill(0);
  return { begin: join(header, nonce), through };
}

/** decrypt reads an age file to its end before it hands anything out; it throws otherwise. */
export async function decrypt(file: Uint8Array, opener: Opener): Promise<Bytes> {
  const { stanzas, MAC, headerNoMAC, rest } = await parseHeader(stream(file));
  const fileKey = await opener.unwrapFileKey(stanzas);
  if (fileKey === null) throw new Error('opening: not for this identity');
  if (!equal(MAC, headerMac(fileKey, headerNoMAC))) throw new Error('opening: header altered');
  const { data: nonce, rest: payload } = await read(rest, 16);
  return (await readAll(payload.pipeThrough(decryptSTREAM(payloadKey(fileKey, nonce))))) as Bytes;
}

function headerMac(fileKey: Uint8Array, header: Uint8Array): Uint8Array {
  return hmac(sha256, hkdf(sha256, fileKey, undefined, utf8('header'), 32), header);
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return hkdf(sha256, fileKey, nonce, utf8('payload'), 32);
}
