import { expect, test } from 'vitest';
import { createIdle, IDLE, type IdleState, WARNING } from './lock.ts';

function bench() {
  let now = 0;
  let tick = () => {};
  let running = 0;
  const states: IdleState[] = [];
  const idle = createIdle(
    () => now,
    (call) => {
      tick = call;
      running += 1;
      return () => {
        running -= 1;
      };
    },
    (state) => states.push(state),
  );
  idle.start();
  return {
    idle,
    states,
    running: () => running,
    pass(ms: number) {
      now += ms;
      tick();
    },
  };
}

test('without input it warns two minutes before it locks', () => {
  const b = bench();
  b.pass(IDLE - WARNING - 1);
  expect(b.states).toEqual([]);
  b.pass(1);
  expect(b.states).toEqual(['warned']);
  b.pass(WARNING);
  expect(b.states).toEqual(['warned', 'locked']);
  expect(b.running()).toBe(0);
});

test('input keeps it open', () => {
  const b = bench();
  for (let i = 0; i < 10; i++) {
    b.pass(IDLE - WARNING - 1);
    b.idle.touch();
  }
  expect(b.states).toEqual([]);
});

test('while it warns, only the answer counts', () => {
  const b = bench();
  b.pass(IDLE - WARNING);
  b.idle.touch();
  b.pass(WARNING - 1);
  expect(b.states).toEqual(['warned', 'warned']);
  b.idle.stay();
  expect(b.states.at(-1)).toBe('active');
  expect(b.idle.left()).toBe(IDLE);
});

test('a machine that slept past the end locks at once', () => {
  const b = bench();
  b.pass(10 * IDLE);
  expect(b.states).toEqual(['locked']);
});
