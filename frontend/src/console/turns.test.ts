import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

/** gate is a promise that the test opens. */
function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((done) => {
    open = () => done();
  });
  return { passed, open };
}

test('work on one case waits for its turn, also behind a failure; another case does not wait', async () => {
  const turn = createTurns();
  const told: string[] = [];
  const first = gate();
  const one = turn('a', async () => {
    told.push('first begins');
    await first.passed;
    told.push('first ends');
    throw new Error('refused');
  });
  const two = turn('a', async () => told.push('second'));
  await turn('b', async () => told.push('other case'));
  expect(told).toEqual(['first begins', 'other case']);
  first.open();
  await expect(one).rejects.toThrow('refused');
  await two;
  await turn('a', async () => told.push('later'));
  expect(told).toEqual(['first begins', 'other case', 'first ends', 'second', 'later']);
});
