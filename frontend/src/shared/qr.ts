// QR codes of the two kinds that are drawn here: the paper recovery key (version
// 4, level M, alphanumeric, up to 90 of the letters and digits of an age identity)
// and a receipt (version 1, level M, numeric, its 32 digits). One mask, so that
// the server and the browser draw the same picture.
//
// Built from the tables of ISO/IEC 18004.

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

/** A Version has so many modules on a side, bytes of data and of correction for each block, and blocks. */
interface Version {
  readonly size: number;
  readonly data: number;
  readonly check: number;
  readonly blocks: number;
}

const KEY: Version = { size: 33, data: 64, check: 18, blocks: 2 };
const RECEIPT: Version = { size: 21, data: 16, check: 10, blocks: 1 };

/** CAPACITY is how many letters of a key fit. */
export const CAPACITY = 90;

type Put = (value: number, n: number) => void;

/** digits puts 32 digits in threes. */
function digits(text: string, put: Put): void {
  put(0b0001, 4);
  put(text.length, 10);
  for (let i = 0; i < text.length; i += 3) {
    const three = text.slice(i, i + 3);
    put(Number(three), 3 * three.length + 1);
  }
}

/** letters puts letters of the alphabet in pairs. */
function letters(text: string, put: Put): void {
  put(0b0010, 4);
  put(text.length, 9);
  for (let i = 0; i < text.length; i += 2) {
    const a = ALPHABET.indexOf(text[i] ?? '');
    const b = i + 1 < text.length ? ALPHABET.indexOf(text[i + 1] ?? '') : undefined;
    if (a < 0 || (b !== undefined && b < 0)) throw new Error('drawing a code: letter not in the alphabet');
    if (b === undefined) put(a, 6);
    else put(a * 45 + b, 11);
  }
}

/** dataWords packs a text into the data bytes. */
function dataWords(text: string, version: Version): Uint8Array {
  const bits: number[] = [];
  const put: Put = (value, n) => {
    for (let i = n - 1; i >= 0; i--) bits.push((value >> i) & 1);
  };
  if (version === RECEIPT) digits(text, put);
  else letters(text, put);
  put(0, Math.min(4, version.data * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  const out = new Uint8Array(version.data);
  for (let i = 0; i < bits.length; i++) out[i >> 3] = ((out[i >> 3] ?? 0) << 1) | (bits[i] ?? 0);
  for (let i = bits.length / 8, pad = 0; i < version.data; i++, pad++) out[i] = pad % 2 === 0 ? 0xec : 0x11;
  return out;
}

/** times multiplies in GF(256) with the polynomial 0x11D. */
function times(a: number, b: number): number {
  let product = 0;
  for (let x = a, y = b; y > 0; y >>= 1) {
    if (y & 1) product ^= x;
    x = (x << 1) ^ (x & 0x80 ? 0x11d : 0);
  }
  return product;
}

function generator(check: number): Uint8Array {
  let poly = Uint8Array.of(1);
  for (let i = 0, root = 1; i < check; i++, root = times(root, 2)) {
    const next = new Uint8Array(poly.length + 1);
    poly.forEach((c, k) => {
      next[k] = (next[k] ?? 0) ^ c;
      next[k + 1] = (next[k + 1] ?? 0) ^ times(c, root);
    });
    poly = next;
  }
  return poly;
}

function checkWords(block: Uint8Array, check: number): Uint8Array {
  const divisor = generator(check);
  const rest = new Uint8Array(block.length + check);
  rest.set(block);
  for (let i = 0; i < block.length; i++) {
    const factor = rest[i] ?? 0;
    divisor.forEach((c, k) => {
      rest[i + k] = (rest[i + k] ?? 0) ^ times(c, factor);
    });
  }
  return rest.slice(block.length);
}

function codeWords(text: string, version: Version): Uint8Array {
  const data = dataWords(text, version);
  const length = version.data / version.blocks;
  const blocks = Array.from({ length: version.blocks }, (_, i) => data.subarray(i * length, (i + 1) * length));
  const checks = blocks.map((block) => checkWords(block, version.check));
  const out: number[] = [];
  for (let i = 0; i < length; i++) for (const block of blocks) out.push(block[i] ?? 0);
  for (let i = 0; i < version.check; i++) for (const check of checks) out.push(check[i] ?? 0);
  return Uint8Array.from(out);
}

type Grid = (boolean | undefined)[][];

function fixed(grid: Grid, size: number): void {
  const set = (row: number, col: number, dark: boolean) => {
    if (row >= 0 && row < size && col >= 0 && col < size) (grid[row] as boolean[])[col] = dark;
  };
  const finder = (top: number, left: number) => {
    for (let r = -1; r <= 7; r++) {
      for (let c = -1; c <= 7; c++) {
        const ring = Math.max(Math.abs(r - 3), Math.abs(c - 3));
        set(top + r, left + c, ring !== 2 && ring !== 4);
      }
    }
  };
  finder(0, 0);
  finder(0, size - 7);
  finder(size - 7, 0);
  // Version 1 has no alignment pattern, version 4 has one, around (26, 26).
  for (let r = -2; size > 21 && r <= 2; r++)
    for (let c = -2; c <= 2; c++) set(26 + r, 26 + c, Math.max(Math.abs(r), Math.abs(c)) !== 1);
  for (let i = 8; i < size - 8; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  set(size - 8, 8, true);
  format(set, size);
}

/** format writes level M and mask 0 twice: the 15 bits 101010000010010 after the standard's own mask. */
function format(set: (row: number, col: number, dark: boolean) => void, size: number): void {
  const bits = 0b101010000010010;
  for (let i = 0; i < 15; i++) {
    const dark = ((bits >> i) & 1) === 1;
    // Down the column beside the upper left corner, and up the one beside the lower left.
    set(i < 6 ? i : i < 8 ? i + 1 : size - 15 + i, 8, dark);
    // Along the row, from the right edge to the left.
    set(8, i < 8 ? size - 1 - i : i < 9 ? 7 : 14 - i, dark);
  }
}

/** drawQr gives the modules, true for dark, row by row, without the quiet zone. */
export function drawQr(text: string): readonly (readonly boolean[])[] {
  if (text.length > CAPACITY) throw new Error('drawing a code: too long');
  const version = /^\d{32}$/.test(text) ? RECEIPT : KEY;
  const { size } = version;
  const grid: Grid = Array.from({ length: size }, () => new Array<boolean | undefined>(size).fill(undefined));
  fixed(grid, size);
  const words = codeWords(text, version);
  let bit = 0;
  for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < size; i++) {
      const row = up ? size - 1 - i : i;
      for (const col of [right, right - 1]) {
        const line = grid[row] as (boolean | undefined)[];
        if (line[col] !== undefined) continue;
        const word = words[bit >> 3] ?? 0;
        const dark = ((word >> (7 - (bit & 7))) & 1) === 1;
        bit += 1;
        line[col] = dark !== ((row + col) % 2 === 0);
      }
    }
  }
  return grid as boolean[][];
}

/** pathOf gives the dark modules as the path of an SVG, one unit a module, with the quiet zone of four. */
export function pathOf(modules: readonly (readonly boolean[])[]): string {
  let path = '';
  modules.forEach((line, row) => {
    line.forEach((dark, col) => {
      if (dark) path += `M${col + 4} ${row + 4}h1v1h-1z`;
    });
  });
  return path;
}
