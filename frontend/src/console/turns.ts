// One writer at a time for each case. An act carries the number of the newest
// event that its author saw: of two parts of this console that write to the same
// case at once, one would be told that somebody else was first.

/** A Turn does work on a case when all earlier work on it is done, whatever became of that. */
export type Turn = <T>(caseId: string, work: () => Promise<T>) => Promise<T>;

/** createTurns makes the queue of one console. Work on different cases does not wait for each other. */
export function createTurns(): Turn {
  const last = new Map<string, Promise<unknown>>();
  return (id, work) => {
    const before = last.get(id);
    const mine = before === undefined ? work() : before.then(work);
    const over: Promise<unknown> = mine
      .catch(() => undefined)
      .then(() => {
        if (last.get(id) === over) last.delete(id);
      });
    last.set(id, over);
    return mine;
  };
}
