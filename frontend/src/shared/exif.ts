// What the metadata of a picture tells about its sender, as keys that the page
// says in words. It reads with care and changes nothing: whatever it looks at is
// dropped in any case. Mirror of internal/intake/exif.go.
import { latin } from './filetype.ts';

/** A Finding is something that a picture carried. */
export type Finding = 'place' | 'device' | 'time' | 'name' | 'comment' | 'thumbnail';

const ALL: readonly Finding[] = ['place', 'device', 'time', 'name', 'comment', 'thumbnail'];

/** How much of a dropped segment is looked at. */
const WINDOW = 32 << 10;

const TAGS: readonly (readonly [Finding, readonly number[]])[] = [
  ['device', [0x010f, 0x0110, 0x0131, 0x013c, 0x927c, 0xa431, 0xa433, 0xa434, 0xa435]],
  ['time', [0x0132, 0x9003, 0x9004]],
  ['name', [0x013b, 0x8298, 0x9c9d, 0xa430]],
  ['comment', [0x010e, 0x9286, 0x9c9b, 0x9c9c, 0x9c9e, 0x9c9f]],
];

const SIGNS: readonly (readonly [Finding, readonly string[]])[] = [
  ['place', ['GPSLatitude', 'GPSLongitude', 'photoshop:City', 'Iptc4xmpCore:Location', '\x1c\x02\x5a', '\x1c\x02\x5c']],
  ['device', ['tiff:Make', 'tiff:Model', 'CreatorTool', 'SerialNumber']],
  ['time', ['CreateDate', 'ModifyDate', 'DateTimeOriginal', 'DateCreated', '\x1c\x02\x37']],
  ['name', ['dc:creator', 'dc:rights', 'OwnerName', '\x1c\x02\x50']],
  ['comment', ['dc:description', 'dc:title', 'UserComment', '\x1c\x02\x78']],
  ['thumbnail', ['xmpGImg:image', '8BIM\x04\x0c', '8BIM\x04\x09']],
];

const WORDS: readonly (readonly [Finding, readonly string[]])[] = [
  ['name', ['Author', 'Copyright']],
  ['device', ['Software', 'Source']],
  ['time', ['Creation Time', 'date:create', 'date:modify', 'date:timestamp']],
];

const WIDTHS: readonly number[] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/** filled says whether there is more than blanks. */
export function filled(bytes: Uint8Array): boolean {
  return bytes.some((byte) => ![0, 9, 10, 13, 32].includes(byte));
}

interface Entry {
  readonly tag: number;
  readonly kind: number;
  readonly count: number;
  readonly at: number;
}

/** A Finder collects what the dropped parts of one picture tell. */
export class Finder {
  private readonly found = new Set<Finding>();

  note(finding: Finding): void {
    this.found.add(finding);
  }

  /** keys lists the findings in the order in which they are told. */
  keys(): Finding[] {
    return ALL.filter((one) => this.found.has(one));
  }

  /** exif looks through a TIFF structure and gives the orientation, 1 to 8, or 0. */
  exif(whole: Uint8Array): number {
    // Exif stands behind six bytes of its segment's window.
    const b = whole.subarray(0, WINDOW - 6);
    const order = latin(b.subarray(0, 4));
    if (order !== 'II*\0' && order !== 'MM\0*') return 0;
    const t = new Tiff(b, order === 'II*\0');
    let turn = 0;
    const next = t.each(t.long(4), (entry) => {
      if (entry.tag === 0x0112) turn = t.short(entry.at + 8);
      else if (entry.tag === 0x8769) t.each(t.long(entry.at + 8), (inner) => this.tag(t, inner));
      else if (entry.tag === 0x8825) {
        t.each(t.long(entry.at + 8), ({ tag }) => {
          // The version of the format alone tells no place.
          if (tag !== 0) this.note('place');
        });
      } else this.tag(t, entry);
    });
    if (next !== 0) {
      t.each(next, ({ tag }) => {
        if (tag === 0x0201 || tag === 0x0111) this.note('thumbnail');
      });
    }
    return turn > 8 ? 0 : turn;
  }

  private tag(t: Tiff, entry: Entry): void {
    const finding = TAGS.find(([, tags]) => tags.includes(entry.tag))?.[0];
    if (finding === undefined) return;
    const value = t.value(entry);
    // A comment stands behind the name of its character set.
    if (filled(entry.tag === 0x9286 && value.length >= 8 ? value.subarray(8) : value)) this.note(finding);
  }

  /** examine looks through a segment whose form is not read. */
  examine(whole: Uint8Array): void {
    const text = latin(whole.subarray(0, WINDOW));
    if (text.startsWith('MPF\0')) this.note('thumbnail');
    for (const [finding, signs] of SIGNS) if (signs.some((sign) => text.includes(sign))) this.note(finding);
  }

  /** png looks at a dropped chunk of a PNG file. */
  png(kind: string, body: Uint8Array): void {
    if (kind === 'eXIf') this.exif(body);
    else if (kind === 'tIME') this.note('time');
    else if (['tEXt', 'zTXt', 'iTXt'].includes(kind)) {
      const [word = ''] = latin(body.subarray(0, WINDOW)).split('\0', 1);
      const finding = WORDS.find(([, words]) => words.includes(word))?.[0];
      if (finding !== undefined) this.note(finding);
      else if (word === 'XML:com.adobe.xmp' || word.startsWith('Raw profile')) this.examine(body);
      else this.note('comment');
    } else this.examine(body);
  }

  /** webp looks at a dropped chunk of a WebP file. */
  webp(kind: string, body: Uint8Array): void {
    if (kind !== 'EXIF') this.examine(body);
    else this.exif(latin(body.subarray(0, 6)) === 'Exif\0\0' ? body.subarray(6) : body);
  }
}

/** A Tiff is read with care: every place may lie outside. */
class Tiff {
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private readonly little: boolean;

  constructor(bytes: Uint8Array, little: boolean) {
    this.bytes = bytes;
    this.little = little;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  short(at: number): number {
    return at + 2 > this.bytes.length ? 0 : this.view.getUint16(at, this.little);
  }

  long(at: number): number {
    return at + 4 > this.bytes.length ? 0 : this.view.getUint32(at, this.little);
  }

  /** each visits the entries of a directory and gives the place of the next one. */
  each(start: number, visit: (entry: Entry) => void): number {
    if (start < 8 || start + 2 > this.bytes.length) return 0;
    let at = start + 2;
    for (let n = this.short(start); n > 0; n--) {
      if (at + 12 > this.bytes.length) return 0;
      visit({ tag: this.short(at), kind: this.short(at + 2), count: this.long(at + 4), at });
      at += 12;
    }
    return this.long(at);
  }

  /** value gives the bytes of an entry, as far as they are there. */
  value({ kind, count, at }: Entry): Uint8Array {
    const width = WIDTHS[kind];
    if (width === undefined || count > this.bytes.length) return new Uint8Array();
    const n = count * width;
    const from = n > 4 ? this.long(at + 8) : at + 8;
    return this.bytes.subarray(from, from + n);
  }
}
