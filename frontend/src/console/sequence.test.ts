import { expect, test } from 'vitest';
import { createSequence } from './sequence.ts';

/** recorded runs acts that end when they are told to. */
function recorded(leads: () => boolean = () => false) {
  const begun: string[] = [];
  const ends = new Map<string, (failed: boolean) => void>();
  const sequence = createSequence<string>((act) => {
    begun.push(act);
    if (!act.startsWith('slow')) return undefined;
    return new Promise<void>((done, fail) => ends.set(act, (failed) => (failed ? fail(new Error('no')) : done())));
  }, leads);
  const end = async (act: string, failed = false) => {
    ends.get(act)?.(failed);
    for (let n = 0; n < 5; n++) await Promise.resolve();
  };
  return { begun, end, sequence };
}

test('what takes no time is done at once', () => {
  const { begun, sequence } = recorded();
  sequence.add('a');
  sequence.add('b');
  expect(begun).toEqual(['a', 'b']);
  expect(sequence.going()).toBe(false);
});

test.each([false, true])('an act waits for the one before, whether that fails (%s)', async (failed) => {
  const { begun, end, sequence } = recorded();
  for (const act of ['slow', 'a', 'slow 2', 'b']) sequence.add(act);
  expect(begun).toEqual(['slow']);
  expect(sequence.going()).toBe(true);
  await end('slow', failed);
  expect(begun).toEqual(['slow', 'a', 'slow 2']);
  await end('slow 2');
  expect(begun).toEqual(['slow', 'a', 'slow 2', 'b']);
  expect(sequence.going()).toBe(false);
});

test('what follows the way to a field is no act', async () => {
  const { begun, end, sequence } = recorded(() => begun.includes('note'));
  for (const act of ['slow', 'note', 'answer', 'coding']) sequence.add(act);
  await end('slow');
  expect(begun).toEqual(['slow', 'note']);
  expect(sequence.going()).toBe(false);
});

test('what has not begun can be forgotten', async () => {
  const { begun, end, sequence } = recorded();
  for (const act of ['slow', 'a']) sequence.add(act);
  sequence.clear();
  await end('slow');
  expect(begun).toEqual(['slow']);
});

test('an act that throws is not the last one', async () => {
  const begun: string[] = [];
  const thrown = new Promise((heard) => process.once('unhandledRejection', heard));
  const sequence = createSequence<string>(
    (act) => {
      begun.push(act);
      if (act === 'bad') throw new Error('no');
    },
    () => false,
  );
  sequence.add('bad');
  expect(sequence.going()).toBe(false);
  await thrown;
  sequence.add('a');
  expect(begun).toEqual(['bad', 'a']);
});
