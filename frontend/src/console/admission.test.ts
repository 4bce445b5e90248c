import { beforeAll, expect, test } from 'vitest';
import type { Member, Sheet } from '../shared/api.ts';
import { fromBase64, toBase64, toKeyText } from '../shared/bytes.ts';
import { lockIdentity, loginKeys, unlockIdentity, vouch } from '../shared/login.ts';
import { fingerprint, newIdentity, openText, recipientOf, sealText } from '../shared/seal.ts';
import { admit, change, joinKeys, rotate, vet } from './admission.ts';
import { createKeyring, type Keyring } from './keys.ts';

const UNLOCK = new Uint8Array(32).fill(7);
const BOSS = '0'.repeat(32);
const NEW = '1'.repeat(32);
let ring: Keyring;
let paper: string;
let sheet: Sheet;
let boss: Member;
const oid: string[] = [];

beforeAll(async () => {
  const mid = newIdentity();
  const mpk = await recipientOf(mid);
  paper = newIdentity();
  const ppk = await recipientOf(paper);
  ring = createKeyring();
  const wraps = [];
  const pinned = [];
  const sheetWraps = [];
  for (const epoch of [1, 2]) {
    const identity = newIdentity();
    oid[epoch] = identity;
    wraps.push({ desk: 'city', epoch, wrap: toBase64(await sealText(mpk, identity)) });
    sheetWraps.push({ desk: 'city', epoch, wrap: toBase64(await sealText(ppk, identity)) });
    const from = epoch === 1 ? '2026-01' : '2026-07';
    pinned.push({
      desk: 'city',
      epoch,
      from,
      until: epoch === 1 ? '2026-06' : '',
      recipient: await recipientOf(identity),
    });
  }
  const lock = toBase64(await lockIdentity(UNLOCK, mid));
  await ring.unlock({ lock, mpk, wraps, pinned, form: undefined, month: '2026-11' }, UNLOCK);
  const tags = (id: string, key: string, name: string) =>
    [1, 2].map((epoch) => ({ desk: 'city', epoch, vouch: toKeyText(vouch(oid[epoch] ?? '', id, key, name)) }));
  sheet = { desk: 'city', ppk, vouches: tags('paper', ppk, 'paper'), wraps: sheetWraps, shares: [] };
  const profile = toBase64(await sealText(await recipientOf(oid[2] ?? ''), 'A. Yılmaz'));
  boss = {
    member: BOSS,
    role: 'coordinator',
    desks: ['city'],
    off: false,
    profile,
    mpk,
    vouches: tags(BOSS, mpk, 'A. Yılmaz'),
    passkeys: 0,
    series: false,
  };
});

async function newcomer() {
  const mid = newIdentity();
  return { mid, mpk: await recipientOf(mid) };
}

const PLACE = { member: NEW, role: 'caseworker', desks: ['city'], past: true } as const;

test('a newcomer makes a key that only the words open, and sends no name', async () => {
  const input = {
    site: 'melden.example',
    code: 'AAECAwQFBgcICQoLDA0ODw',
    name: 'b.kaya',
    words: 'abandon ability able about above absent absorb',
  };
  const { body, digits } = await joinKeys(input);
  const login = await loginKeys(input.site, input.name, input.words);
  expect(digits).toBe(fingerprint(body.mpk));
  expect(await recipientOf(await unlockIdentity(login.unlock, fromBase64(body.lock)))).toBe(body.mpk);
  expect(JSON.stringify(body)).not.toMatch(/b\.kaya|AGE-SECRET-KEY|abandon/);
});

test('who is admitted opens old and new reports, or only new ones', async () => {
  const { mid, mpk } = await newcomer();
  const digits = fingerprint(mpk);
  const all = await admit(ring, { ...PLACE, mpk, digits, display: ' B. Kaya ' });
  expect(all.grants.map((grant) => grant.epoch)).toEqual([1, 2]);
  for (const grant of all.grants) {
    const identity = oid[grant.epoch] ?? '';
    expect(await openText(fromBase64(grant.wrap), mid)).toBe(identity);
    expect(grant.vouch).toBe(toKeyText(vouch(identity, NEW, mpk, 'B. Kaya')));
  }
  expect(await openText(fromBase64(all.profile ?? ''), oid[2] ?? '')).toBe('B. Kaya');
  const later = await admit(ring, { ...PLACE, past: false, mpk, digits: digits.replace(/ /g, ''), display: 'B. Kaya' });
  expect(later.grants.map((grant) => grant.epoch)).toEqual([2]);
});

test.each([['one wrong'], ['too few'], ['none'], ['of another key']])(
  'digits, %s: nobody is admitted',
  async (what) => {
    const { mpk } = await newcomer();
    const right = fingerprint(mpk);
    const other = fingerprint((await newcomer()).mpk);
    const last = String((Number(right.at(-1)) + 1) % 10);
    const typed =
      { 'one wrong': right.slice(0, -1) + last, 'too few': right.slice(0, -1), none: '', 'of another key': other }[
        what
      ] ?? '';
    await expect(admit(ring, { ...PLACE, mpk, digits: typed, display: 'B' })).rejects.toMatchObject({ key: 'digits' });
  },
);

test('vouches prove keys and names; anything swapped is a fault', async () => {
  expect(await vet(ring, [boss])).toEqual({ faults: [], names: { [BOSS]: 'A. Yılmaz' }, current: [BOSS] });
  const { mpk } = await newcomer();
  const forged = toBase64(await sealText(await recipientOf(oid[2] ?? ''), 'Somebody else'));
  for (const swapped of [{ mpk }, { profile: forged }, { profile: toBase64(new Uint8Array(9)) }, { member: NEW }]) {
    const { faults } = await vet(ring, [{ ...boss, ...swapped }]);
    expect(faults.map(({ where }) => where)).toEqual(['vouch', 'vouch']);
  }
  expect((await vet(ring, [{ ...boss, vouches: boss.vouches.slice(0, 1) }])).current).toEqual([]);
  expect((await vet(ring, [{ ...boss, mpk, off: true }])).faults).toEqual([]);
});

test('an invented member is not given the next key', async () => {
  const { mpk } = await newcomer();
  const invented = { ...boss, member: NEW, mpk, vouches: [] };
  const turn = { desk: 'city', sheet, others: {} };
  await expect(rotate(ring, { ...turn, members: [boss, invented] })).rejects.toMatchObject({ key: 'vouch' });
  await expect(rotate(ring, { ...turn, members: [boss], sheet: { ...sheet, ppk: mpk } })).rejects.toMatchObject({
    key: 'vouch',
  });
  await expect(change(ring, invented, { ...PLACE })).rejects.toMatchObject({ key: 'vouch' });
});

test('the next key goes to who stays and to the sheet, and to nobody else', async () => {
  const other = newIdentity();
  const { body, digits } = await rotate(ring, {
    desk: 'city',
    members: [
      { ...boss, desks: ['city', 'verein'] },
      { ...boss, member: NEW, off: true },
    ],
    sheet,
    others: { verein: await recipientOf(other) },
  });
  expect(body).toMatchObject({ desk: 'city', epoch: 3 });
  expect(body.members.map(({ member }) => member)).toEqual([BOSS]);
  const identity = await openText(fromBase64(body.paper.wrap), paper);
  expect(await recipientOf(identity)).toBe(body.opk);
  expect(digits).toBe(fingerprint(body.opk));
  expect(oid).not.toContain(identity);
  expect(body.members[0]?.vouch).toBe(toKeyText(vouch(identity, BOSS, boss.mpk, 'A. Yılmaz')));
  for (const key of [identity, oid[2] ?? '', other]) {
    expect(await openText(fromBase64(body.members[0]?.profile ?? ''), key)).toBe('A. Yılmaz');
  }
  expect(JSON.stringify(body)).not.toContain('AGE-SECRET-KEY');
});

// R22: rotations must not destroy what was sealed before.
test('regression R22: after five rotations the oldest key still opens', async () => {
  const report = await sealText(await recipientOf(oid[1] ?? ''), 'the first report');
  let turning = ring;
  let members = [boss];
  let turned = sheet;
  const mid = turning.self() ?? '';
  const keys = turning.all().map(({ epoch, identity }) => ({ epoch, identity }));
  for (let n = 0; n < 5; n++) {
    const { body } = await rotate(turning, { desk: 'city', members, sheet: turned, others: {} });
    const [own] = body.members;
    if (own === undefined) throw new Error('nobody got the key');
    const { epoch } = body;
    keys.push({ epoch, identity: await openText(fromBase64(own.wrap), mid) });
    members = [{ ...boss, profile: own.profile, vouches: [{ desk: 'city', epoch, vouch: own.vouch }] }];
    turned = { ...turned, vouches: [{ desk: 'city', epoch, vouch: body.paper.vouch }] };
    const wraps = [];
    const pinned = [];
    for (const key of keys) {
      wraps.push({ desk: 'city', epoch: key.epoch, wrap: toBase64(await sealText(boss.mpk, key.identity)) });
      pinned.push({
        desk: 'city',
        epoch: key.epoch,
        from: '2026-01',
        until: '',
        recipient: await recipientOf(key.identity),
      });
    }
    turning = createKeyring();
    const lock = toBase64(await lockIdentity(UNLOCK, mid));
    const opened = await turning.unlock(
      { lock, mpk: boss.mpk, wraps, pinned, form: undefined, month: '2026-11' },
      UNLOCK,
    );
    expect(opened.faults).toEqual([]);
    expect((await vet(turning, members)).faults).toEqual([]);
  }
  expect(turning.current('city')?.epoch).toBe(7);
  expect(await openText(report, turning.find('city', 1)?.identity ?? '')).toBe('the first report');
});
