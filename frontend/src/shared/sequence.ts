// Checks on the order of a case, for readers: nothing sealed carries a place in
// the row, because two may write at once, so every act names what its author had
// last read. Mirror of internal/seal/sequence.go.

/** An Act is what a reader knows about one event after opening it. */
export interface Act {
  readonly rev: number;
  readonly kind: string;
  readonly op: string;
  /** "" where the author had read nothing, and where the reader cannot open the box. */
  readonly seen: string;
}

/**
 * A Warning tells a reader that a case may not be as it was written.
 * double: an act inserted twice, ignore the later copy · order: the author had
 * read something that now stands behind it · missing: had read something that is
 * gone · unread: the office had not yet read the message `op` when it answered,
 * which is for the reader to judge.
 */
export interface Warning {
  readonly rev: number;
  readonly reason: 'double' | 'order' | 'missing' | 'unread';
  readonly op: string;
}

/** checkSequence checks acts in the order of their revs. A tail that was cut off cannot be seen. */
export function checkSequence(acts: readonly Act[]): Warning[] {
  const first = new Map<string, number>();
  acts.forEach((act, i) => {
    if (!first.has(act.op)) first.set(act.op, i);
  });
  const warnings: Warning[] = [];
  acts.forEach((act, i) => {
    const { rev, seen } = act;
    if (first.get(act.op) !== i) {
      warnings.push({ rev, reason: 'double', op: act.op });
      return;
    }
    if (seen === '') return;
    const at = first.get(seen);
    if (at === undefined) warnings.push({ rev, reason: 'missing', op: seen });
    else if (at >= i) warnings.push({ rev, reason: 'order', op: seen });
    else if (act.kind === 'answer') {
      for (let k = at + 1; k < i; k++) {
        const between = acts[k] as Act;
        if (between.kind === 'message' && first.get(between.op) === k) {
          warnings.push({ rev, reason: 'unread', op: between.op });
        }
      }
    }
  });
  return warnings;
}
