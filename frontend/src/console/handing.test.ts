import { beforeAll, expect, test } from 'vitest';
import type { Office, PinnedKey } from '../shared/api.ts';
import { fromBase64, fromKeyText, toKeyText } from '../shared/bytes.ts';
import { deriveKeys, makeReceipt, type ReceiptKeys } from '../shared/receipt.ts';
import { newIdentity, OpenError, open, recipientOf } from '../shared/seal.ts';
import { CODE, type HandedOver, handOver } from './handing.ts';
import { readMailbox } from './model.ts';
import { TaskError } from './rpc.ts';
import { targetOf } from './state/target.ts';

const SITE = 'melden.example';
const WORDS = 'Jemand bekam eine Wohnung nicht.';
const city = { identity: newIdentity(), recipient: '' };
const verein = { identity: newIdentity(), recipient: '' };
let resident: ReceiptKeys;
let handed: HandedOver;

beforeAll(async () => {
  city.recipient = await recipientOf(city.identity);
  verein.recipient = await recipientOf(verein.identity);
  resident = await deriveKeys(SITE, makeReceipt());
  const mailbox = { recipient: resident.recipient, mac: toKeyText(resident.mac), key: resident.mac };
  const request = {
    case: resident.caseId,
    desk: 'city',
    kind: 'answer',
    body: { text: WORDS, lang: 'de' },
    told: true,
    seen: '',
    by: 'office',
    at: '2026-11-22',
  };
  const target = { site: SITE, desk: 'verein', name: 'Vereinsstelle', epoch: 3, recipient: verein.recipient };
  handed = await handOver({ recipient: city.recipient, epoch: 2 }, mailbox, request, target, { v: 1, text: WORDS });
});

const answer = () => ({ case: resident.caseId, kind: 'answer', op: handed.op });
const code = () => ({ case: resident.caseId, kind: CODE, op: handed.op });
const report = () => ({ case: handed.to.case, kind: 'report', op: handed.to.op });

async function passed(identity: string): Promise<{ desk: string; name: string; code: string }> {
  const { body } = await open(fromBase64(handed.box), identity, resident.mac, answer());
  expect(body['text']).toBe(WORDS);
  return body['passed'] as { desk: string; name: string; code: string };
}

test('the resident reads what went to whom, and gets the code of a mailbox that fits the new case', async () => {
  const told = await passed(resident.identity);
  expect(told).toMatchObject({ desk: 'verein', name: 'Vereinsstelle' });
  const inside = await open(fromBase64(told.code), resident.identity, resident.mac, code());
  const there = await deriveKeys(SITE, String(inside.body['code']));
  expect(there.caseId).toBe(handed.to.case);
  const arrived = await open(fromBase64(handed.to.box), verein.identity, there.mac, report());
  expect(arrived.body['text']).toBe(WORDS);
  expect(readMailbox(arrived.body)).toEqual({ recipient: there.recipient, mac: toKeyText(there.mac) });
});

test('the first desk reads its own answer, and neither the code nor what the other desk has', async () => {
  const told = await passed(city.identity);
  await expect(open(fromBase64(told.code), city.identity, resident.mac, code())).rejects.toThrow(OpenError);
  await expect(open(fromBase64(handed.to.box), city.identity, resident.mac, report())).rejects.toThrow(OpenError);
});

test('the other desk cannot open the answer of the first', async () => {
  await expect(passed(verein.identity)).rejects.toThrow(OpenError);
});

test('the two cases share no op, key or receipt', async () => {
  const mailbox = readMailbox(
    (
      await open(
        fromBase64(handed.to.box),
        verein.identity,
        (body) => fromKeyText(readMailbox(body)?.mac ?? ''),
        report(),
      )
    ).body,
  );
  expect(mailbox?.recipient).not.toBe(resident.recipient);
  expect(mailbox?.mac).not.toBe(toKeyText(resident.mac));
  expect(handed.to.case).not.toBe(resident.caseId);
  expect(handed.to.op).not.toBe(handed.op);
  expect([handed.epoch, handed.to.epoch]).toEqual([2, 3]);
});

test('the code of one answer does not open as that of another', async () => {
  const told = await passed(resident.identity);
  const other = { ...code(), op: '0'.repeat(32) };
  await expect(open(fromBase64(told.code), resident.identity, resident.mac, other)).rejects.toThrow(OpenError);
  await expect(open(fromBase64(told.code), resident.identity, resident.mac, answer())).rejects.toThrow(OpenError);
});

const pin = (desk: string, recipient: string, from = '2026-01', until = ''): PinnedKey => ({
  desk,
  epoch: 1,
  from,
  until,
  recipient,
});

/** An office of two desks whose form holds these keys. */
function known(keys: readonly PinnedKey[], form: readonly string[]) {
  const desks = ['city', 'verein'].map((id) => ({ id, name: id, keys: keys.filter((key) => key.desk === id) }));
  const data = { value: { site: SITE, desks } as unknown as Office };
  const office = { data, desk: (id: string) => data.value.desks.find((desk) => desk.id === id) };
  const client = { form: async () => form.map((key) => `data-key="${key}"`).join(' ') };
  return targetOf(office as never, client, 'verein', '2026-11');
}

test('a desk gets the key that was pinned, and only if the public form hands out the same', async () => {
  const stranger = await recipientOf(newIdentity());
  const keys = [pin('city', city.recipient), pin('verein', verein.recipient)];
  expect(await known(keys, [city.recipient, verein.recipient])).toMatchObject({
    desk: 'verein',
    epoch: 1,
    recipient: verein.recipient,
  });
  const refused = (key: string) => expect.objectContaining({ key });
  await expect(known(keys, [city.recipient, stranger])).rejects.toEqual(refused('swapped'));
  await expect(known(keys, [city.recipient])).rejects.toEqual(refused('swapped'));
  await expect(known([pin('city', city.recipient)], [city.recipient])).rejects.toEqual(refused('nokey'));
  await expect(known([pin('city', city.recipient)], [])).rejects.toBeInstanceOf(TaskError);
});
