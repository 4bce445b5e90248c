// Which act a key means. Letters are taken as the keyboard writes them, so that
// every layout has them; brackets also by their place, because a German
// keyboard hides them behind a second key. It knows no page: what an act does
// stands in commands.ts.

/** An Act is what a key may mean. */
export type Act =
  | 'search'
  | 'next'
  | 'previous'
  | 'open'
  | 'select'
  | 'case-next'
  | 'case-previous'
  | 'assign'
  | 'state'
  | 'answer'
  | 'note'
  | 'coding'
  | 'deadlines'
  | 'veil'
  | 'inbox'
  | 'board'
  | 'members'
  | 'help'
  | 'palette'
  | 'lock';

/** A Press is what of a key event counts. */
export interface Press {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly repeat: boolean;
  readonly isComposing: boolean;
}

const LETTERS: Readonly<Record<string, Act>> = {
  j: 'next',
  k: 'previous',
  o: 'open',
  x: 'select',
  a: 'assign',
  s: 'state',
  r: 'answer',
  n: 'note',
  c: 'coding',
  d: 'deadlines',
  v: 'veil',
};
const SIGNS: Readonly<Record<string, Act>> = {
  '/': 'search',
  '?': 'help',
  '[': 'case-previous',
  ']': 'case-next',
};
const PLACES: Readonly<Record<string, Act>> = { BracketLeft: 'case-previous', BracketRight: 'case-next' };
const AFTER_G: Readonly<Record<string, Act>> = { i: 'inbox', b: 'board', m: 'members' };

/** PATIENCE is how long a `g` waits for its second letter, in milliseconds. */
export const PATIENCE = 1_500;

/** A Reader turns key presses into acts. */
export type Reader = (press: Press) => Act | undefined;

function plain({ ctrlKey, altKey, metaKey }: Press): boolean {
  return !ctrlKey && !altKey && !metaKey;
}

function signOf(press: Press): Act | undefined {
  // What a layout writes with AltGr (Ctrl and Alt at once) or Option is the sign itself.
  const written = plain(press) || (press.altKey && !press.metaKey);
  if (written && Object.hasOwn(SIGNS, press.key)) return SIGNS[press.key];
  return plain(press) && !press.shiftKey && Object.hasOwn(PLACES, press.code) ? PLACES[press.code] : undefined;
}

/** createReader makes a reader with a clock in milliseconds. */
export function createReader(now: () => number): Reader {
  let g = Number.NEGATIVE_INFINITY;
  return (press) => {
    if (press.isComposing) return undefined;
    const waiting = now() - g <= PATIENCE;
    g = Number.NEGATIVE_INFINITY;
    const { key, shiftKey } = press;
    const letter = key.toLowerCase();
    if (letter === 'k' && (press.ctrlKey || press.metaKey) && !press.altKey && !shiftKey) return 'palette';
    const sign = signOf(press);
    if (sign !== undefined) return sign;
    if (!plain(press)) return undefined;
    if (shiftKey) return letter === 'l' ? 'lock' : undefined;
    if (waiting && Object.hasOwn(AFTER_G, letter)) return AFTER_G[letter];
    if (letter === 'g' && !press.repeat) g = now();
    const act = Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : undefined;
    // A key that is held down walks through the rows and does nothing else.
    return press.repeat && act !== 'next' && act !== 'previous' ? undefined : act;
  };
}
