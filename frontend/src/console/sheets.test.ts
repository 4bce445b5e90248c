import { beforeAll, expect, test } from 'vitest';
import type { Sheet } from '../shared/api.ts';
import { fromBase64, toBase64, toKeyText } from '../shared/bytes.ts';
import { lockIdentity, vouch } from '../shared/login.ts';
import { fingerprint, newIdentity, openText, recipientOf, sealText } from '../shared/seal.ts';
import { createKeyring, type Keyring } from './keys.ts';
import { drill, paperOf, recover, renew, split } from './sheets.ts';

const UNLOCK = new Uint8Array(32).fill(7);
const MEMBER = '2'.repeat(32);
let ring: Keyring;
let paper: string;
let sheet: Sheet;
const oid: string[] = [];

async function pins() {
  return Promise.all(
    [1, 2].map(async (epoch) => ({
      desk: 'city',
      epoch,
      from: epoch === 1 ? '2026-01' : '2026-07',
      until: epoch === 1 ? '2026-06' : '',
      recipient: await recipientOf(oid[epoch] ?? ''),
    })),
  );
}

async function wrapped(to: string) {
  return Promise.all(
    [1, 2].map(async (epoch) => ({ desk: 'city', epoch, wrap: toBase64(await sealText(to, oid[epoch] ?? '')) })),
  );
}

beforeAll(async () => {
  for (const epoch of [1, 2]) oid[epoch] = newIdentity();
  const mid = newIdentity();
  const mpk = await recipientOf(mid);
  paper = newIdentity();
  const ppk = await recipientOf(paper);
  sheet = { desk: 'city', ppk, vouches: [], wraps: await wrapped(ppk), shares: [] };
  ring = createKeyring();
  const lock = toBase64(await lockIdentity(UNLOCK, mid));
  const material = { lock, mpk, wraps: await wrapped(mpk), pinned: await pins(), form: undefined, month: '2026-11' };
  await ring.unlock(material, UNLOCK);
});

test('a drill says what the sheet opens', async () => {
  const spaced = (paper.match(/.{1,7}/g) ?? []).join(' ').toLowerCase();
  const opens = async (one: Sheet, ...typed: string[]) => (await drill(ring, [one], typed))[0]?.opened;
  expect(await drill(ring, [sheet], [spaced])).toEqual([{ desk: 'city', opened: 2, of: 2 }]);
  expect(await opens({ ...sheet, wraps: sheet.wraps.slice(1) }, paper)).toBe(1);
  expect(await opens(sheet, newIdentity())).toBe(0);
  await expect(drill(ring, [sheet], [paper.slice(0, -1)])).rejects.toMatchObject({ key: 'paper' });
  await expect(drill(ring, [sheet], ['', ' '])).rejects.toMatchObject({ key: 'paper' });
});

test('any two of three open, one alone does not', async () => {
  const trustees = [newIdentity(), newIdentity(), newIdentity()];
  const [a = '', b = '', c = ''] = trustees;
  const shares = await split(paper, trustees);
  // The sizes of protocol.md §2.3: three blobs, 10,185 bytes together.
  expect(shares.reduce((sum, share) => sum + fromBase64(share).length, 0)).toBe(10_185);
  const split3 = { ...sheet, shares };
  for (const pair of [
    [a, b],
    [b, a],
    [a, c],
    [c, a],
    [b, c],
    [c, b],
  ])
    expect(await paperOf(split3, pair)).toBe(paper);
  for (const few of [[a], [b], [c], [a, a], [a, newIdentity()]]) expect(await paperOf(split3, few)).toBeUndefined();
});

test('a new sheet opens every epoch, as one key or as two of three', async () => {
  for (const trustees of [false, true]) {
    const { body, paper: printed } = await renew(ring, ['city'], trustees);
    const [made] = body.sheets;
    if (made === undefined) throw new Error('no sheet');
    expect(printed.letters).toHaveLength(trustees ? 3 : 1);
    expect(JSON.stringify(body)).not.toContain('AGE-SECRET-KEY');
    const stored: Sheet = { desk: 'city', ppk: made.ppk, vouches: [], wraps: made.grants, shares: made.shares };
    expect(await drill(ring, [stored], printed.letters.slice(-2))).toEqual([{ desk: 'city', opened: 2, of: 2 }]);
    expect((await drill(ring, [stored], [paper]))[0]?.opened).toBe(0);
  }
  await expect(renew(ring, ['verein'], false)).rejects.toMatchObject({ key: 'nokey' });
});

async function input(typed: readonly string[]) {
  return {
    site: 'melden.example',
    code: 'AAECAwQFBgcICQoLDA0ODw',
    member: MEMBER,
    name: 'neu',
    words: 'abandon ability able about above absent absorb',
    display: 'Neue Koordination',
    sheets: [sheet],
    pinned: await pins(),
    typed,
    trustees: true,
  };
}

test('recovery makes a coordinator with all keys, a new key and new sheets', async () => {
  const { body, paper: printed, fingerprints } = await recover(await input([paper]));
  const [desk] = body.desks;
  if (desk === undefined) throw new Error('no desk');
  expect(desk.grants.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  const stored: Sheet = { ...desk.sheet, vouches: [], wraps: desk.sheet.grants };
  const pid = (await paperOf(stored, printed.letters.slice(0, 2))) ?? '';
  const next = await openText(fromBase64(desk.sheet.grants[2]?.wrap ?? ''), pid);
  expect(await recipientOf(next)).toBe(desk.opk);
  expect(await openText(fromBase64(desk.sheet.grants[0]?.wrap ?? ''), pid)).toBe(oid[1]);
  expect(fingerprints).toEqual([{ desk: 'city', digits: fingerprint(desk.opk) }]);
  expect(desk.grants[2]?.vouch).toBe(toKeyText(vouch(next, MEMBER, body.mpk, 'Neue Koordination')));
  for (const key of [next, oid[2] ?? ''])
    expect(await openText(fromBase64(body.profile), key)).toBe('Neue Koordination');
  expect(JSON.stringify(body)).not.toMatch(/AGE-SECRET-KEY|Neue Koordination/);
});

test('a wrong sheet and a swapped key stop a recovery', async () => {
  await expect(recover(await input([newIdentity()]))).rejects.toMatchObject({ key: 'paper' });
  const right = await input([paper]);
  const [first, last] = right.pinned;
  if (first === undefined || last === undefined) throw new Error('no pins');
  const stranger = { ...last, recipient: await recipientOf(newIdentity()) };
  await expect(recover({ ...right, pinned: [first, stranger] })).rejects.toMatchObject({ key: 'swapped' });
});
