// Finds words that hurt to read, so that the page can put a button in their
// place. It cuts a text into pieces and never changes it: the pieces joined are
// the text. What it finds is a hint from a list, no judgement of the text.

/** A Piece is a part of a text; a veiled one is shown only when somebody asks. */
export interface Piece {
  readonly text: string;
  readonly veiled: boolean;
}

/** A Veil cuts texts. */
export type Veil = (text: string) => readonly Piece[];

// Letters with all that clings to them: marks, soft hyphens, joiners. Whoever
// hides a word behind them still wrote the word.
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\p{Cf}]*/gu;
/** What may stand between the words of a phrase. */
const BETWEEN = /^[\s\p{Pd}]{1,3}$/u;

/** plainWord makes a word comparable: compatible letters, no case, no marks, nothing that cannot be seen. */
export function plainWord(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss');
}

// ä is written ae where a keyboard has none; both must be found.
const UMLAUTS: readonly (readonly [RegExp, string])[] = [
  [/[ä]/g, 'ae'],
  [/[ö]/g, 'oe'],
  [/[ü]/g, 'ue'],
];

function spellings(word: string): readonly string[] {
  const lower = word.normalize('NFC').toLowerCase();
  const spelt = UMLAUTS.reduce((text, [letter, pair]) => text.replace(letter, pair), lower);
  return [...new Set([plainWord(lower), plainWord(spelt)])];
}

type Test = (plain: string) => boolean;

function testOf(word: string, before: boolean, after: boolean): Test {
  if (before && after) return (plain) => plain.includes(word);
  if (before) return (plain) => plain.endsWith(word);
  if (after) return (plain) => plain.startsWith(word);
  return (plain) => plain === word;
}

/** A Phrase is a list entry of several words, each with its test. */
type Phrase = readonly Test[];

interface Lists {
  readonly exact: ReadonlySet<string>;
  readonly open: readonly Test[];
  readonly phrases: readonly Phrase[];
}

function listsOf(entries: readonly string[]): Lists {
  const exact = new Set<string>();
  const open: Test[] = [];
  const phrases: Phrase[] = [];
  for (const entry of entries) {
    const before = entry.startsWith('*');
    const after = entry.endsWith('*');
    for (const spelt of spellings(entry.replace(/^\*|\*$/g, ''))) {
      const words = spelt.match(WORD) ?? [];
      if (words.length === 0) continue;
      const tests = words.map((word, i) => testOf(word, before && i === 0, after && i === words.length - 1));
      if (words.length > 1) phrases.push(tests);
      else if (before || after) open.push(...tests);
      else exact.add(words[0] ?? '');
    }
  }
  return { exact, open, phrases };
}

interface Found {
  readonly from: number;
  readonly to: number;
  readonly plain: string;
}

/** lengthAt gives how many words from the i-th on are to be veiled together; 0 if none is. */
function lengthAt(lists: Lists, text: string, words: readonly Found[], i: number): number {
  let longest = 0;
  for (const phrase of lists.phrases) {
    if (phrase.length <= longest) continue;
    const fits = phrase.every((test, k) => {
      const word = words[i + k];
      const last = words[i + k - 1];
      if (word === undefined || !test(word.plain)) return false;
      return k === 0 || BETWEEN.test(text.slice(last?.to ?? 0, word.from));
    });
    if (fits) longest = phrase.length;
  }
  if (longest > 0) return longest;
  const plain = words[i]?.plain ?? '';
  return lists.exact.has(plain) || lists.open.some((test) => test(plain)) ? 1 : 0;
}

/** createVeil makes a veil of a list; a star at the beginning or end of an entry stands for any letters. */
export function createVeil(entries: readonly string[]): Veil {
  const lists = listsOf(entries);
  if (entries.length === 0) return (text) => [{ text, veiled: false }];
  return (text) => {
    const words = [...text.matchAll(WORD)].map((match) => ({
      from: match.index,
      to: match.index + match[0].length,
      plain: plainWord(match[0]),
    }));
    const pieces: Piece[] = [];
    let done = 0;
    for (let i = 0; i < words.length; ) {
      const n = lengthAt(lists, text, words, i);
      const first = words[i];
      const last = words[i + n - 1];
      if (n > 0 && first !== undefined && last !== undefined) {
        if (first.from > done) pieces.push({ text: text.slice(done, first.from), veiled: false });
        pieces.push({ text: text.slice(first.from, last.to), veiled: true });
        done = last.to;
      }
      i += Math.max(1, n);
    }
    if (done < text.length || pieces.length === 0) pieces.push({ text: text.slice(done), veiled: false });
    return pieces;
  };
}
