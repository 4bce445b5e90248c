// The deadline rules, which the server made of its settings: fetched with the
// first case that needs them, and again if that failed.
import { type Signal, signal } from '@preact/signals';
import type { Rules } from '../../shared/deadline.ts';

/** A RulesState holds them. */
export interface RulesState {
  readonly data: Signal<Rules | undefined>;
  /** load gives the rules, or undefined if they cannot be had now. */
  load(): Promise<Rules | undefined>;
}

/** createRules makes a state that fetches with get. */
export function createRules(get: () => Promise<string>): RulesState {
  const data = signal<Rules | undefined>(undefined);
  return {
    data,
    async load() {
      if (data.value === undefined) {
        try {
          data.value = JSON.parse(await get()) as Rules;
        } catch {
          // The view says that they are missing; the next opening tries again.
        }
      }
      return data.value;
    },
  };
}
