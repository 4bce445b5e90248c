// Keys that follow each other faster than what they do. Whoever steps to the next
// case and writes a note means the note of that case: an act begins when the one
// before it has come to its end.

/** A Sequence does acts in their order. */
export interface Sequence<A> {
  /** add does an act at once, or after those that came before it. */
  add(act: A): void;
  /** going says whether an act has still to come to its end. */
  going(): boolean;
  /** clear forgets what has not begun. */
  clear(): void;
}

/** createSequence makes one. What follows an act after which leads says true is forgotten: it was meant for a field. */
export function createSequence<A>(run: (act: A) => void | Promise<void>, leads: () => boolean): Sequence<A> {
  const waiting: A[] = [];
  let going = false;
  const work = async () => {
    going = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const done = run(next);
        if (done !== undefined) await done.catch(() => undefined);
        if (leads()) waiting.length = 0;
      }
    } finally {
      // An act that throws is heard of, and is not the last one.
      going = false;
    }
  };
  return {
    add(act) {
      waiting.push(act);
      if (!going) void work();
    },
    going: () => going,
    clear() {
      waiting.length = 0;
    },
  };
}
