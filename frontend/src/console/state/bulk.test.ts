import { expect, test } from 'vitest';
import type { Offer, Summary } from '../../shared/api.ts';
import { type Client, Failure } from '../client.ts';
import { summaryOf } from '../madeup.ts';
import { TaskError } from '../rpc.ts';
import { createTurns } from '../turns.ts';
import type { Vault } from '../worker.ts';
import { createBulk, type Job } from './bulk.ts';

/** An Office is a server and a worker in one, small enough to be read. */
class Office {
  readonly cases = new Map<string, Summary>();
  readonly labels = new Map<string, readonly string[]>();
  readonly told: string[] = [];
  /** Called before an act is stored: somebody else may be first. */
  before: (id: string) => void = () => undefined;
  /** What may be done from a state. */
  offers: readonly Offer[] = [];
  unmet: readonly string[] = [];
  /** What the list knows; the server may be further. */
  readonly list = new Map<string, Summary>();
  changed = 0;
  coordinates = true;
  ended = 0;
  minute: () => void = () => undefined;

  add(n: number, change: Partial<Summary> = {}): string {
    const summary = summaryOf(n, change);
    this.cases.set(summary.case, summary);
    this.list.set(summary.case, summary);
    return summary.case;
  }

  write(id: string, change: Partial<Summary>): void {
    const now = this.at(id);
    this.cases.set(id, { ...now, ...change, rev: now.rev + 1 });
  }

  at(id: string): Summary {
    const now = this.cases.get(id);
    if (now === undefined) throw new Failure('missing', 404);
    return now;
  }

  readonly client = {
    openCase: async (id: string) => ({ summary: this.at(id), events: [], allowed: this.offers }),
    act: async (id: string, path: string, body: { rev: number; member?: string; to?: string; code?: string }) => {
      this.before(id);
      const now = this.at(id);
      this.told.push(`${path} ${id.slice(-1)} ${body.member ?? body.to ?? ''}${body.code ?? ''}`.trim());
      if (body.rev !== now.rev) throw new Failure('conflict', 409);
      this.write(id, {
        ...(body.member === undefined ? {} : { assignee: body.member }),
        ...(body.to === undefined ? {} : { state: body.to as Summary['state'] }),
      });
      return { rev: now.rev + 1 };
    },
  } as unknown as Client;

  readonly vault = {
    drop: () => undefined,
    call: async (name: string, args: readonly unknown[]) => {
      const [first] = args as [string & readonly string[] & Summary];
      switch (name) {
        case 'rowsOf':
          return first.flatMap((id) => (this.list.has(id) ? [{ summary: this.list.get(id) }] : []));
        case 'takeCase':
        case 'takeEvents':
          return void this.list.set((first as Summary).case, first);
        case 'unmet':
          return this.unmet;
        case 'newOp':
        case 'seal':
          return { op: 'o' };
        case 'keepCard':
          return void this.list.set(first, { ...(this.list.get(first) as Summary), rev: args[2] as number });
        case 'relabel': {
          const has = this.labels.get(first);
          if (has === undefined) throw new TaskError('nocard');
          const [, add, remove] = args as [string, readonly string[], readonly string[]];
          const added = add.filter((one) => !has.includes(one));
          const removed = remove.filter((one) => has.includes(one));
          if (added.length + removed.length === 0) return undefined;
          this.labels.set(first, [...has.filter((one) => !removed.includes(one)), ...added]);
          return { op: 'o', epoch: 1, box: '', added, removed };
        }
        default:
          throw new Error(name);
      }
    },
  } as unknown as Vault;

  readonly bulk = createBulk({
    client: this.client,
    vault: this.vault,
    turn: createTurns(),
    me: () => 'me',
    coordinates: () => this.coordinates,
    today: () => '2026-11-22',
    minute: () =>
      new Promise((done) => {
        this.minute = done;
      }),
    changed: () => {
      this.changed += 1;
    },
    ended: () => {
      this.ended += 1;
    },
  });
}

const give = (member: string): Job => ({ what: 'assign', member, note: '', add: [], remove: [] });
const MOVE: Offer = { to: 'triage', kind: 'transition', missing: [], checks: [], codes: [] } as unknown as Offer;

test('cases are given and taken back; what was like that stays', async () => {
  const office = new Office();
  const ids = [office.add(1), office.add(2, { assignee: 'x' }), office.add(3, { assignee: 'y' })];
  office.bulk.choose(ids);
  await office.bulk.run(give('y'));
  expect(ids.map((id) => office.at(id).assignee)).toEqual(['y', 'y', 'y']);
  expect(office.bulk.result.value).toMatchObject({ done: 2, same: 1, refused: [], undo: false });
  expect([office.bulk.undoable.value, office.bulk.chosen.value.size, office.changed]).toEqual([2, 0, 1]);
  await office.bulk.undo();
  expect(ids.map((id) => office.at(id).assignee)).toEqual(['', 'x', 'y']);
  expect(office.bulk.result.value).toMatchObject({ done: 2, undo: true });
  expect(office.bulk.undoable.value).toBe(0);
});

test('after a minute nothing is taken back any more', async () => {
  const office = new Office();
  office.bulk.choose([office.add(1)]);
  await office.bulk.run(give('y'));
  expect(office.bulk.undoable.value).toBe(1);
  office.minute();
  await expect.poll(() => office.bulk.undoable.value).toBe(0);
  await office.bulk.undo();
  expect(office.told).toHaveLength(1);
});

test('a colleague who only looked is no hindrance; one who took the case is', async () => {
  const office = new Office();
  const [looked, taken] = [office.add(1), office.add(2)];
  const once = new Set<string>();
  office.before = (id) => {
    if (once.has(id)) return;
    once.add(id);
    office.write(id, id === taken ? { assignee: 'z' } : {});
  };
  office.bulk.choose([looked, taken]);
  await office.bulk.run(give('y'));
  expect([office.at(looked).assignee, office.at(taken).assignee]).toEqual(['y', 'z']);
  expect(office.bulk.result.value?.refused).toEqual([{ case: taken, why: 'changed', missing: [] }]);
  expect([...office.bulk.chosen.value]).toEqual([taken]);
});

test('an act whose answer was lost is sent again, the same bytes', async () => {
  const office = new Office();
  const id = office.add(1);
  let lost = 2;
  office.before = () => {
    if (lost-- > 0) throw new Failure('network', 0);
  };
  office.bulk.choose([id]);
  await office.bulk.run(give('y'));
  expect(office.at(id).assignee).toBe('y');
  lost = 9;
  office.bulk.choose([id]);
  await office.bulk.run(give('z'));
  expect(office.bulk.result.value?.refused[0]?.why).toBe('unclear');
});

test.each([
  [403, 'forbidden', 'forbidden'],
  [404, 'missing', 'gone'],
  [422, 'field', 'failed'],
] as const)('%i is told as %s', async (status, key, why) => {
  const office = new Office();
  office.before = () => {
    throw new Failure(key, status);
  };
  office.bulk.choose([office.add(1)]);
  await office.bulk.run(give('y'));
  expect(office.bulk.result.value?.refused[0]?.why).toBe(why);
});

test('labels are added and taken away; a case without a card is named', async () => {
  const office = new Office();
  const [a, b, c] = [office.add(1), office.add(2), office.add(3)];
  office.labels.set(a, ['alt']);
  office.labels.set(b, ['neu']);
  office.bulk.choose([a, b, c]);
  await office.bulk.run({ what: 'label', add: ['neu'], remove: ['alt'] });
  expect(office.labels.get(a)).toEqual(['neu']);
  expect(office.bulk.result.value).toMatchObject({ done: 1, same: 1, refused: [{ case: c, why: 'nocard' }] });
  await office.bulk.undo();
  expect(office.labels.get(a)).toEqual(['alt']);
  expect(office.labels.get(b)).toEqual(['neu']);
});

test('a substitute gets cases with a label; who has no card gets them without, and that is told', async () => {
  const office = new Office();
  const [a, b] = [office.add(1, { assignee: 'x' }), office.add(2, { assignee: 'x' })];
  office.labels.set(a, []);
  office.bulk.choose([a, b]);
  await office.bulk.run({ what: 'assign', member: 'y', note: '', add: ['für x'], remove: [] });
  expect([office.at(a).assignee, office.at(b).assignee]).toEqual(['y', 'y']);
  expect(office.labels.get(a)).toEqual(['für x']);
  expect(office.bulk.result.value?.refused).toEqual([{ case: b, why: 'unlabelled', missing: [] }]);
  await office.bulk.undo();
  expect([office.at(a).assignee, office.labels.get(a)]).toEqual(['x', []]);
});

test('a move goes where the server lets it; what is missing is named', async () => {
  const office = new Office();
  const id = office.add(1);
  office.bulk.choose([id]);
  expect(await office.bulk.ways()).toEqual([]);
  office.offers = [{ ...MOVE, missing: ['has_assignment'] } as Offer];
  await office.bulk.run({ what: 'move', to: 'triage', code: '' });
  expect(office.bulk.result.value?.refused).toEqual([{ case: id, why: 'transition', missing: ['has_assignment'] }]);
  office.offers = [MOVE];
  office.unmet = ['art9'];
  expect(await office.bulk.ways()).toEqual([]);
  office.unmet = [];
  expect(await office.bulk.ways()).toEqual([{ to: 'triage', cases: 1, codes: [] }]);
  await office.bulk.run({ what: 'move', to: 'triage', code: '' });
  expect(office.at(id).state).toBe('triage');
});

test('a move without a way back says so, and a reason is never put in for another', async () => {
  const office = new Office();
  const id = office.add(1, { state: 'closed' });
  office.offers = [{ ...MOVE, codes: ['new_facts', 'mistake'] } as Offer];
  office.bulk.choose([id]);
  await office.bulk.run({ what: 'move', to: 'triage', code: 'spam' });
  expect(office.bulk.result.value?.refused).toEqual([{ case: id, why: 'transition', missing: ['reason'] }]);
  await office.bulk.run({ what: 'move', to: 'triage', code: 'new_facts' });
  expect(office.told.at(-1)).toBe('transitions 1 triagenew_facts');
  expect([office.bulk.result.value?.done, office.bulk.undoable.value]).toEqual([1, 0]);
});

test('a move with a way back is taken back as a mistake, unless somebody moved on', async () => {
  const office = new Office();
  const [a, b] = [office.add(1, { state: 'closed' }), office.add(2, { state: 'closed' })];
  office.offers = [
    { ...MOVE, codes: ['new_facts'] } as Offer,
    { ...MOVE, to: 'closed', codes: ['mistake'] } as unknown as Offer,
  ];
  office.bulk.choose([a, b]);
  await office.bulk.run({ what: 'move', to: 'triage', code: 'new_facts' });
  expect(office.bulk.undoable.value).toBe(2);
  office.write(b, { state: 'counselling' });
  await office.bulk.undo();
  expect(office.told).toContain('transitions 1 closedmistake');
  expect(office.at(a).state).toBe('closed');
});

test('a caseworker who gave a case away is not offered to fetch it back', async () => {
  const office = new Office();
  office.coordinates = false;
  office.bulk.choose([office.add(1, { assignee: 'me' })]);
  await office.bulk.run(give('y'));
  expect([office.bulk.result.value?.done, office.bulk.undoable.value]).toEqual([1, 0]);
});

test('a run is stopped after the case that is being written; the others stay chosen', async () => {
  const office = new Office();
  const ids = [office.add(1), office.add(2), office.add(3)];
  office.before = (id) => {
    if (id === ids[1]) office.bulk.stop();
  };
  office.bulk.choose(ids);
  await office.bulk.run(give('y'));
  expect(ids.map((id) => office.at(id).assignee)).toEqual(['y', 'y', '']);
  expect([...office.bulk.chosen.value]).toEqual([ids[2]]);
});

test('the end of the session ends it', async () => {
  const office = new Office();
  office.before = () => {
    throw new Failure('session', 401);
  };
  office.bulk.choose([office.add(1), office.add(2)]);
  await office.bulk.run(give('y'));
  expect([office.ended, office.told.length, office.bulk.result.value]).toEqual([1, 0, undefined]);
});
