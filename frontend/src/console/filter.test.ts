import { expect, test } from 'vitest';
import { FIRST, type InboxFilter, isNarrow, labelMark, readFilter, toggled, writeFilter } from './filter.ts';

const read = (hash: string) => readFilter(new URLSearchParams(hash));

test.each<Partial<InboxFilter>>([
  {},
  { state: 'closed', sort: 'title', down: true, page: 4 },
  { chosen: { who: ['me', 'a1a1'], due: ['past'], ground: ['age'], area: ['housing'], month: ['2026-11'] } },
  { chosen: { label: ['0a1b2c3d'], desk: ['verein-2'], lang: ['de-simple'], flag: ['nocard'], unread: ['yes'] } },
])('%o is written and read', (change) => {
  const filter = { ...FIRST, ...change };
  expect(read(writeFilter(filter).join('&'))).toEqual(filter);
});

test('a flood of values is cut, a value that is none is dropped', () => {
  const many = Array.from({ length: 200 }, (_, i) => `v${i}`).join(',');
  expect(read(`ground=${many}`).chosen.ground).toHaveLength(30);
  expect(read('ground=a b,<x>,%00,age,age').chosen).toEqual({ ground: ['age'] });
});

test('a value is chosen and let go again; the list begins at its first page', () => {
  const once = toggled({ ...FIRST, page: 3 }, 'ground', 'age');
  expect(once).toEqual({ ...FIRST, chosen: { ground: ['age'] } });
  expect(toggled(once, 'ground', 'gender').chosen).toEqual({ ground: ['age', 'gender'] });
  expect(toggled(once, 'ground', 'age')).toEqual(FIRST);
  expect([isNarrow(FIRST), isNarrow(once)]).toEqual([false, true]);
});

test('the mark of a label is the same however it is written, and does not show it', () => {
  expect(labelMark(' R:Firma Müller ')).toBe(labelMark('r:firma mu\u0308ller'));
  expect(labelMark('r:Firma Müller')).toMatch(/^[0-9a-f]{8}$/);
  expect(labelMark('a')).not.toBe(labelMark('b'));
});
