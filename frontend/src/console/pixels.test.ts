import { expect, test } from 'vitest';
import { MOST, pixelsOf } from './pixels.ts';

const hex = (text: string) => Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (byte) => Number.parseInt(byte, 16));

const RIFF = '52494646 00000000 57454250';

test.each([
  ['PNG', '89504e470d0a1a0a 0000000d 49484452 00000280 000001e0', 640 * 480],
  ['PNG of four billion dots', '89504e470d0a1a0a 0000000d 49484452 00010000 00010000', 2 ** 32],
  ['JPEG behind a comment', 'ffd8 fffe 0004 6162 ffc0 000b 08 01e0 0280 01 011100', 640 * 480],
  ['JPEG, progressive, with a filled marker', 'ffd8 ffff ffc2 000b 08 01e0 0280 01 011100', 640 * 480],
  ['JPEG whose table is no frame', 'ffd8 ffc4 0004 0000 ffc1 000b 08 0002 0003 01 011100', 6],
  ['JPEG without a frame', 'ffd8 ffda 0002 00', 0],
  ['JPEG that breaks off', 'ffd8 ffe0 0100 4a46', 0],
  ['WebP, lossy', `${RIFF} 56503820 00000000 000000 9d012a 8002 e001`, 640 * 480],
  ['WebP, lossless', `${RIFF} 5650384c 00000000 2f 7fc27700`, 640 * 480],
  ['WebP, extended', `${RIFF} 56503858 0a000000 00000000 7f0200 df0100`, 640 * 480],
  ['WebP of another kind', `${RIFF} 414e494d 00000000 00000000 00000000`, 0],
  ['text', '48616c6c6f2057656c74', 0],
  ['nothing', '', 0],
])('%s', (_, head, want) => {
  expect(pixelsOf(hex(head))).toBe(want);
});

test('what a phone takes is shown', () => {
  expect(8_160 * 6_144).toBeLessThan(MOST);
});
