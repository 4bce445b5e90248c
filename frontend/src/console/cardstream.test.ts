import { expect, test } from 'vitest';
import { inRecords, RECORD } from './cardstream.ts';

/** bodyOf streams so many bytes, each the number of its record, in pieces of one length. */
function bodyOf(bytes: number, piece: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      const n = Math.min(piece, bytes - at);
      if (n === 0) return controller.close();
      controller.enqueue(Uint8Array.from({ length: n }, (_, i) => Math.floor((at + i) / RECORD) % 251));
      at += n;
    },
  });
}

const broken = () => new Error('broken');

test.each([
  [0, 100],
  [1, 7],
  [3, RECORD],
  [512, 65_536],
  [1_300, 50_000],
  [1_024, 1_000_000],
])('%d records in pieces of %d bytes come once, in order and whole', async (records, piece) => {
  const seen: number[] = [];
  let busy = 0;
  await inRecords(
    bodyOf(records * RECORD, piece),
    async (part) => {
      busy += 1;
      expect([busy, part.byteLength % RECORD]).toEqual([1, 0]);
      for (let at = 0; at < part.byteLength; at += RECORD) {
        const record = new Uint8Array(part, at, RECORD);
        expect(record[0]).toBe(record[RECORD - 1]);
        seen.push(record[0] ?? -1);
      }
      await Promise.resolve();
      busy -= 1;
    },
    broken,
  );
  expect(seen).toEqual(Array.from({ length: records }, (_, i) => i % 251));
});

test('a body that ends early, or breaks, is an error', async () => {
  const take = async () => undefined;
  await expect(inRecords(bodyOf(RECORD + 5, 100), take, broken)).rejects.toThrow('broken');
  const torn = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new TypeError('x')) });
  await expect(inRecords(torn, take, broken)).rejects.toThrow('broken');
});

test('an error of the one who takes ends it', async () => {
  const take = async () => {
    throw new Error('locked');
  };
  await expect(inRecords(bodyOf(3_000 * RECORD, 65_536), take, broken)).rejects.toThrow('locked');
});
