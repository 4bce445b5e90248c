// How many different cases a member has read today, for the member's own eyes:
// hard things in a row wear out. It is counted in memory and told to nobody.
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Me } from './session.ts';

/** A Reading counts. */
export interface Reading {
  /** Cases read today since the page was loaded. */
  readonly cases: ReadonlySignal<number>;
  /** opened counts a case, each once a day. */
  opened(id: string): void;
}

/** createReading begins at nothing; another member and another day begin anew. */
export function createReading(me: () => Me | undefined, today: () => string): Reading {
  const read = signal<{ readonly of: string; readonly cases: ReadonlySet<string> }>({ of: '', cases: new Set() });
  const reader = () => `${me()?.member ?? ''} ${today()}`;
  return {
    cases: computed(() => (read.value.of === reader() ? read.value.cases.size : 0)),
    opened(id) {
      const of = reader();
      const before = read.peek().of === of ? read.peek().cases : [];
      read.value = { of, cases: new Set([...before, id]) };
    },
  };
}
