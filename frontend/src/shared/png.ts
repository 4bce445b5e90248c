// A black and white picture of modules as a PNG: one bit a pixel, stored without
// compression. A PNG, because it can be kept, printed and shown where SVG is off.

const SCALE = 8;
const QUIET = 4;

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) c = (TABLE[(c ^ byte) & 0xff] as number) ^ (c >>> 8);
  return ~c >>> 0;
}

function adler(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return ((b << 16) | a) >>> 0;
}

function word(n: number): number[] {
  return [n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff];
}

function chunk(name: string, data: Iterable<number>): number[] {
  const body = [...[...name].map((letter) => letter.charCodeAt(0)), ...data];
  return [...word(body.length - 4), ...body, ...word(crc(Uint8Array.from(body)))];
}

/** drawPng draws modules, true for dark, eight pixels each, with the white border that readers ask for. */
export function drawPng(modules: readonly (readonly boolean[])[]): Uint8Array<ArrayBuffer> {
  const side = (modules.length + 2 * QUIET) * SCALE;
  const line = 1 + side / 8;
  const pixels = new Uint8Array(line * side).fill(0xff);
  for (let y = 0; y < side; y++) {
    pixels[y * line] = 0;
    const row = modules[Math.floor(y / SCALE) - QUIET];
    // One module is one byte wide: eight pixels of one bit.
    row?.forEach((dark, x) => {
      if (dark) pixels[y * line + 1 + QUIET + x] = 0;
    });
  }
  // One stored block holds up to 65,535 bytes, more than any code drawn here.
  const length = [pixels.length & 0xff, pixels.length >>> 8];
  const stored = [0x78, 0x01, 1, ...length, ...length.map((byte) => byte ^ 0xff), ...pixels, ...word(adler(pixels))];
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', [...word(side), ...word(side), 1, 0, 0, 0, 0]),
    ...chunk('IDAT', stored),
    ...chunk('IEND', []),
  ]);
}
