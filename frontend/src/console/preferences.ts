// The two flags that the console keeps on the device: whether single keys act,
// and whether words are veiled. Nothing about cases or people. What is as it
// was delivered is not kept at all.
import { effect, type Signal, signal } from '@preact/signals';

/** Preferences are a member's own choices on this device. */
export interface Preferences {
  readonly shortcuts: Signal<boolean>;
  readonly veil: Signal<boolean>;
}

/** A Keeper is what of the browser's storage is used; it may refuse. */
export type Keeper = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const OFF = 'off';

function flag(keeper: Keeper | undefined, name: string): Signal<boolean> {
  const read = () => {
    try {
      return keeper?.getItem(name) !== OFF;
    } catch {
      return true;
    }
  };
  const value = signal(read());
  effect(() => {
    const on = value.value;
    try {
      if (on) keeper?.removeItem(name);
      else keeper?.setItem(name, OFF);
    } catch {
      // A browser that keeps nothing: the choice holds until the page is closed.
    }
  });
  return value;
}

/** createPreferences reads the flags; both are on at first. */
export function createPreferences(keeper: Keeper | undefined): Preferences {
  return { shortcuts: flag(keeper, 'beistand.shortcuts'), veil: flag(keeper, 'beistand.veil') };
}
