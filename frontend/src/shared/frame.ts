// The frame inside a box: u32(length of the JSON) ‖ JSON ‖ MAC of 32 bytes ‖
// zeros, as long as the smallest bucket that holds it. Mirror of
// internal/seal/padding.go.
import { type Bytes, equal } from './bytes.ts';
import { mac } from './keys.ts';

const OVERHEAD = 4 + 32;
const STEP = 262_144;

/** The largest frame; a box of four steps would pass the 1 MiB of an event. */
const LARGEST = 3 * STEP;

/** TooLargeError says that an envelope does not fit the largest frame of 768 KiB. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
}

/** bucket returns the length of the frame for a JSON text of n bytes. Reports start at 16 KiB. */
export function bucket(kind: string, n: number): number {
  const need = n + OVERHEAD;
  if (need <= 4_096 && kind !== 'report') return 4_096;
  if (need <= 16_384) return 16_384;
  if (need <= 65_536) return 65_536;
  if (need <= LARGEST) return Math.ceil(need / STEP) * STEP;
  throw new TooLargeError('packing an envelope: too large');
}

/** frame packs the bytes of an envelope. */
export function frame(kind: string, text: Uint8Array, key: Uint8Array): Bytes {
  const out = new Uint8Array(bucket(kind, text.length));
  new DataView(out.buffer).setUint32(0, text.length);
  out.set(text, 4);
  out.set(mac(key, text), 4 + text.length);
  return out;
}

/**
 * unframe returns the bytes of the envelope, or undefined when anything is
 * wrong. The key may depend on the bytes: a report carries its own.
 */
export function unframe(kind: string, framed: Uint8Array, keyOf: (text: Uint8Array) => Uint8Array): Bytes | undefined {
  if (framed.length < 4_096) return undefined;
  const n = new DataView(framed.buffer, framed.byteOffset).getUint32(0);
  if (n > framed.length - OVERHEAD || bucket(kind, n) !== framed.length) return undefined;
  const text = framed.slice(4, 4 + n);
  const end = 4 + n + 32;
  if (!equal(mac(keyOf(text), text), framed.subarray(4 + n, end))) return undefined;
  for (let i = end; i < framed.length; i++) if (framed[i] !== 0) return undefined;
  return text;
}
