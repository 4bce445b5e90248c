// Whether words are veiled now: the setting, and one switch for the case on the
// screen. Which words a member asked to see is known until the console locks.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { Preferences } from '../preferences.ts';
import { createVeil, type Piece } from '../veil.ts';

/** KNOWN is of how many texts the pieces are remembered. */
const KNOWN = 500;

/** A VeilState cuts texts as the member wants to see them now. */
export interface VeilState {
  /** Whether words are veiled. */
  readonly on: ReadonlySignal<boolean>;
  /** Names of the words that were asked for. */
  readonly asked: Signal<ReadonlySet<string>>;
  cut(text: string): readonly Piece[];
  ask(name: string): void;
  /** focusOnce gives the focus to what ask has shown, the first time that it stands on the page. */
  focusOnce(name: string, element: HTMLElement | null): void;
  /** turn switches the veil of the case on the screen. */
  turn(): void;
  /** forget goes back to the setting, for the next case. */
  forget(): void;
  clear(): void;
}

/** createVeilState makes the state over the office's list of words. */
export function createVeilState(words: () => readonly string[], preferences: Preferences): VeilState {
  const here = signal<boolean | undefined>(undefined);
  const asked = signal<ReadonlySet<string>>(new Set());
  const on = computed(() => here.value ?? preferences.veil.value);
  const veil = computed(() => createVeil(words()));
  let waiting = '';
  // A list is drawn anew at every keystroke of its search.
  let known = new Map<string, readonly Piece[]>();
  const cut = (text: string) => {
    const found = known.get(text) ?? veil.value(text);
    if (known.size >= KNOWN) known = new Map();
    known.set(text, found);
    return found;
  };
  return {
    on,
    asked,
    cut: (text) => (on.value ? cut(text) : [{ text, veiled: false }]),
    ask(name) {
      waiting = name;
      asked.value = new Set([...asked.value, name]);
    },
    focusOnce(name, element) {
      if (name !== waiting || element === null) return;
      waiting = '';
      element.focus();
    },
    turn() {
      here.value = !on.value;
    },
    forget() {
      here.value = undefined;
    },
    clear() {
      here.value = undefined;
      asked.value = new Set();
      known = new Map();
    },
  };
}
