// The vectors that tie this folder to internal/seal: both suites read the same
// file, and a name that one of them does not know fails both. With
// UPDATE_VECTORS=1 the boxes that the browser's code seals are recorded anew.
import { readFileSync, writeFileSync } from 'node:fs';
import { extract } from '@noble/hashes/hkdf.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, test } from 'vitest';
import { encrypt } from './age.ts';
import { fromBase64, fromHex, join, toBase64, toHex, toKeyText, utf8 } from './bytes.ts';
import { CARD_SIZE, cardKey, openCard, sealFrame } from './card.ts';
import { bucket, frame } from './frame.ts';
import { derive, fingerprint, identityOf, mac, recipientOf } from './keys.ts';
import { loginKeys, openSeries, passkeyIdentity, passkeyInput, vouch } from './login.ts';
import { deriveKeys, normalise, shown } from './receipt.ts';
import { type Envelope, OpenError, officeMac, open, seal } from './seal.ts';
import { type Act, checkSequence, type Warning } from './sequence.ts';

const FILE = new URL('../../../internal/seal/testdata/vectors.json', import.meta.url);

interface OpenVector {
  note: string;
  identity: string;
  key: string;
  case: string;
  kind: string;
  op: string;
  box: string;
  json?: string;
  error?: true;
}

interface Vectors {
  v: number;
  receipt: Record<string, string>[];
  typed: { in: string; out?: string; error?: string; at?: number }[];
  login: Record<string, string>[];
  series: Record<string, string>[];
  vouch: Record<string, string>[];
  frame: { kind: string; jsonBytes: number; frame: number; stored1: number; stored2: number }[];
  envelope: Record<string, string>[];
  open: OpenVector[];
  sequence: { events: Act[]; warnings: Warning[] }[];
  card: Record<string, string>[];
  attachment: Record<string, number>[];
  clean: Record<string, unknown>[];
}

const NAMES: Record<Exclude<keyof Vectors, 'v'>, string> = {
  receipt: 'site digits receipt shown prk locator case seed identity recipientSha256 fingerprint mac',
  typed: 'in out error at',
  login: 'site name words salt root auth unlock',
  series: 'note site input prf passkey unlock locked member error',
  vouch: 'office member recipient name key tag',
  frame: 'kind jsonBytes frame stored1 stored2',
  envelope: 'json key mac frameSha256',
  open: 'note identity key case kind op box json error',
  sequence: 'events warnings',
  card: 'office case op key nonce json boxSha256',
  attachment: 'file k plain sealed1 sealed2',
  clean: 'note type in out found error',
};

const vectors = JSON.parse(readFileSync(FILE, 'utf8')) as Vectors;

if (process.env['UPDATE_VECTORS'] === '1') {
  const kept = vectors.open.filter((vector) => !vector.note.startsWith('browser: '));
  vectors.open = [...kept, ...(await sealVectors())];
  writeFileSync(FILE, `${JSON.stringify(vectors, null, 1)}\n`);
}

function text(vector: Record<string, string>, name: string): string {
  const found = vector[name];
  if (found === undefined) throw new Error(`vector without ${name}`);
  return found;
}

test('every name in the file is known', () => {
  expect(vectors.v).toBe(1);
  expect(Object.keys(vectors).sort()).toEqual(['v', ...Object.keys(NAMES)].sort());
  for (const [section, names] of Object.entries(NAMES)) {
    const entries = vectors[section as keyof typeof NAMES] as object[];
    expect(entries.length, section).toBeGreaterThan(0);
    for (const entry of entries) expect(names.split(' ')).toEqual(expect.arrayContaining(Object.keys(entry)));
  }
  for (const { events, warnings } of vectors.sequence) {
    for (const event of events) expect(Object.keys(event)).toEqual(['rev', 'kind', 'op', 'seen']);
    for (const warning of warnings) expect(Object.keys(warning)).toEqual(['rev', 'reason', 'op']);
  }
});

test.each(vectors.receipt)('receipt $receipt at $site', async (v) => {
  const typed = normalise(text(v, 'shown'));
  if (!typed.ok) throw new Error(typed.error);
  const keys = await deriveKeys(text(v, 'site'), typed.receipt);
  const salt = utf8(`report-receipt/v1:${v['site']}`);
  const got = {
    site: v['site'],
    digits: typed.receipt.slice(0, 30),
    receipt: typed.receipt,
    shown: shown(typed.receipt),
    prk: toHex(extract(sha256, utf8(typed.receipt), salt)),
    locator: toHex(keys.locator),
    case: keys.caseId,
    seed: toHex(derive(utf8(typed.receipt), salt, 'age-mlkem768x25519')),
    identity: keys.identity,
    recipientSha256: toHex(sha256(utf8(keys.recipient))),
    fingerprint: fingerprint(keys.recipient),
    mac: toHex(keys.mac),
  };
  expect(got).toEqual(v);
});

test.each(vectors.typed)('typed $in', (v) => {
  const want = v.out === undefined ? { ok: false, error: v.error, at: v.at } : { ok: true, receipt: v.out };
  expect(normalise(v.in)).toEqual(want);
});

test.each(vectors.login)('login of $name', async (v) => {
  const keys = await loginKeys(text(v, 'site'), text(v, 'name'), text(v, 'words'));
  expect({ salt: keys.salt, auth: toHex(keys.auth), unlock: toHex(keys.unlock) }).toEqual({
    salt: v['salt'],
    auth: v['auth'],
    unlock: v['unlock'],
  });
  const root = scrypt(utf8(text(v, 'words')), fromHex(keys.salt), { N: 2 ** 17, r: 8, p: 1, dkLen: 64 });
  expect(toHex(root)).toBe(v['root']);
});

test.each(vectors.series)('two locks in series: $note', async (v) => {
  expect(toHex(passkeyInput(text(v, 'site')))).toBe(v['input']);
  expect(passkeyIdentity(fromHex(text(v, 'prf')))).toBe(v['passkey']);
  const opening = openSeries(fromHex(text(v, 'unlock')), fromHex(text(v, 'prf')), fromBase64(text(v, 'locked')));
  if (v['member'] === undefined) await expect(opening).rejects.toThrow();
  else expect(await opening).toBe(v['member']);
});

test.each(vectors.vouch)('vouch for $name', (v) => {
  expect(toHex(derive(utf8(text(v, 'office')), undefined, 'member-vouch/v1'))).toBe(v['key']);
  const tag = vouch(text(v, 'office'), text(v, 'member'), text(v, 'recipient'), text(v, 'name'));
  expect(toHex(tag)).toBe(v['tag']);
});

describe('frames', () => {
  test.each(vectors.frame)('$kind of $jsonBytes bytes', (v) => {
    expect(bucket(v.kind, v.jsonBytes)).toBe(v.frame);
  });

  test('stored sizes', async () => {
    const recipients = [await recipientOf(identity('office')), await recipientOf(identity('member'))];
    const sizes = new Map(vectors.frame.map((v) => [v.frame, [v.stored1, v.stored2]]));
    for (const [size, stored] of sizes) {
      const one = await encrypt(new Uint8Array(size), recipients.slice(0, 1));
      const two = await encrypt(new Uint8Array(size), recipients);
      expect([one.length, two.length]).toEqual(stored);
    }
  });
});

test.each(vectors.envelope)('envelope $mac', (v) => {
  const json = utf8(text(v, 'json'));
  const key = fromHex(text(v, 'key'));
  const { kind } = JSON.parse(text(v, 'json')) as Envelope;
  expect(toHex(mac(key, json))).toBe(v['mac']);
  expect(toHex(sha256(frame(kind, json, key)))).toBe(v['frameSha256']);
});

test.each(vectors.open)('open: $note', async (v) => {
  const want = { case: v.case, kind: v.kind, op: v.op };
  const opened = open(fromBase64(v.box), v.identity, fromHex(v.key), want);
  if (v.error) {
    await expect(opened).rejects.toThrow(new OpenError());
    return;
  }
  expect(await opened).toEqual(JSON.parse(v.json as string));
});

test('a report is opened with the key in its own body', async () => {
  const reports = vectors.open.filter((v) => v.kind === 'report' && !v.error);
  expect(reports.length).toBeGreaterThan(1);
  for (const v of reports) {
    const want = { case: v.case, kind: v.kind, op: v.op };
    const own = (body: Readonly<Record<string, unknown>>) => {
      const { mac: key } = body['mailbox'] as { mac: string };
      expect(key).toBe(toKeyText(fromHex(v.key)));
      return fromHex(v.key);
    };
    expect(await open(fromBase64(v.box), v.identity, own, want)).toEqual(JSON.parse(v.json as string));
  }
});

test.each(vectors.sequence)('sequence %#', (v) => {
  expect(checkSequence(v.events)).toEqual(v.warnings);
});

test.each(vectors.card)('card $op', async (v) => {
  expect(toHex(derive(utf8(text(v, 'office')), undefined, 'card-index/v1'))).toBe(v['key']);
  const key = await cardKey(text(v, 'office'));
  const json = utf8(text(v, 'json'));
  const framed = join(
    new Uint8Array([0, 0, json.length >> 8, json.length & 255]),
    json,
    new Uint8Array(1020 - json.length),
  );
  const box = await sealFrame(key, fromHex(text(v, 'nonce')), text(v, 'case'), text(v, 'op'), framed);
  expect(box.length).toBe(CARD_SIZE);
  expect(toHex(sha256(box))).toBe(v['boxSha256']);
  expect(await openCard(key, text(v, 'case'), text(v, 'op'), box)).toEqual({
    follow: '',
    ...(JSON.parse(text(v, 'json')) as object),
  });
});

function identity(name: string): string {
  return identityOf(sha256(utf8(`vectors: ${name}`)));
}

/** sealVectors makes the boxes that this code seals and Go opens. */
async function sealVectors(): Promise<OpenVector[]> {
  const keys = await deriveKeys('melden.example', '58151125121711811900141244584569');
  const office = identity('office');
  const desk = await recipientOf(office);
  const base = { v: 1, case: keys.caseId, seen: '', at: '2026-11-22' } as const;
  const record = (note: string, opener: string, key: Uint8Array, e: Envelope, box: Uint8Array): OpenVector => ({
    note: `browser: ${note}`,
    identity: opener,
    key: toHex(key),
    case: e.case,
    kind: e.kind,
    op: e.op,
    box: toBase64(box),
    json: JSON.stringify(e),
  });
  const report: Envelope = {
    ...base,
    kind: 'report',
    op: '303132333435363738393a3b3c3d3e3f',
    by: 'browser',
    body: { text: 'ب "<&>" \u2028 😀', mailbox: { recipient: keys.recipient, mac: toKeyText(keys.mac) } },
  };
  const answer: Envelope = {
    ...base,
    kind: 'answer',
    op: '404142434445464748494a4b4c4d4e4f',
    seen: report.op,
    by: 'office',
    body: { text: 'Vielen Dank für Ihre Meldung.' },
  };
  const note: Envelope = {
    ...base,
    kind: 'note',
    op: '505152535455565758595a5b5c5d5e5f',
    by: 'a0a1a2a3a4a5a6a7a8a9aaabacadaeaf',
    body: { text: 'rückrufen' },
  };
  const answerBox = await seal(answer, keys.mac, [keys.recipient, desk]);
  const mixed = new Encrypter();
  mixed.addRecipient(keys.recipient);
  mixed.addRecipient(await identityToRecipient(await generateX25519Identity()));
  const mixedBox = await mixed.encrypt(frame('answer', utf8(JSON.stringify(answer)), keys.mac));
  const { json: _, ...refused } = record('mixed with a classic recipient', keys.identity, keys.mac, answer, mixedBox);
  return [
    record('report', office, keys.mac, report, await seal(report, keys.mac, [desk])),
    record('answer, opened by the resident', keys.identity, keys.mac, answer, answerBox),
    record('answer, opened by the office', office, keys.mac, answer, answerBox),
    record('note', office, officeMac(office), note, await seal(note, officeMac(office), [desk])),
    { ...refused, error: true },
  ];
}
