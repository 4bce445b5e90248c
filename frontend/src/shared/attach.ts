// Sealed files: head, bytes and padding in one age file, cut into pieces whose
// number follows from the length alone (protocol.md §8). Mirror of
// internal/seal/file.go. The server has no key that opens what residents attach.
import { sha256 } from '@noble/hashes/sha2.js';
import { decrypt, encrypting, hybridOpener } from './age.ts';
import { type Bytes, fromUtf8, join, toHex, utf8 } from './bytes.ts';
import { type FileEntry, HEAD, PIECE, pieces, SPARE } from './entry.ts';
import { MAX_FILE } from './filetype.ts';
import { OpenError } from './seal.ts';

/** A FileHead is what stands in front of a file, inside the seal. */
export interface FileHead {
  readonly case: string;
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** The untouched file beside a cleaned copy. */
  readonly original: boolean;
}

/** sealFile gives the pieces of a sealed file one by one, and at the end their SHA-256 in hexadecimal. */
export async function* sealFile(
  head: FileHead,
  bytes: Uint8Array,
  recipients: readonly string[],
): AsyncGenerator<Bytes, string> {
  const { begin, through } = encrypting(recipients);
  const sealed = plain(head, bytes).pipeThrough(through).getReader();
  const sum = sha256.create();
  let piece = new Uint8Array(PIECE);
  piece.set(begin);
  let filled = begin.length;
  for (;;) {
    const { done, value } = await sealed.read();
    if (done) break;
    for (let rest = value; rest.length > 0; ) {
      if (filled === PIECE) {
        sum.update(piece);
        yield piece;
        piece = new Uint8Array(PIECE);
        filled = 0;
      }
      const n = Math.min(rest.length, PIECE - filled);
      piece.set(rest.subarray(0, n), filled);
      filled += n;
      rest = rest.subarray(n);
    }
  }
  const last = piece.slice(0, filled);
  sum.update(last);
  yield last;
  return toHex(sum.digest());
}

/** plain gives what is sealed: head, file, zeros. */
function plain(head: FileHead, bytes: Uint8Array): ReadableStream<Uint8Array> {
  const { case: caseId, id, name, type, original } = head;
  const json = utf8(JSON.stringify({ v: 1, case: caseId, id, name, type, original }));
  if (json.length > HEAD - 4 || bytes.length > MAX_FILE) throw new Error('sealing a file: too large');
  const block = new Uint8Array(HEAD);
  new DataView(block.buffer).setUint32(0, json.length);
  block.set(json, 4);
  const end = pieces(bytes.length) * PIECE - SPARE - HEAD;
  let at = -1;
  return new ReadableStream({
    pull(controller) {
      if (at < 0) {
        controller.enqueue(block);
        at = 0;
      } else if (at < bytes.length) {
        controller.enqueue(bytes.subarray(at, at + 65_536));
        at = Math.min(at + 65_536, bytes.length);
      } else if (at < end) {
        const n = Math.min(65_536, end - at);
        controller.enqueue(new Uint8Array(n));
        at += n;
      } else controller.close();
    },
  });
}

/** openFile gives a file whole and checked, or throws an OpenError and gives nothing. */
export async function openFile(
  sealed: readonly Uint8Array[],
  identity: string,
  caseId: string,
  entry: FileEntry,
): Promise<{ head: FileHead; bytes: Bytes }> {
  try {
    const whole = join(...sealed);
    if (sealed.length !== entry.n || toHex(sha256(whole)) !== entry.sha256) throw new OpenError();
    const opened = await decrypt(whole, hybridOpener(identity));
    const length = new DataView(opened.buffer, opened.byteOffset).getUint32(0);
    if (length > HEAD - 4 || opened.length !== entry.n * PIECE - SPARE || pieces(entry.size) !== entry.n) {
      throw new OpenError();
    }
    const head = readHead(fromUtf8(opened.subarray(4, 4 + length)));
    const end = HEAD + entry.size;
    const blank = (from: number, to: number): boolean => opened.subarray(from, to).every((byte) => byte === 0);
    if (head.case !== caseId || head.id !== entry.id || head.original !== entry.original) throw new OpenError();
    if (!blank(4 + length, HEAD) || !blank(end, opened.length)) throw new OpenError();
    return { head, bytes: opened.slice(HEAD, end) };
  } catch {
    throw new OpenError();
  }
}

function readHead(text: string): FileHead {
  const value = JSON.parse(text) as Record<string, unknown>;
  const { v, case: caseId, id, name, type, original } = value;
  const strings = [caseId, id, name, type].every((one) => typeof one === 'string');
  if (v !== 1 || Object.keys(value).length !== 6 || !strings || typeof original !== 'boolean') throw new OpenError();
  return { case: caseId, id, name, type, original } as FileHead;
}

/** fileName makes a name safe to keep and to save under: no path, no control characters, nothing that turns around. */
export function fileName(name: string): string {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  const letters = [...last.replace(/[\p{C}\p{Zl}\p{Zp}\ufffd]/gu, '').trim()];
  while (utf8(letters.join('')).length > 200) letters.splice(Math.floor(letters.length / 2), 1);
  return letters.join('') || '-';
}
