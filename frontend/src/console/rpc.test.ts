import { expect, test } from 'vitest';
import { createCaller, type Port, serve, TaskError } from './rpc.ts';

function pair(): { page: Port; worker: Port; close: () => void } {
  const { port1, port2 } = new MessageChannel();
  return { page: port1 as Port, worker: port2 as Port, close: () => port1.close() };
}

test('calls get their own answers, with progress before', async () => {
  const { page, worker, close } = pair();
  serve(worker, {
    double: (n: number) => 2 * n,
    slow: (progress: (done: number, total: number) => void) => {
      for (let n = 0; n < 1_000; n++) progress(Math.floor(n / 500), 2);
      return 'done';
    },
  });
  const caller = createCaller(page);
  const seen: number[][] = [];
  const [four, done] = await Promise.all([
    caller.call('double', [2]),
    caller.call('slow', [], (part, total) => seen.push([part, total])),
  ]);
  expect([four, done]).toEqual([4, 'done']);
  // What was told already is not told again.
  expect(seen).toEqual([
    [0, 2],
    [1, 2],
  ]);
  close();
});

test('an error crosses as a key and without its words', async () => {
  const { page, worker, close } = pair();
  serve(worker, {
    known: () => {
      throw new TaskError('nokey');
    },
    other: () => {
      throw new Error('a secret sentence');
    },
  });
  const caller = createCaller(page);
  await expect(caller.call('known', [])).rejects.toMatchObject({ key: 'nokey' });
  await expect(caller.call('other', [])).rejects.toMatchObject({ key: 'internal', message: 'task failed: internal' });
  await expect(caller.call('toString', [])).rejects.toMatchObject({ key: 'unknown-task' });
  close();
});

test('a dropped worker ends its open calls', async () => {
  const { page, worker, close } = pair();
  serve(worker, { never: () => new Promise(() => {}) });
  const caller = createCaller(page);
  const call = caller.call('never', []);
  caller.fail('locked');
  await expect(call).rejects.toMatchObject({ key: 'locked' });
  close();
});
