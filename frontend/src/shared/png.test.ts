import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { drawPng } from './png.ts';
import { drawQr } from './qr.ts';

/** readPng reads a picture of one bit a pixel back, by the rules of the format. */
function readPng(bytes: Uint8Array): { side: number; dark: (x: number, y: number) => boolean } {
  const view = new DataView(bytes.buffer);
  const parts = new Map<string, Uint8Array>();
  for (let at = 8; at < bytes.length; ) {
    const size = view.getUint32(at);
    parts.set(new TextDecoder().decode(bytes.subarray(at + 4, at + 8)), bytes.subarray(at + 8, at + 8 + size));
    at += size + 12;
  }
  const head = parts.get('IHDR') as Uint8Array;
  const side = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const raw = inflateSync(parts.get('IDAT') as Uint8Array);
  return { side, dark: (x, y) => (((raw[y * (1 + side / 8) + 1 + (x >> 3)] as number) >> (7 - (x & 7))) & 1) === 0 };
}

test('the picture of a receipt shows its modules and a white border', () => {
  const modules = drawQr('58151125121711811900141244584569');
  const { side, dark } = readPng(drawPng(modules));
  expect(side).toBe(232);
  for (let y = 0; y < side; y += 4) {
    for (let x = 0; x < side; x += 4) {
      expect(dark(x, y)).toBe(modules[Math.floor(y / 8) - 4]?.[Math.floor(x / 8) - 4] ?? false);
    }
  }
});
