// The idle lock: after fifteen minutes without input the keys are dropped; two
// minutes before, a dialog asks (WCAG 2.2.1). The clock and the timer are
// passed in, so that tests need not wait.

/** IDLE is the time without input after which the console locks, in milliseconds. */
export const IDLE = 15 * 60_000;
/** WARNING is how long before that the dialog appears, in milliseconds. */
export const WARNING = 2 * 60_000;

/** An IdleState is what the member sees. */
export type IdleState = 'active' | 'warned' | 'locked';

/** A Ticker calls back about once a second until the function that it returns is called. */
export type Ticker = (tick: () => void) => () => void;

/** Idle watches for input. */
export interface Idle {
  /** touch says that there was input; while the warning stands only `stay` counts. */
  touch(): void;
  /** stay is the answer "go on working" to the warning. */
  stay(): void;
  start(): void;
  stop(): void;
  /** left gives the milliseconds until the lock. */
  left(): number;
}

/** createIdle makes a watch that calls change whenever the state changes, and at each tick while it warns. */
export function createIdle(now: () => number, ticker: Ticker, change: (state: IdleState) => void): Idle {
  let last = 0;
  let state: IdleState = 'active';
  let end: (() => void) | undefined;
  const set = (next: IdleState) => {
    if (next === state && next !== 'warned') return;
    state = next;
    change(next);
  };
  const stop = () => {
    end?.();
    end = undefined;
  };
  const tick = () => {
    // A laptop that slept passes the end without a tick: elapsed time counts.
    const idle = now() - last;
    if (idle >= IDLE) {
      stop();
      set('locked');
    } else if (idle >= IDLE - WARNING) {
      set('warned');
    }
  };
  return {
    touch() {
      if (state === 'active') last = now();
    },
    stay() {
      last = now();
      set('active');
    },
    start() {
      stop();
      last = now();
      state = 'active';
      end = ticker(tick);
    },
    stop,
    left: () => Math.max(0, IDLE - (now() - last)),
  };
}
