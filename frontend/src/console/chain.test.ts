import { expect, test } from 'vitest';
import type { CaseEvent } from '../shared/api.ts';
import { utf8 } from '../shared/bytes.ts';
import { eventHash, linked } from './chain.ts';

// The vector of store.md §3, which internal/incident reads too.
const CASE = '000102030405060708090a0b0c0d0e0f';
const ONE: CaseEvent = {
  rev: 1,
  kind: 'report',
  actor: 'resident',
  day: '2026-11',
  state: 'received',
  op: '101112131415161718191a1b1c1d1e1f',
  public: '{"desk":"city","epoch":1}',
  prev: '0'.repeat(64),
  hash: 'f9cb0aa4c8017e8738ffc511d3987e41d38674624cc5a0358a212a55eb2f46f8',
};
const TWO: CaseEvent = {
  rev: 2,
  kind: 'access',
  actor: 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf',
  day: '2026-11-23',
  state: 'received',
  op: '202122232425262728292a2b2c2d2e2f',
  public: '',
  prev: ONE.hash,
  hash: 'c038533bf0e610bd23dceeb6523b5551f3faa032374eebf1624b5387b26d93f8',
};
const BOX = utf8('sealed');

test('the hashes are those of the design', async () => {
  expect(await eventHash(CASE, ONE, BOX)).toBe(ONE.hash);
  expect(await eventHash(CASE, TWO, undefined)).toBe(TWO.hash);
});

test('a chain holds', async () => {
  expect(await linked(CASE, ONE, BOX, undefined)).toBe(true);
  expect(await linked(CASE, TWO, undefined, ONE)).toBe(true);
});

test.each<[string, Partial<CaseEvent>]>([
  ['state', { state: 'triage' }],
  ['actor', { actor: 'system' }],
  ['day', { day: '2026-11-24' }],
  ['op', { op: '302122232425262728292a2b2c2d2e2f' }],
  ['public', { public: '{}' }],
  ['rev', { rev: 3 }],
  ['prev', { prev: '0'.repeat(64) }],
])('a changed %s breaks it', async (_, change) => {
  expect(await linked(CASE, { ...TWO, ...change }, undefined, ONE)).toBe(false);
});

test('another box breaks it', async () => {
  expect(await linked(CASE, ONE, utf8('sealeD'), undefined)).toBe(false);
  expect(await linked(CASE, ONE, undefined, undefined)).toBe(false);
});
