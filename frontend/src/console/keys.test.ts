import { beforeAll, expect, test } from 'vitest';
import type { PinnedKey } from '../shared/api.ts';
import { toBase64 } from '../shared/bytes.ts';
import { identityOf } from '../shared/keys.ts';
import { lockIdentity, lockInSeries } from '../shared/login.ts';
import { newIdentity, recipientOf, sealText } from '../shared/seal.ts';
import { createKeyring, currentPin, formFaults, type Material } from './keys.ts';

const UNLOCK = new Uint8Array(32).fill(7);
let office: string;
let material: Material;

function pin(epoch: number, from: string, until: string, recipient: string, desk = 'city'): PinnedKey {
  return { desk, epoch, from, until, recipient };
}

beforeAll(async () => {
  const member = newIdentity();
  const mpk = await recipientOf(member);
  office = newIdentity();
  const opk = await recipientOf(office);
  material = {
    lock: toBase64(await lockIdentity(UNLOCK, member)),
    mpk,
    wraps: [{ desk: 'city', epoch: 1, wrap: toBase64(await sealText(mpk, office)) }],
    pinned: [pin(1, '2026-11', '', opk)],
    form: [opk],
    month: '2026-11',
  };
});

test('right keys open and are found', async () => {
  const ring = createKeyring();
  expect(await ring.unlock(material, UNLOCK)).toEqual({ faults: [], unpinned: [], desks: ['city'], compared: true });
  expect(ring.current('city')?.identity).toBe(office);
  expect(ring.find('city', 1)?.epoch).toBe(1);
  expect(ring.find('city', 2)).toBeUndefined();
  expect(ring.find('other', 1)).toBeUndefined();
});

test('a key that nobody pinned opens nothing, and is no fault', async () => {
  const ring = createKeyring();
  const opened = await ring.unlock({ ...material, pinned: [], form: undefined }, UNLOCK);
  expect(opened).toMatchObject({ faults: [], desks: [], compared: false });
  expect(opened.unpinned).toHaveLength(1);
  expect(ring.current('city')).toBeUndefined();
});

test('anything swapped is a fault, and then no key stays', async () => {
  const stranger = await recipientOf(newIdentity());
  const wrap = { desk: 'city', epoch: 1, wrap: toBase64(await sealText(material.mpk, newIdentity())) };
  const cases: readonly (readonly [string, Partial<Material>, string])[] = [
    ['member', { mpk: stranger }, 'member'],
    ['lock', { lock: toBase64(await lockIdentity(new Uint8Array(32), newIdentity())) }, 'member'],
    ['wrap for somebody else', { wraps: [{ ...wrap, wrap: toBase64(await sealText(stranger, office)) }] }, 'wrap'],
    ['another key inside the wrap', { wraps: [wrap] }, 'pinned'],
    ['another pinned key', { pinned: [pin(1, '2026-11', '', stranger)], form: undefined }, 'pinned'],
    ['another key in the form', { form: [stranger] }, 'form'],
    ['one more key in the form', { form: [...(material.form ?? []), stranger] }, 'form'],
  ];
  for (const [name, change, where] of cases) {
    const ring = createKeyring();
    const opened = await ring.unlock({ ...material, ...change }, UNLOCK);
    expect(
      opened.faults.map((fault) => fault.where),
      name,
    ).toContain(where);
    expect(ring.all(), name).toEqual([]);
    expect(ring.self(), name).toBeUndefined();
  }
});

test('wrong words open nothing', async () => {
  const opened = await createKeyring().unlock(material, new Uint8Array(32).fill(8));
  expect(opened.faults).toEqual([{ desk: '', epoch: 0, where: 'member' }]);
});

test('the key in use is the newest that has begun and not ended', () => {
  const pins = [pin(1, '2026-01', '2026-06', 'a'), pin(2, '2026-07', '', 'b'), pin(3, '2027-01', '', 'c')];
  expect(currentPin(pins, 'city', '2026-03')?.epoch).toBe(1);
  expect(currentPin(pins, 'city', '2026-11')?.epoch).toBe(2);
  expect(currentPin(pins, 'city', '2027-02')?.epoch).toBe(3);
  expect(currentPin(pins, 'nobody', '2026-11')).toBeUndefined();
});

test('a form that still holds an older pinned key of ours lacks the current one', () => {
  const pins = [pin(1, '2026-01', '2026-06', 'a'), pin(2, '2026-07', '', 'b')];
  expect(formFaults(['a'], pins, '2026-11')).toEqual([{ desk: 'city', epoch: 2, where: 'form' }]);
  expect(formFaults(['a', 'b'], pins, '2026-11')).toEqual([]);
});

test('an identity of the wrong kind is refused', () => {
  expect(identityOf(UNLOCK)).toMatch(/^AGE-SECRET-KEY-PQ-1/);
});

test('a second lock opens with passphrase and passkey together, and with neither alone', async () => {
  const prf = new Uint8Array(32).fill(9);
  const ring = createKeyring();
  await ring.unlock(material, UNLOCK);
  const series = toBase64((await ring.relock(prf)) ?? new Uint8Array());
  const locked: Material = { ...material, lock: '', series, prf };
  const again = createKeyring();
  expect((await again.unlock(locked, UNLOCK)).faults).toEqual([]);
  expect(again.self()).toBe(ring.self());
  const wrong: readonly (readonly [string, Material, Uint8Array])[] = [
    ['another passphrase', locked, new Uint8Array(32).fill(8)],
    ['another passkey', { ...locked, prf: new Uint8Array(32).fill(8) }, UNLOCK],
    ['no passkey', { ...locked, prf: undefined }, UNLOCK],
    ['the lock in the place of the first', { ...locked, series: '', lock: series }, UNLOCK],
    [
      'a lock of another key',
      { ...locked, series: toBase64(await lockInSeries(await recipientOf(identityOf(UNLOCK)), prf, newIdentity())) },
      UNLOCK,
    ],
  ];
  for (const [name, given, unlock] of wrong) {
    const ring = createKeyring();
    const { faults } = await ring.unlock(given, unlock);
    expect(faults, name).toEqual([{ desk: '', epoch: 0, where: 'member' }]);
    expect(ring.self(), name).toBeUndefined();
    expect(await ring.relock(), name).toBeUndefined();
  }
  // The passphrase's own lock can be made again from the open key.
  const plain = toBase64((await again.relock()) ?? new Uint8Array());
  expect((await createKeyring().unlock({ ...material, lock: plain }, UNLOCK)).faults).toEqual([]);
});
