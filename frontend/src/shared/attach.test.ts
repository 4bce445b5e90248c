// Sealed files: their sizes by the vectors, and that they come back whole or not
// at all.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fileName, openFile, sealFile } from './attach.ts';
import { type Bytes, join } from './bytes.ts';
import { type FileEntry, PIECE, pieces, readEntries } from './entry.ts';
import { newIdentity, recipientOf } from './keys.ts';
import { OpenError } from './seal.ts';

const FILE = new URL('../../../internal/seal/testdata/vectors.json', import.meta.url);
const { attachment } = JSON.parse(readFileSync(FILE, 'utf8')) as { attachment: Record<string, number>[] };

const head = {
  case: 'f296af257eef596fb0b716b8e01b1471',
  id: '00112233445566778899aabbccddeeff',
  name: 'Brief.png',
  type: 'image/png',
  original: false,
};

async function seal(bytes: Bytes, recipients: string[]): Promise<{ sealed: Bytes[]; entry: FileEntry }> {
  const sealed: Bytes[] = [];
  const generator = sealFile(head, bytes, recipients);
  for (;;) {
    const { done, value } = await generator.next();
    if (done) {
      const entry = { id: head.id, n: sealed.length, sha256: value, size: bytes.length, cleaned: [], original: false };
      return { sealed, entry };
    }
    sealed.push(value);
  }
}

const total = (sealed: Bytes[]): number => sealed.reduce((sum, piece) => sum + piece.length, 0);

test('sizes are those of the vectors', async () => {
  const one = await recipientOf(newIdentity());
  for (const v of attachment) {
    expect(pieces(v['file'] as number)).toBe(v['k']);
    if ((v['file'] as number) > 600_000) continue;
    const bytes = new Uint8Array(v['file'] as number);
    for (const [to, want] of [
      [[one], v['sealed1']],
      [[one, one], v['sealed2']],
    ] as const) {
      const { sealed } = await seal(bytes, [...to]);
      expect(total(sealed)).toBe(want);
      expect(sealed.length).toBe(v['k']);
      expect(sealed.slice(0, -1).every((piece) => piece.length === PIECE)).toBe(true);
    }
  }
});

describe('a file', () => {
  const identity = newIdentity();
  const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31) % 251);

  test('comes back whole', async () => {
    const { sealed, entry } = await seal(bytes, [await recipientOf(identity)]);
    const opened = await openFile(sealed, identity, head.case, entry);
    expect(opened.head).toEqual(head);
    expect(Buffer.compare(opened.bytes, bytes)).toBe(0);
  });

  test('does not open with anything else about it', async () => {
    const { sealed, entry } = await seal(bytes, [await recipientOf(identity)]);
    const flipped = sealed.map((piece) => piece.slice());
    (flipped[1] as Bytes)[100] = ((flipped[1] as Bytes)[100] as number) ^ 1;
    const wrong: [readonly Bytes[], string, string, FileEntry][] = [
      [flipped, identity, head.case, entry],
      [sealed.slice(0, 1), identity, head.case, entry],
      [[...sealed].reverse(), identity, head.case, entry],
      [[join(...sealed)], identity, head.case, entry],
      [sealed, newIdentity(), head.case, entry],
      [sealed, identity, '0'.repeat(32), entry],
      [sealed, identity, head.case, { ...entry, id: '0'.repeat(32) }],
      [sealed, identity, head.case, { ...entry, size: entry.size - 1 }],
      [sealed, identity, head.case, { ...entry, original: true }],
      [sealed, identity, head.case, { ...entry, sha256: '0'.repeat(64) }],
    ];
    for (const [pieces, id, caseId, of] of wrong) {
      await expect(openFile(pieces, id, caseId, of)).rejects.toThrow(OpenError);
    }
  });
});

test('malformed entries are left out', () => {
  const good = { id: 'a'.repeat(32), n: 1, sha256: 'b'.repeat(64), size: 5, cleaned: ['place'], original: false };
  const files = [good, { ...good, n: 2 }, { ...good, size: -1 }, { ...good, id: '../x' }, null, 7, {}];
  expect(readEntries({ files })).toEqual([good]);
  expect(readEntries({ files: 'x' })).toEqual([]);
});

test('regression R17: names in any script stay, what would mislead goes', () => {
  for (const name of ['Zeugnis für Amt.pdf', 'صورة.jpg', 'фото 1.png', 'φωτο.webp', '写真😔.jpg', 'résumé.txt']) {
    expect(fileName(name)).toBe(name);
  }
  expect(fileName('../../etc/passwd')).toBe('passwd');
  expect(fileName('C:\\fakepath\\a.jpg')).toBe('a.jpg');
  expect(fileName('photo\u202egnp.exe')).toBe('photognp.exe');
  expect(fileName('a\r\nSet-Cookie: x.png')).toBe('aSet-Cookie: x.png');
  expect(fileName('\u0000')).toBe('-');
  expect(new TextEncoder().encode(fileName(`${'ä'.repeat(500)}.jpg`)).length).toBeLessThanOrEqual(200);
  expect(fileName(`${'x'.repeat(500)}.jpg`)).toMatch(/\.jpg$/);
});
