// A QR code for the paper recovery key: version 4, level M, alphanumeric, which
// holds up to 90 of the letters and digits that an age identity is made of. One
// size and one mask, because nothing else is ever drawn here.
//
// Built from the tables of ISO/IEC 18004: 33 × 33 modules, two blocks of 32 data
// and 18 correction bytes.

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const SIZE = 33;
const DATA = 64;
const CHECK = 18;
const BLOCKS = 2;

/** CAPACITY is how many letters fit. */
export const CAPACITY = 90;

/** dataWords packs a text into the 64 data bytes. */
function dataWords(text: string): Uint8Array {
  const bits: number[] = [];
  const put = (value: number, n: number) => {
    for (let i = n - 1; i >= 0; i--) bits.push((value >> i) & 1);
  };
  put(0b0010, 4);
  put(text.length, 9);
  for (let i = 0; i < text.length; i += 2) {
    const a = ALPHABET.indexOf(text[i] ?? '');
    const b = i + 1 < text.length ? ALPHABET.indexOf(text[i + 1] ?? '') : undefined;
    if (a < 0 || (b !== undefined && b < 0)) throw new Error('drawing a code: letter not in the alphabet');
    if (b === undefined) put(a, 6);
    else put(a * 45 + b, 11);
  }
  put(0, Math.min(4, DATA * 8 - bits.length));
  while (bits.length % 8 !== 0) bits.push(0);
  const out = new Uint8Array(DATA);
  for (let i = 0; i < bits.length; i++) out[i >> 3] = ((out[i >> 3] ?? 0) << 1) | (bits[i] ?? 0);
  for (let i = bits.length / 8, pad = 0; i < DATA; i++, pad++) out[i] = pad % 2 === 0 ? 0xec : 0x11;
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

function generator(): Uint8Array {
  let poly = Uint8Array.of(1);
  for (let i = 0, root = 1; i < CHECK; i++, root = times(root, 2)) {
    const next = new Uint8Array(poly.length + 1);
    poly.forEach((c, k) => {
      next[k] = (next[k] ?? 0) ^ c;
      next[k + 1] = (next[k + 1] ?? 0) ^ times(c, root);
    });
    poly = next;
  }
  return poly;
}

function checkWords(block: Uint8Array): Uint8Array {
  const divisor = generator();
  const rest = new Uint8Array(block.length + CHECK);
  rest.set(block);
  for (let i = 0; i < block.length; i++) {
    const factor = rest[i] ?? 0;
    divisor.forEach((c, k) => {
      rest[i + k] = (rest[i + k] ?? 0) ^ times(c, factor);
    });
  }
  return rest.slice(block.length);
}

function codeWords(text: string): Uint8Array {
  const data = dataWords(text);
  const length = DATA / BLOCKS;
  const blocks = [data.subarray(0, length), data.subarray(length)];
  const checks = blocks.map(checkWords);
  const out: number[] = [];
  for (let i = 0; i < length; i++) for (const block of blocks) out.push(block[i] ?? 0);
  for (let i = 0; i < CHECK; i++) for (const check of checks) out.push(check[i] ?? 0);
  return Uint8Array.from(out);
}

type Grid = (boolean | undefined)[][];

function fixed(grid: Grid): void {
  const set = (row: number, col: number, dark: boolean) => {
    if (row >= 0 && row < SIZE && col >= 0 && col < SIZE) (grid[row] as boolean[])[col] = dark;
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
  finder(0, SIZE - 7);
  finder(SIZE - 7, 0);
  // Version 4 has one alignment pattern, around (26, 26).
  for (let r = -2; r <= 2; r++)
    for (let c = -2; c <= 2; c++) set(26 + r, 26 + c, Math.max(Math.abs(r), Math.abs(c)) !== 1);
  for (let i = 8; i < SIZE - 8; i++) {
    set(6, i, i % 2 === 0);
    set(i, 6, i % 2 === 0);
  }
  set(SIZE - 8, 8, true);
  format(set);
}

/** format writes level M and mask 0 twice: the 15 bits 101010000010010 after the standard's own mask. */
function format(set: (row: number, col: number, dark: boolean) => void): void {
  const bits = 0b101010000010010;
  for (let i = 0; i < 15; i++) {
    const dark = ((bits >> i) & 1) === 1;
    // Down the column beside the upper left corner, and up the one beside the lower left.
    set(i < 6 ? i : i < 8 ? i + 1 : SIZE - 15 + i, 8, dark);
    // Along the row, from the right edge to the left.
    set(8, i < 8 ? SIZE - 1 - i : i < 9 ? 7 : 14 - i, dark);
  }
}

/** drawQr gives the modules, true for dark, row by row, without the quiet zone. */
export function drawQr(text: string): readonly (readonly boolean[])[] {
  if (text.length > CAPACITY) throw new Error('drawing a code: too long');
  const grid: Grid = Array.from({ length: SIZE }, () => new Array<boolean | undefined>(SIZE).fill(undefined));
  fixed(grid);
  const words = codeWords(text);
  let bit = 0;
  for (let right = SIZE - 1, up = true; right > 0; right -= 2, up = !up) {
    if (right === 6) right = 5;
    for (let i = 0; i < SIZE; i++) {
      const row = up ? SIZE - 1 - i : i;
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
