// How much the list asks for and hands over, counted: a time on a busy machine
// proves nothing. The client, the worker's tasks and the calls between them are
// the real ones; only the server is made up.
import { expect, test } from 'vitest';
import type { Office, Summary } from '../../shared/api.ts';
import { fromHex } from '../../shared/bytes.ts';
import { createIndexTasks } from '../cardindex.ts';
import { RECORD } from '../cardstream.ts';
import { createClient } from '../client.ts';
import { FIRST } from '../filter.ts';
import { createKeyring } from '../keys.ts';
import { summaryOf } from '../madeup.ts';
import type { Tasks } from '../rpc.ts';
import { createTexts } from '../texts.ts';
import type { Vault } from '../worker.ts';
import { createInbox } from './inbox.ts';
import { createOffice } from './office.ts';

const PAGE = 500;
/** PAGEFUL is more than fifty rows and their counts take, as JSON. */
const PAGEFUL = 60_000;

function officeOf() {
  const office = createOffice(createTexts('de'));
  office.data.value = { day: '2026-11-22', taxonomy: [] as Office['taxonomy'] } as Office;
  return office;
}

/** An office of so many cases, and what crossed its wire and the way to the worker. */
class Desk {
  readonly list: Summary[];
  readonly asked: string[] = [];
  received = 0;
  readonly calls: string[] = [];
  /** The largest answer of the worker to the page, as JSON. */
  largest = 0;
  private readonly tasks = createIndexTasks(createKeyring()) as unknown as Tasks;

  constructor(cases: number) {
    this.list = Array.from({ length: cases }, (_, n) => {
      // Ids are spread over all first bytes, as random ones are.
      const id = ((n * 40_503) % 65_536).toString(16).padStart(4, '0') + n.toString(16).padStart(28, '0');
      return summaryOf(n, { case: id });
    }).sort((a, b) => (a.case < b.case ? -1 : 1));
  }

  readonly inbox = createInbox({
    client: createClient(async (input, init) => this.answer(new URL(String(input), 'https://desk'), init)),
    vault: { call: (name: string, args: readonly unknown[]) => this.call(name, args), drop: () => undefined } as Vault,
    office: officeOf(),
    states: ['received'],
    me: () => ({ member: 'me', role: 'caseworker', desks: ['city'] }),
    rest: async () => undefined,
  });

  private async call(name: string, args: readonly unknown[]): Promise<unknown> {
    this.calls.push(name);
    const answer: unknown = await this.tasks[name]?.(...args);
    this.largest = Math.max(this.largest, JSON.stringify(answer ?? '').length);
    return answer;
  }

  private answer(url: URL, init?: RequestInit): Response {
    const path = url.pathname.split('/').at(-1) ?? '';
    this.asked.push(path);
    return path === 'cards' ? this.cards() : Response.json(this.json(path, url, init));
  }

  private json(path: string, url: URL, init?: RequestInit): unknown {
    if (path === 'heads') return this.heads(String(init?.body));
    const after = url.searchParams.get('after') ?? '';
    const rest = this.list.filter((summary) => summary.case > after);
    const cases = rest.slice(0, PAGE);
    return { cases, next: rest.length > PAGE ? cases.at(-1)?.case : '' };
  }

  /** heads answers with the one group that changed: that of the last case. */
  private heads(body: string): unknown {
    const { digests } = JSON.parse(body) as { digests: string };
    expect(digests.length).toBe(256 * 16);
    const first = this.list.at(-1)?.case.slice(0, 2) ?? '';
    const cases = this.list.filter((summary) => summary.case.startsWith(first)).map((summary) => ({ summary }));
    const answer = { buckets: [{ first, cases }] };
    this.received = JSON.stringify(answer).length;
    return answer;
  }

  private cards(): Response {
    const records = new Uint8Array(this.list.length * RECORD);
    for (const [i, summary] of this.list.entries()) records.set(fromHex(summary.case), i * RECORD);
    return new Response(records);
  }
}

test.each([40, 3_000, 6_000])('%d cases take a page each five hundred, and few calls', async (cases) => {
  const desk = new Desk(cases);
  await desk.inbox.load();
  expect(desk.inbox.page.value?.found).toBe(cases);
  const count = (name: string, of: readonly string[]) => of.filter((one) => one === name).length;
  // Three lanes may each run into the next one's first page.
  expect(count('cases', desk.asked)).toBeLessThanOrEqual(Math.ceil(cases / PAGE) + 3);
  expect(count('cards', desk.asked)).toBe(1);
  expect(desk.asked.length).toBe(count('cases', desk.asked) + 1);
  expect(count('takeCards', desk.calls)).toBe(Math.ceil(cases / 512));
  const rest = desk.calls.filter((name) => name !== 'takeCases' && name !== 'takeCards');
  expect(rest).toEqual(['begin', 'overview', 'query', 'query']);
  // What the page gets is one page of rows, however many cases there are.
  expect(desk.largest).toBeLessThan(PAGEFUL);
});

test('a look asks once and gets what changed, not the list', async () => {
  const desk = new Desk(6_000);
  await desk.inbox.load();
  desk.asked.length = 0;
  const before = desk.list.at(-1);
  desk.list[desk.list.length - 1] = { ...(before as Summary), rev: 2, unread: true };
  await desk.inbox.look();
  expect([desk.inbox.fresh.value, desk.asked]).toEqual([1, ['heads']]);
  expect(desk.received).toBeLessThan(JSON.stringify(desk.list).length / 50);
  await desk.inbox.renew();
  expect([desk.inbox.fresh.value, desk.asked]).toEqual([0, ['heads', 'heads']]);
  expect((await desk.inbox.ask({ ...FIRST, chosen: { unread: ['yes'] } })).found).toBe(1);
});

test('a keystroke is one question, and its counts one more; the writer of cards waits for both', async () => {
  const desk = new Desk(3_000);
  await desk.inbox.load();
  desk.calls.length = 0;
  desk.inbox.search.value = 'f';
  const shown = desk.inbox.show();
  let quiet = false;
  const waits = desk.inbox.quiet().then(() => {
    quiet = true;
  });
  await Promise.resolve();
  expect(quiet).toBe(false);
  await Promise.all([shown, waits]);
  expect(desk.calls).toEqual(['query', 'query']);
});

test('the list says that it is asking until the last question has its whole answer', async () => {
  const desk = new Desk(40);
  await desk.inbox.load();
  expect(desk.inbox.asking.value).toBe(false);
  const first = desk.inbox.show();
  const second = desk.inbox.show();
  expect(desk.inbox.asking.value).toBe(true);
  await first;
  expect(desk.inbox.asking.value).toBe(true);
  await second;
  expect(desk.inbox.asking.value).toBe(false);
});

test('on the board a keystroke asks for columns, and what is drawn anew later is the board too', async () => {
  const desk = new Desk(40);
  await desk.inbox.load();
  desk.calls.length = 0;
  await desk.inbox.show('board');
  expect(desk.calls).toEqual(['board', 'query']);
  expect(desk.inbox.board.value?.[0]?.found).toBe(40);
  const [first] = desk.list;
  desk.list[39] = { ...(desk.list[39] ?? (first as Summary)), rev: 2, state: 'triage' };
  await desk.inbox.renew();
  expect(desk.inbox.board.value?.map(({ found }) => found).slice(0, 2)).toEqual([39, 1]);
  desk.calls.length = 0;
  await desk.inbox.show('list');
  await desk.inbox.show();
  expect(desk.calls).toEqual(['query', 'query', 'query', 'query']);
});
