import { beforeAll, expect, test } from 'vitest';
import type { CaseEvent } from '../shared/api.ts';
import { fromBase64, toBase64, toKeyText } from '../shared/bytes.ts';
import { cardKey, sealCard } from '../shared/card.ts';
import { type Envelope, newIdentity, newOp, officeMac, recipientOf, seal } from '../shared/seal.ts';
import { eventHash } from './chain.ts';
import { createKeyring, type Keyring, type OfficeKey } from './keys.ts';
import { openFile } from './opening.ts';

const CASE = 'f296af257eef596fb0b716b8e01b1471';
const MEMBER = 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf';
const K = new Uint8Array(32).fill(5);

let ring: Keyring;
let key: OfficeKey;
let resident: { identity: string; recipient: string };
let events: CaseEvent[];

interface Make {
  readonly kind: string;
  readonly actor?: string;
  readonly body?: Record<string, unknown>;
  readonly mac?: Uint8Array;
  readonly seen?: string;
  readonly told?: boolean;
  readonly op?: string;
}

/** chain gives events their numbers, links and hashes, as the server does. */
async function chain(list: readonly CaseEvent[]): Promise<CaseEvent[]> {
  const out: CaseEvent[] = [];
  for (const event of list) {
    const linked = { ...event, rev: out.length + 1, prev: out.at(-1)?.hash ?? '0'.repeat(64) };
    const box = linked.box === undefined ? undefined : fromBase64(linked.box);
    out.push({ ...linked, hash: await eventHash(CASE, linked, box) });
  }
  return out;
}

async function make({
  kind,
  actor = MEMBER,
  body,
  mac = key.mac,
  seen = '',
  told = false,
  op = newOp(),
}: Make): Promise<CaseEvent> {
  const day = actor === 'resident' ? '2026-11' : '2026-11-22';
  const event = {
    rev: 0,
    kind,
    actor,
    day,
    state: 'received',
    op,
    public: '{"epoch":1}',
    prev: '',
    hash: '',
  } as CaseEvent;
  if (body === undefined) return { ...event, public: '' };
  const envelope: Envelope = { v: 1, case: CASE, kind, op, seen, by: 'browser', at: '2026-11-21', body };
  const to = told ? [resident.recipient, key.recipient] : [key.recipient];
  return { ...event, box: toBase64(await seal(envelope, mac, to)) };
}

beforeAll(async () => {
  const identity = newIdentity();
  const recipient = await recipientOf(identity);
  key = { desk: 'city', epoch: 1, identity, recipient, mac: officeMac(identity), card: await cardKey(identity) };
  ring = {
    ...createKeyring(),
    find: (desk, epoch) => (desk === 'city' && epoch === 1 ? key : undefined),
    all: () => [key],
  };
  const own = newIdentity();
  resident = { identity: own, recipient: await recipientOf(own) };
  const report = { text: 'Guten Tag', mailbox: { recipient: resident.recipient, mac: toKeyText(K) } };
  const first = await make({ kind: 'report', actor: 'resident', body: report, mac: K });
  const answer = await make({ kind: 'answer', body: { text: 'Danke.' }, mac: K, seen: first.op, told: true });
  const message = await make({
    kind: 'message',
    actor: 'resident',
    body: { text: 'Noch etwas' },
    mac: K,
    seen: answer.op,
  });
  const note = await make({ kind: 'note', body: { text: 'intern' } });
  const toldDay = await make({
    kind: 'deadline',
    body: { safe_day: '2026-12-04', act: 'x' },
    mac: K,
    seen: message.op,
    told: true,
  });
  const ownDay = await make({ kind: 'deadline', body: { safe_day: '2026-12-11', act: 'y' } });
  const cardOp = newOp();
  const card = {
    title: 'T',
    grounds: [],
    area: '',
    labels: [],
    lang: 'de',
    due: '',
    kind: '',
    follow: '',
    pin: 'p',
    words: [],
  };
  const box = toBase64(await sealCard(key.card, CASE, cardOp, card));
  const cardEvent = { ...(await make({ kind: 'card', op: cardOp })), public: '{"epoch":1}', box };
  const access = await make({ kind: 'access' });
  events = await chain([first, answer, message, note, toldDay, ownDay, cardEvent, access]);
});

test('a whole case opens, with what only the mailbox MAC can tell', async () => {
  const file = await openFile(ring, CASE, 'city', events);
  expect(file.events.map((e) => e.seal)).toEqual(['open', 'open', 'open', 'open', 'open', 'open', 'open', 'none']);
  expect(file.events.every((e) => e.linked)).toBe(true);
  expect(file.events.map((e) => e.told)).toEqual([false, true, false, false, true, false, false, false]);
  expect(file.events[2]?.body).toEqual({ text: 'Noch etwas' });
  expect(file.events[6]?.body).toMatchObject({ title: 'T', pin: 'p' });
  expect(file.warnings).toEqual([]);
  expect(file.mailbox?.recipient).toBe(resident.recipient);
  expect(file.pin).toMatch(/^[0-9a-f]{32}$/);
});

test("the resident's keys do not leave the worker with the report", async () => {
  const file = await openFile(ring, CASE, 'city', events);
  expect(file.events[0]?.body).toEqual({ text: 'Guten Tag' });
});

test('a flipped bit is damage, at its place and nowhere else', async () => {
  const bytes = fromBase64(events[2]?.box ?? '');
  bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1;
  const bent = events.map((e, i) => (i === 2 ? { ...e, box: toBase64(bytes) } : e));
  const file = await openFile(ring, CASE, 'city', bent);
  expect(file.events[2]).toMatchObject({ seal: 'damaged', linked: false, body: {} });
  expect(file.events[1]).toMatchObject({ seal: 'open', linked: true });
});

test('a message without the MAC of this mailbox is damage: the public key alone writes nothing', async () => {
  const forged = await make({ kind: 'message', actor: 'resident', body: { text: 'von mir' }, mac: new Uint8Array(32) });
  const file = await openFile(ring, CASE, 'city', await chain([...events.slice(0, 2), forged]));
  expect(file.events[2]).toMatchObject({ seal: 'damaged', linked: true, body: {} });
});

test('a resident cannot forge a note', async () => {
  const forged = await make({ kind: 'note', body: { text: 'x' }, mac: K });
  const file = await openFile(ring, CASE, 'city', await chain([...events.slice(0, 1), forged]));
  expect(file.events[1]?.seal).toBe('damaged');
});

test('a box of another act or case is damage', async () => {
  const [first, second] = events as [CaseEvent, CaseEvent];
  const moved = await chain([first, { ...second, op: newOp() }]);
  expect((await openFile(ring, CASE, 'city', moved)).events[1]?.seal).toBe('damaged');
  const other = await openFile(ring, `${CASE.slice(0, 31)}0`, 'city', events);
  expect(other.events[0]).toMatchObject({ seal: 'damaged', linked: false });
  expect(other.mailbox).toBeUndefined();
});

test('a dropped answer is noticed by what was read', async () => {
  const file = await openFile(ring, CASE, 'city', await chain([events[0], events[2]] as CaseEvent[]));
  expect(file.warnings).toEqual([{ rev: 2, reason: 'missing', op: events[1]?.op }]);
});

test('a key of another time is told as such', async () => {
  const old = events.map((e, i) => (i === 3 ? { ...e, public: '{"epoch":9}' } : e));
  const file = await openFile(ring, CASE, 'city', await chain(old));
  expect(file.events[3]?.seal).toBe('nokey');
});

test("what the resident decides opens too, and is the resident's alone", async () => {
  const by = { actor: 'resident', mac: K, seen: '' } as const;
  const wish = await make({ ...by, kind: 'consent', body: { rung: 'answer_me', texts: ['art9/1'] } });
  const gone = await make({ ...by, kind: 'withdrawal', body: { withdraw: true }, seen: wish.op });
  const noted = await make({ kind: 'consent', mac: K, told: true, body: { rung: 'read_it', texts: [] } });
  const opened = await openFile(ring, CASE, 'city', await chain([events[0] as CaseEvent, wish, gone, noted]));
  expect(opened.events.map(({ seal, told }) => [seal, told])).toEqual([
    ['open', false],
    ['open', false],
    ['open', false],
    ['open', true],
  ]);
  expect(opened.events[1]?.body).toEqual({ rung: 'answer_me', texts: ['art9/1'] });
});

// What somebody who writes to the database can do to a case whose chain they
// make anew, and what the member then sees. SECURITY.md names these tests.
const writer: readonly [
  string,
  (e: readonly CaseEvent[]) => readonly CaseEvent[] | Promise<readonly CaseEvent[]>,
  object,
][] = [
  ['leaves it as it is', (e) => e.slice(0, 4), { seals: 'open open open open', warnings: '' }],
  [
    'moves a box to another kind',
    (e) => e.slice(0, 2).map((one, i) => (i === 1 ? { ...one, kind: 'message' as const } : one)),
    { seals: 'open damaged', warnings: '' },
  ],
  [
    'exchanges two boxes',
    (e) => [e[0], { ...e[1], box: e[2]?.box }, { ...e[2], box: e[1]?.box }] as CaseEvent[],
    { seals: 'open damaged damaged', warnings: '' },
  ],
  [
    'replays an answer',
    (e) => [e[0], e[1], e[2], e[1]] as CaseEvent[],
    { seals: 'open open open open', warnings: 'double' },
  ],
  ['reorders', (e) => [e[0], e[2], e[1]] as CaseEvent[], { seals: 'open open open', warnings: 'order unread' }],
  ['drops what was read', (e) => [e[0], e[2]] as CaseEvent[], { seals: 'open open', warnings: 'missing' }],
  [
    'forges an answer with the public key alone',
    async (e) => [
      ...e.slice(0, 3),
      await make({ kind: 'answer', body: { text: 'x' }, mac: new Uint8Array(32), told: true, seen: e[2]?.op ?? '' }),
    ],
    { seals: 'open open open damaged', warnings: '' },
  ],
  [
    'puts another report in its place',
    async (e) => {
      const mailbox = { recipient: resident.recipient, mac: toKeyText(new Uint8Array(32).fill(6)) };
      const mac = new Uint8Array(32).fill(6);
      const other = await make({ kind: 'report', actor: 'resident', body: { text: 'x', mailbox }, mac });
      return [{ ...other, op: other.op }, e[1], e[2]] as CaseEvent[];
    },
    { seals: 'open damaged damaged', warnings: '' },
  ],
  // The end alone tells nothing: the checkpoint outside the database does.
  ['cuts off the end', (e) => e.slice(0, 2), { seals: 'open open', warnings: '' }],
];

test.each(writer)('a database writer %s', async (_, change, want) => {
  const file = await openFile(ring, CASE, 'city', await chain(await change(events)));
  expect(file.events.every((event) => event.linked)).toBe(true);
  expect({
    seals: file.events.map(({ seal }) => seal).join(' '),
    warnings: file.warnings.map(({ reason }) => reason).join(' '),
  }).toEqual(want);
  for (const event of file.events) if (event.seal === 'damaged') expect(event.body).toEqual({});
});
