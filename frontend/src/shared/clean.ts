// Takes out of a picture what tells about its sender, without decoding it: what
// is kept is kept byte by byte. Mirror of internal/intake; the vectors "clean"
// tie the two. A broken picture is refused, since it could carry anything.
import { type Bytes, join } from './bytes.ts';
import { Finder, type Finding, filled } from './exif.ts';
import { type FileType, isText, latin, MAX_FILE } from './filetype.ts';

/** BrokenError says that a file is not whole, or not what it begins as. */
export class BrokenError extends Error {
  override name = 'BrokenError';
}

/** A Cleaned file, and what was found and taken out. */
export interface Cleaned {
  readonly bytes: Bytes;
  readonly found: readonly Finding[];
}

/** clean gives a file of the type as it may be sealed. */
export function clean(bytes: Bytes, type: FileType): Cleaned {
  const finder = new Finder();
  const parts: Uint8Array[] = [];
  const reader = new Reader(bytes);
  if (type.name === 'image/jpeg') jpeg(reader, finder, parts);
  else if (type.name === 'image/png') png(reader, finder, parts);
  else if (type.name === 'image/webp') webp(reader, finder, parts);
  else {
    if (type.treat === 'text') checkText(bytes);
    parts.push(bytes);
  }
  return { bytes: parts.length === 1 ? (parts[0] as Bytes) : join(...parts), found: finder.keys() };
}

function checkText(bytes: Bytes): void {
  try {
    if (isText(new TextDecoder('utf-8', { fatal: true }).decode(bytes))) return;
  } catch {
    // Not UTF-8.
  }
  throw new BrokenError();
}

/** A Reader walks over bytes and throws where they end. */
class Reader {
  at = 0;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  get left(): number {
    return this.bytes.length - this.at;
  }
  take(n: number): Uint8Array {
    if (n > this.left) throw new BrokenError();
    this.at += n;
    return this.bytes.subarray(this.at - n, this.at);
  }
  byte(): number {
    return this.take(1)[0] as number;
  }
  u16(): number {
    return this.byte() * 256 + this.byte();
  }
  u32(little = false): number {
    const b = this.take(4);
    return new DataView(b.buffer, b.byteOffset).getUint32(0, little);
  }
}

function behind(reader: Reader, finder: Finder): void {
  const [a, b] = reader.bytes.subarray(reader.at, reader.at + 2);
  if (a === 0xff && b === 0xd8) finder.note('thumbnail');
}

const SIZES: Readonly<Record<number, readonly number[]>> = { 218: [6, 8, 10, 12], 221: [2] };
const FRAME = [9, 12, 15, 18];

function jpeg(reader: Reader, finder: Finder, out: Uint8Array[]): void {
  out.push(reader.take(2));
  let [frame, scan] = [false, false];
  const once = { jfif: false, turned: false };
  for (;;) {
    if (reader.byte() !== 0xff) throw new BrokenError();
    let marker = reader.byte();
    while (marker === 0xff) marker = reader.byte();
    if (marker === 0xd9 && frame && scan) {
      out.push(Uint8Array.of(0xff, 0xd9));
      behind(reader, finder);
      return;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    const isTable = [0xc4, 0xdb, 0xdd].includes(marker);
    const isApp = (marker >= 0xe0 && marker <= 0xef) || marker === 0xfe;
    if (!(isApp || isTable || (isFrame && !frame) || (marker === 0xda && frame))) throw new BrokenError();
    const length = reader.u16();
    if (length < 2) throw new BrokenError();
    const body = reader.take(length - 2);
    if (isApp) {
      application(marker, body, finder, out, once);
      continue;
    }
    const sizes = isFrame ? FRAME : SIZES[marker];
    if (sizes !== undefined && !sizes.includes(body.length)) throw new BrokenError();
    out.push(Uint8Array.of(0xff, marker, length >> 8, length & 255), body);
    frame ||= isFrame;
    if (marker === 0xda) {
      scan = true;
      out.push(scanData(reader));
    }
  }
}

/** scanData takes the picture's data up to the next marker. */
function scanData(reader: Reader): Uint8Array {
  const { bytes, at } = reader;
  for (let i = at; ; i += 2) {
    i = bytes.indexOf(0xff, i);
    const next = i < 0 ? undefined : bytes[i + 1];
    if (next === undefined) throw new BrokenError();
    if (next !== 0 && (next < 0xd0 || next > 0xd7)) return reader.take(i - at);
  }
}

/** application drops a segment; of those that decoders need it keeps the part that they need. */
function application(
  marker: number,
  body: Uint8Array,
  finder: Finder,
  out: Uint8Array[],
  once: { jfif: boolean; turned: boolean },
): void {
  const text = latin(body.subarray(0, 6));
  if (marker === 0xe0 && text.startsWith('JFIF\0') && body.length >= 14) {
    if (body[12] !== 0 && body[13] !== 0) finder.note('thumbnail');
    if (!once.jfif) out.push(Uint8Array.of(0xff, 0xe0, 0, 16), body.subarray(0, 12), Uint8Array.of(0, 0));
    once.jfif = true;
  } else if (marker === 0xe0 && text.startsWith('JFXX\0')) {
    finder.note('thumbnail');
  } else if (marker === 0xee && text.startsWith('Adobe') && body.length >= 12) {
    out.push(Uint8Array.of(0xff, 0xee, 0, 14), body.subarray(0, 12));
  } else if (marker === 0xe1 && text === 'Exif\0\0') {
    const turn = finder.exif(body.subarray(6));
    if (once.turned || turn < 2) return;
    once.turned = true;
    out.push(
      Uint8Array.of(0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1),
      Uint8Array.of(1, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0),
    );
  } else if (marker === 0xfe) {
    if (filled(body)) finder.note('comment');
  } else {
    finder.examine(body);
  }
}

const KEPT: Readonly<Record<string, readonly [least: number, most: number]>> = {
  IHDR: [13, 13],
  PLTE: [3, 768],
  tRNS: [1, 256],
  gAMA: [4, 4],
  sRGB: [1, 1],
  IDAT: [0, MAX_FILE],
  IEND: [0, 0],
};

function png(reader: Reader, finder: Finder, out: Uint8Array[]): void {
  out.push(reader.take(8));
  const seen = new Set<string>();
  for (;;) {
    const length = reader.u32();
    const named = reader.take(4);
    const kind = latin(named);
    const kept = Object.hasOwn(KEPT, kind) ? KEPT[kind] : undefined;
    const twice = kept !== undefined && kind !== 'IDAT' && seen.has(kind);
    if (length > MAX_FILE || (seen.size === 0 && kind !== 'IHDR') || twice) throw new BrokenError();
    if (kept === undefined) {
      finder.png(kind, reader.take(length));
      reader.take(4);
      continue;
    }
    if (length < kept[0] || length > kept[1]) throw new BrokenError();
    seen.add(kind);
    reader.at -= 8;
    const whole = reader.take(length + 12);
    const sum = new DataView(whole.buffer, whole.byteOffset).getUint32(length + 8);
    if (crc32(whole.subarray(4, length + 8)) !== sum) throw new BrokenError();
    out.push(whole);
    if (kind !== 'IEND') continue;
    if (!seen.has('IDAT')) throw new BrokenError();
    behind(reader, finder);
    return;
  }
}

let table: Uint32Array | undefined;

function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c;
  });
  let sum = 0xffffffff;
  for (const byte of bytes) sum = (table[(sum ^ byte) & 255] as number) ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

// In a WebP file nothing moves: its length stands in front, and the server, which
// does the same without script, cannot know how much will go (ADR 0012).
function webp(reader: Reader, finder: Finder, out: Uint8Array[]): void {
  out.push(reader.take(12));
  const size = new DataView(reader.bytes.buffer, reader.bytes.byteOffset).getUint32(4, true);
  if (size < 12 || size > MAX_FILE) throw new BrokenError();
  if (!riff(reader, size - 4, true, finder, out)) throw new BrokenError();
  behind(reader, finder);
}

/** riff copies chunks that fill n bytes, and says whether a picture was among them. */
function riff(reader: Reader, n: number, outside: boolean, finder: Finder, out: Uint8Array[]): boolean {
  let picture = false;
  for (let [rest, first] = [n, true]; rest > 0; first = false) {
    const head = reader.take(8);
    const kind = latin(head.subarray(0, 4));
    reader.at -= 4;
    const length = reader.u32(true);
    const odd = length & 1;
    rest -= 8 + length + odd;
    const isPicture = kind === 'VP8 ' || kind === 'VP8L';
    if (length > MAX_FILE || rest < 0 || (first && outside && !isPicture && kind !== 'VP8X')) throw new BrokenError();
    picture ||= isPicture;
    if (isPicture || kind === 'ALPH' || (outside && kind === 'ANIM' && length === 6)) {
      out.push(head, reader.take(length), new Uint8Array(reader.take(odd).length));
    } else if (outside && kind === 'VP8X' && length === 10) {
      const features = reader.take(10).slice();
      features.set([(features[0] as number) & 0x12, 0, 0, 0]);
      out.push(head, features);
    } else if (outside && kind === 'ANMF' && length >= 16 && odd === 0) {
      out.push(head, reader.take(16));
      picture = riff(reader, length - 16, false, finder, out) || picture;
    } else {
      finder.webp(kind, reader.take(length + odd).subarray(0, length));
      const junk = new Uint8Array(8 + length + odd);
      junk.set(head);
      junk.set([0x4a, 0x55, 0x4e, 0x4b]);
      out.push(junk);
    }
  }
  return picture;
}
