import { beforeAll, expect, test } from 'vitest';
import type { CaseEvent, Changed, Summary } from '../shared/api.ts';
import { fromBase64, fromHex, join, toBase64, toKeyText, utf8 } from '../shared/bytes.ts';
import { type Card, cardKey, openCard, sealCard } from '../shared/card.ts';
import { newIdentity, newOp, officeMac, recipientOf, seal } from '../shared/seal.ts';
import { createIndexTasks, type SealedCard } from './cardindex.ts';
import { SORTS } from './filter.ts';
import { createKeyring, type Keyring, type OfficeKey } from './keys.ts';
import { cardOf, queryOf, summaryOf } from './madeup.ts';

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

const pageOf = (cases: readonly Summary[], next = '') => utf8(JSON.stringify({ cases, next })).buffer;

/** recordOf seals a card as the server streams it. */
async function recordOf({ case: id }: Summary, card: Card, epoch = 1) {
  const op = newOp();
  const box = await sealCard(key.card, id, op, card);
  return { op, epoch, box, bytes: join(fromHex(id), fromHex(op), new Uint8Array([0, 0, 0, epoch]), box) };
}

const opened = (made: SealedCard | undefined) =>
  openCard(key.card, CASE.case, made?.op ?? '', fromBase64(made?.box ?? ''));

test('a report that nobody opened gets its card, and the list knows it once it is stored', async () => {
  const index = createIndexTasks(ring);
  await index.takeCases(pageOf([CASE]));
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
  await index.takeCases(pageOf([CASE]));
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
  await index.takeCases(pageOf([CASE]));
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
  await mine.takeCases(pageOf([CASE]));
  await theirs.takeCases(pageOf([CASE]));
  const first = await theirs.cardFor(CASE, [report], undefined, '2026-11-22');
  const event = { ...report, rev: 2, kind: 'card', op: first?.op ?? '', public: '{"epoch":1}', box: first?.box ?? '' };
  await mine.takeEvents({ ...CASE, rev: 2 }, [report, event as CaseEvent]);
  expect((await mine.query(queryOf({ search: 'hausverwaltung' }))).rows[0]?.summary.rev).toBe(2);
});

test.each(SORTS)('a case that changes goes to its place in the order by %s, one that comes too', async (sort) => {
  const days = ['', '2026-12-01', '2026-11-30', '2027-01-11'];
  const states = ['received', 'triage', 'closed'] as const;
  const told = (n: number, turn: number): [Summary, { op: string; body: Card }] => {
    // Any spread will do, if it is another one at each turn.
    const mixed = (n * 7 + turn * 13) % 31;
    const due = days[mixed % 4] ?? '';
    const state = states[mixed % 3] ?? 'received';
    const summary = summaryOf(n, { rev: turn, due, state, unread: mixed % 2 === 0, month: `2026-0${1 + (mixed % 9)}` });
    return [summary, { op: String(turn), body: cardOf({ title: `${mixed % 5}`, due: days[(mixed + 1) % 4] ?? '' }) }];
  };
  for (const down of [false, true]) {
    const query = queryOf({}, { state: 'all', sort, down });
    const [grown, fresh] = [createIndexTasks(ring), createIndexTasks(ring)];
    for (let n = 0; n < 40; n++) await grown.takeCase(...told(n, 1));
    await grown.query(query);
    for (let n = 0; n < 60; n += 3) await grown.takeCase(...told(n, 2));
    for (let n = 0; n < 60; n++) if (n < 40 || n % 3 === 0) await fresh.takeCase(...told(n, n % 3 === 0 ? 2 : 1));
    const order = await grown.idsOf(query);
    expect(order.length).toBe(46);
    expect(order).toEqual(await fresh.idsOf(query));
    // A word that was searched for before the change finds what says it now.
    const search = { ...query, search: '3' };
    await grown.query(search);
    await grown.takeCase(...told(1, 3));
    await fresh.takeCase(...told(1, 3));
    expect(await grown.idsOf(search)).toEqual(await fresh.idsOf(search));
  }
});

test('checks that only a reader can make do not hold by themselves', async () => {
  const index = createIndexTasks(ring);
  expect(await index.unmet(CASE, [report], [])).toEqual([]);
  expect(await index.unmet(CASE, [report], ['may_ask', 'questions'])).toEqual(['may_ask', 'questions']);
});

test('cards are opened as they come; what does not open, or has no key, says so', async () => {
  const index = createIndexTasks(ring);
  const list = [1, 2, 3, 4].map((n) => summaryOf(n));
  expect(await index.takeCases(pageOf(list.slice(0, 2), 'more'))).toEqual({ next: 'more', all: 2 });
  expect(await index.takeCases(pageOf(list.slice(1)))).toEqual({ next: '', all: 4 });
  const words = cardOf({ title: 'Im Bus', words: ['beschimpft'] });
  const [one, two, foreign, unknown] = await Promise.all([
    recordOf(summaryOf(1), words),
    recordOf(summaryOf(2), words),
    recordOf(summaryOf(3), words, 7),
    recordOf(summaryOf(9), words),
  ]);
  two.bytes[400] = (two.bytes[400] ?? 0) ^ 1;
  const stream = join(one.bytes, two.bytes, foreign.bytes, unknown.bytes);
  expect(await index.takeCards(stream.buffer)).toBe(4);
  const found = await index.query(queryOf({ search: 'beschimpft bus' }));
  expect(found.rows.map(({ summary }) => summary.case)).toEqual([summaryOf(1).case]);
  const all = await index.rowsOf(
    list.map(({ case: id }) => id),
    '2026-11-22',
  );
  expect(all.map(({ cardState }) => cardState)).toEqual(['open', 'damaged', 'locked', 'none']);
});

const changesOf = (first: string, cases: readonly Changed[]) =>
  utf8(JSON.stringify({ buckets: [{ first, cases }] })).buffer;

test('news wait until they are to be shown, and are asked for once', async () => {
  const index = createIndexTasks(ring);
  await index.takeCases(pageOf([summaryOf(1), summaryOf(2), summaryOf(3)]));
  const before = await index.digests();
  const { op, epoch, box } = await recordOf(summaryOf(4), cardOf({ title: 'Ganz neu' }));
  const answer = [
    { summary: summaryOf(1) },
    { summary: summaryOf(3, { rev: 2, unread: true }) },
    { summary: summaryOf(4, { rev: 2 }), card: { op, epoch, box: toBase64(box) } },
  ];
  expect(await index.takeNews(changesOf('00', answer))).toBe(2);
  expect(await index.digests()).not.toBe(before);
  // Case 2 is gone, case 4 is there: but nothing moved under the reader's hand.
  expect((await index.query(queryOf())).found).toBe(3);
  await index.takeCase(summaryOf(3, { rev: 3 }), undefined);
  await index.showNews();
  const rows = (await index.query(queryOf())).rows;
  expect(rows.map(({ summary, title }) => [Number.parseInt(summary.case, 16), summary.rev, title])).toEqual([
    [1, 1, ''],
    [3, 3, ''],
    [4, 2, 'Ganz neu'],
  ]);
  expect(await index.takeNews(changesOf('00', []))).toBe(0);
});

test('who types on finds the same as who types anew', async () => {
  const index = createIndexTasks(ring);
  const list = Array.from({ length: 40 }, (_, n) => summaryOf(n));
  await index.takeCases(pageOf(list));
  for (const summary of list) {
    const title = ['Wohnung weg', 'Wohin mit mir', 'Bus', 'Wo war das'][Number.parseInt(summary.case, 16) % 4] ?? '';
    await index.takeCase(summary, { op: newOp(), body: cardOf({ title }) });
  }
  for (const search of ['w', 'wo', 'woh', 'wohn', 'woh', 'woh mit', 'mit', '', 'b']) {
    const [typed, fresh] = [await index.query(queryOf({ search })), await anewIn(list, search)];
    expect(typed, search).toEqual(fresh);
  }
  async function anewIn(cases: readonly Summary[], search: string) {
    const other = createIndexTasks(ring);
    await other.takeCases(pageOf(cases));
    for (const { summary, title } of await index.rowsOf(
      cases.map(({ case: id }) => id),
      '2026-11-22',
    )) {
      await other.takeCase(summary, { op: newOp(), body: cardOf({ title }) });
    }
    return other.query(queryOf({ search }));
  }
});

test('a list that changed is in order again, whatever was asked before', async () => {
  const index = createIndexTasks(ring);
  await index.takeCases(pageOf([3, 1, 2].map((n) => summaryOf(n))));
  const ids = async () => (await index.query(queryOf())).rows.map(({ summary }) => Number.parseInt(summary.case, 16));
  expect(await ids()).toEqual([1, 2, 3]);
  await index.takeCase(summaryOf(3, { unread: true }), undefined);
  await index.labels();
  expect(await ids()).toEqual([3, 1, 2]);
});
