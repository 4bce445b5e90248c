// Bytes and their text forms. Strict in both directions: what is not exactly
// hexadecimal or base64 is an error, never a guess.
import { base64, base64urlnopad, hex } from '@scure/base';

/** A Uint8Array over memory of its own, which every browser call accepts. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** toHex writes bytes in lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return hex.encode(bytes);
}

/** fromHex reads lower-case hexadecimal and throws on anything else. */
export function fromHex(text: string): Bytes {
  if (/[A-F]/.test(text)) throw new Error('reading hex: upper case');
  return own(hex.decode(text));
}

/** toBase64 writes a box as JSON carries it: standard alphabet, padded. */
export function toBase64(bytes: Uint8Array): string {
  return base64.encode(bytes);
}

/** fromBase64 reads what toBase64 writes. */
export function fromBase64(text: string): Bytes {
  return own(base64.decode(text));
}

/** toKeyText writes a key, a locator or a tag as JSON carries it: base64url without padding. */
export function toKeyText(bytes: Uint8Array): string {
  return base64urlnopad.encode(bytes);
}

/** fromKeyText reads what toKeyText writes. */
export function fromKeyText(text: string): Bytes {
  return own(base64urlnopad.decode(text));
}

/** utf8 encodes text. */
export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

/** fromUtf8 decodes text and throws where the bytes are not UTF-8. A byte order mark stays. */
export function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** join puts parts behind each other. */
export function join(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** random draws n bytes from the browser. */
export function random(n: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(n));
}

/** equal compares secrets without stopping at the first difference. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

function own(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes);
}
