// What the passphrase field says while it is typed: which words stand, which is
// being typed, which is wrong. The word list itself is the worker's.

/** COUNT is how many words a passphrase has. */
export const COUNT = 7;

/** A WordState is one of the seven places. */
export interface WordState {
  readonly word: string;
  readonly state: 'empty' | 'typing' | 'good' | 'wrong';
}

/** wordsOf splits what was typed; the last one is still being typed if no space follows it. */
export function wordsOf(typed: string): { readonly words: readonly string[]; readonly open: boolean } {
  const words = typed
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return { words, open: words.length > 0 && !/\s$/.test(typed) };
}

/** placesOf gives the seven places; complete tells the words that begin like a word. */
export function placesOf(typed: string, complete: (word: string) => readonly string[]): readonly WordState[] {
  const { words, open } = wordsOf(typed);
  const places: WordState[] = words.map((word, i) => {
    const found = complete(word);
    if (found.includes(word) || found.length === 1)
      return { word: found.length === 1 ? (found[0] ?? word) : word, state: 'good' };
    const typing = open && i === words.length - 1 && found.length > 0;
    return { word, state: typing ? 'typing' : 'wrong' };
  });
  while (places.length < COUNT) places.push({ word: '', state: 'empty' });
  return places;
}

/** firstFault gives the number of the first wrong word from 1, 0 if there are not exactly seven, or undefined if all is well. */
export function firstFault(places: readonly WordState[]): number | undefined {
  const wrong = places.findIndex((place) => place.state === 'wrong' || place.state === 'typing');
  if (wrong >= 0) return wrong + 1;
  return places.length === COUNT && places.every((place) => place.state === 'good') ? undefined : 0;
}
