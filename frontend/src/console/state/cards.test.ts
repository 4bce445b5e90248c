import { expect, test } from 'vitest';
import { type Client, Failure } from '../client.ts';
import { summaryOf } from '../madeup.ts';
import { createTurns } from '../turns.ts';
import type { Vault } from '../worker.ts';
import { BATCH, createCardWriter } from './cards.ts';

interface Made {
  /** What becomes of the card of case n. */
  readonly outcome: (n: number) => 'stored' | 'taken' | 'carded' | 'shut' | 'down';
  readonly cases: number;
}

function writerOf({ outcome, cases }: Made) {
  const list = Array.from({ length: cases }, (_, i) => summaryOf(i));
  const told: string[] = [];
  const at = (id: string) => outcome(Number.parseInt(id, 16));
  const call = async (name: string, args: readonly unknown[]) => {
    if (name === 'cardless') return list;
    if (name === 'cardFor')
      return at((args[0] as { case: string }).case) === 'shut' ? undefined : { op: 'o', box: 'b' };
    told.push(`${name} ${String(args[0]).slice(-2)} ${String(args[2])}`);
    return undefined;
  };
  const client = {
    openCase: async (id: string, background?: boolean) => {
      told.push(`open ${background}`);
      return { summary: summaryOf(Number.parseInt(id, 16)), events: at(id) === 'carded' ? [{ kind: 'card' }] : [] };
    },
    act: async (id: string, path: string, body: { rev: number }, background?: boolean) => {
      told.push(`${path} ${body.rev} ${background}`);
      if (at(id) === 'taken') throw new Failure('conflict', 409);
      if (at(id) === 'down') throw new Failure('network', 0);
      return { rev: body.rev + 1 };
    },
  } as unknown as Client;
  let rests = 0;
  const wrote: number[] = [];
  const writer = createCardWriter({
    client,
    vault: { call, drop: () => undefined } as unknown as Vault,
    turn: createTurns(),
    rules: async () => undefined,
    today: () => '2026-11-22',
    rest: async () => {
      rests += 1;
    },
    quiet: async () => undefined,
    wrote: (n) => wrote.push(n),
  });
  return { writer, told, wrote, rests: () => rests };
}

test('a card is the only thing that is written: no access, and no call that keeps a session alive', async () => {
  const { writer, told, wrote } = writerOf({ cases: 2, outcome: () => 'stored' });
  await writer.run();
  expect(told).toEqual(['open true', 'cards 1 true', 'keepCard 00 2', 'open true', 'cards 1 true', 'keepCard 01 2']);
  expect(wrote).toEqual([2]);
  expect(writer.progress.value).toBeUndefined();
});

test('who was first wins, and what does not open is counted', async () => {
  const { writer, wrote } = writerOf({
    cases: 4,
    outcome: (n) => (['stored', 'taken', 'carded', 'shut'] as const)[n] ?? 'stored',
  });
  await writer.run();
  expect(wrote).toEqual([1]);
  expect(writer.failed.value).toBe(1);
});

test('a broken line ends it; the next run begins anew', async () => {
  const { writer, told, wrote } = writerOf({ cases: 9, outcome: (n) => (n === 1 ? 'down' : 'stored') });
  await writer.run();
  expect(told.filter((line) => line.startsWith('open'))).toHaveLength(2);
  expect(wrote).toEqual([1]);
});

test('it rests after each batch, and stops at the lock', async () => {
  const { writer, told, wrote, rests } = writerOf({
    cases: 3 * BATCH,
    outcome: (n) => {
      if (n === 2 * BATCH) writer.stop();
      return 'stored';
    },
  });
  await writer.run();
  expect(rests()).toBe(2);
  expect(told.filter((line) => line.startsWith('open')).length).toBe(2 * BATCH + 1);
  expect(wrote).toEqual([]);
});

test('it tells how far it is once a batch: what is drawn for every card costs as much as the card', async () => {
  const { writer } = writerOf({ cases: 2 * BATCH + 5, outcome: () => 'stored' });
  const told: (number | undefined)[] = [];
  writer.progress.subscribe((progress) => {
    if (progress?.done !== told.at(-1)) told.push(progress?.done);
  });
  await writer.run();
  expect(told).toEqual([0, BATCH, 2 * BATCH, undefined]);
});
