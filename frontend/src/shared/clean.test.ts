// The vectors of cleaning, which internal/intake reads too, and what must hold
// for every picture.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bytes, fromBase64, join, toBase64 } from './bytes.ts';
import { BrokenError, clean } from './clean.ts';
import { latin, typeOf } from './filetype.ts';

interface Vector {
  note: string;
  type: string;
  in: string;
  out?: string;
  found?: string[];
  error?: true;
}

const FILE = new URL('../../../internal/seal/testdata/vectors.json', import.meta.url);
const vectors = (JSON.parse(readFileSync(FILE, 'utf8')) as { clean: Vector[] }).clean;

function run(bytes: Bytes): { type: string; bytes: Bytes; found: readonly string[] } | undefined {
  const type = typeOf(bytes);
  if (type === undefined) return undefined;
  try {
    return { type: type.name, ...clean(bytes, type) };
  } catch (error) {
    if (error instanceof BrokenError) return undefined;
    throw error;
  }
}

describe('vectors', () => {
  for (const v of vectors) {
    test(`${v.type}: ${v.note}`, () => {
      const got = run(fromBase64(v.in));
      if (v.error) {
        expect(got).toBeUndefined();
        return;
      }
      expect(got?.type).toBe(v.type);
      expect(toBase64(got?.bytes ?? new Uint8Array())).toBe(v.out);
      expect(got?.found).toEqual(v.found ?? []);
      const again = run(got?.bytes as Bytes);
      expect(toBase64(again?.bytes ?? new Uint8Array())).toBe(v.out);
      expect(again?.found).toEqual([]);
    });
  }
});

const MARKER = 'KENNUNG-7f3a';
const plain = (type: string): Bytes =>
  fromBase64(vectors.find((v) => v.type === type && v.note === 'plain')?.in as string);
const marked = fc
  .tuple(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }))
  .map(([a, b]) => join(a, new TextEncoder().encode(MARKER), b));

describe('a marker in a dropped part is gone, the rest is as before', () => {
  test('JPEG', () => {
    const base = plain('image/jpeg');
    const markers = [...Array.from({ length: 13 }, (_, i) => 0xe1 + i), 0xef, 0xfe];
    fc.assert(
      fc.property(fc.constantFrom(...markers), marked, marked, (marker, body, tail) => {
        const segment = join(Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255), body);
        const got = run(join(base.subarray(0, 20), segment, base.subarray(20), tail));
        expect(toBase64(got?.bytes as Bytes)).toBe(toBase64(base));
      }),
    );
  });
  test('PNG', () => {
    const base = plain('image/png');
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-zA-Z]{3}$/), marked, (kind, body) => {
        fc.pre(!['gAMA', 'sRGB', 'tRNS'].includes(kind));
        const length = Uint8Array.of(0, 0, body.length >> 8, body.length & 255);
        const chunk = join(length, new TextEncoder().encode(kind), body, new Uint8Array(4));
        const got = run(join(base.subarray(0, 33), chunk, base.subarray(33), body));
        expect(toBase64(got?.bytes as Bytes)).toBe(toBase64(base));
      }),
    );
  });
  test('WebP', () => {
    const base = plain('image/webp');
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z][a-zA-Z]{2}[A-Z0-9 ]$/), marked, (kind, body) => {
        fc.pre(!/^(VP8.|ALPH|ANIM|ANMF)$/.test(kind));
        const even = body.length & 1 ? join(body, Uint8Array.of(65)) : body;
        const length = Uint8Array.of(body.length & 255, body.length >> 8, 0, 0);
        const whole = join(base, new TextEncoder().encode(kind), length, even);
        new DataView(whole.buffer).setUint32(4, whole.length - 8, true);
        const got = run(join(whole, body)) as { bytes: Bytes };
        expect(got.bytes.length).toBe(whole.length);
        expect(latin(got.bytes)).not.toContain(MARKER);
        expect(toBase64(got.bytes.slice(8, base.length))).toBe(toBase64(base.slice(8)));
      }),
    );
  });
});

test('no bytes make it throw anything but its own error', () => {
  const seeds = vectors.map((v) => fromBase64(v.in));
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.nat(), fc.nat(255), fc.nat(), (seed, at, value, cut) => {
      const bytes = seed.slice(0, 1 + (cut % seed.length));
      bytes[at % bytes.length] = value;
      const got = run(bytes);
      if (got !== undefined) expect(toBase64(run(got.bytes)?.bytes as Bytes)).toBe(toBase64(got.bytes));
    }),
    { numRuns: 1_000 },
  );
});
