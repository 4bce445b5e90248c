import { beforeAll, expect, test } from 'vitest';
import type { CaseEvent } from '../shared/api.ts';
import { fromBase64, toBase64, toKeyText } from '../shared/bytes.ts';
import { cardKey, openCard } from '../shared/card.ts';
import { newIdentity, newOp, officeMac, recipientOf, seal } from '../shared/seal.ts';
import { createIndexTasks, type SealedCard } from './cardindex.ts';
import { createKeyring, type Keyring, type OfficeKey } from './keys.ts';
import { queryOf, summaryOf } from './madeup.ts';

const K = new Uint8Array(32).fill(5);
let ring: Keyring;
let key: OfficeKey;
let report: CaseEvent;
const CASE = summaryOf(1, { unread: true });

beforeAll(async () => {
  const identity = newIdentity();
  const recipient = await recipientOf(identity);
  key = { desk: 'city', epoch: 1, identity, recipient, mac: officeMac(identity), card: await cardKey(identity) };
  const find = (desk: string, epoch: number) => (desk === 'city' && epoch === 1 ? key : undefined);
  ring = { ...createKeyring(), find, current: (desk) => find(desk, 1), all: () => [key] };
  const op = newOp();
  const mailbox = { recipient: await recipientOf(newIdentity()), mac: toKeyText(K) };
  const body = { text: 'Die Hausverwaltung gab mir keinen Termin.', areas: ['housing'], lang: 'de', mailbox };
  const envelope = {
    v: 1 as const,
    case: CASE.case,
    kind: 'report',
    op,
    seen: '',
    by: 'server',
    at: '2026-11-21',
    body,
  };
  const box = toBase64(await seal(envelope, K, [recipient]));
  const outside = { rev: 1, kind: 'report', actor: 'resident', day: '2026-11', state: 'received', prev: '', hash: '' };
  report = { ...outside, op, public: '{"epoch":1,"desk":"city","track":"report"}', box } as CaseEvent;
});

const opened = (made: SealedCard | undefined) =>
  openCard(key.card, CASE.case, made?.op ?? '', fromBase64(made?.box ?? ''));

test('a report that nobody opened gets its card, and the list knows it once it is stored', async () => {
  const index = createIndexTasks(ring);
  await index.takeCases([CASE]);
  expect(await index.cardless()).toEqual([CASE]);
  const made = await index.cardFor(CASE, [report], undefined, '2026-11-22');
  expect((await opened(made)).title).toBe('Die Hausverwaltung gab mir keinen Termin');
  const search = queryOf({ search: 'hausverwaltung' });
  expect((await index.query(search)).found).toBe(0);
  await index.keepCard(CASE.case, made?.op ?? '', 2);
  const page = await index.query(search);
  expect(page.rows[0]?.summary).toEqual({ ...CASE, rev: 2 });
  expect(await index.cardless()).toEqual([]);
});

test('a box that does not open gives no card, and no words', async () => {
  const index = createIndexTasks(ring);
  await index.takeCases([CASE]);
  const broken = {
    ...report,
    box: toBase64(fromBase64(report.box ?? '').map((byte, i) => (i === 900 ? byte ^ 1 : byte))),
  };
  expect(await index.cardFor(CASE, [broken], undefined, '2026-11-22')).toBeUndefined();
  const foreign = { ...report, public: '{"epoch":7}' };
  expect(await index.cardFor(CASE, [foreign], undefined, '2026-11-22')).toBeUndefined();
});

test('labels come and go; what changes nothing is not written', async () => {
  const index = createIndexTasks(ring);
  await index.takeCases([CASE]);
  await expect(index.relabel(CASE.case, ['neu'], [])).rejects.toMatchObject({ key: 'nocard' });
  const first = await index.cardFor(CASE, [report], undefined, '2026-11-22');
  await index.keepCard(CASE.case, first?.op ?? '', 2);
  const second = await index.relabel(CASE.case, ['neu'], ['alt']);
  expect(second).toMatchObject({ added: ['neu'], removed: [] });
  expect((await opened(second)).labels).toEqual(['neu']);
  // A card is written anew whole: what it is found by stays.
  expect((await opened(second)).words).toContain('hausverwaltung');
  await index.keepCard(CASE.case, second?.op ?? '', 3);
  expect(await index.relabel(CASE.case, ['neu'], [])).toBeUndefined();
  expect((await index.rowsOf([CASE.case, 'gone'], '2026-11-22')).map(({ labels }) => labels)).toEqual([['neu']]);
});

test('what a colleague wrote in between is taken, card and all', async () => {
  const [mine, theirs] = [createIndexTasks(ring), createIndexTasks(ring)];
  await mine.takeCases([CASE]);
  await theirs.takeCases([CASE]);
  const first = await theirs.cardFor(CASE, [report], undefined, '2026-11-22');
  const event = { ...report, rev: 2, kind: 'card', op: first?.op ?? '', public: '{"epoch":1}', box: first?.box ?? '' };
  await mine.takeEvents({ ...CASE, rev: 2 }, [report, event as CaseEvent]);
  expect((await mine.query(queryOf({ search: 'hausverwaltung' }))).rows[0]?.summary.rev).toBe(2);
});

test('checks that only a reader can make do not hold by themselves', async () => {
  const index = createIndexTasks(ring);
  expect(await index.unmet(CASE, [report], [])).toEqual([]);
  expect(await index.unmet(CASE, [report], ['may_ask', 'questions'])).toEqual(['may_ask', 'questions']);
});
