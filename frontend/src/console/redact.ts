// Takes words out of a text before it leaves the house. What is taken out is
// replaced by a mark of fixed length, so that nobody counts letters; nothing of
// it stays behind in the file.

/** What may stand between two words that a member named with a space. */
const GAP = '[\\s\\u00a0\\u00ad\\u200b-\\u200f\\u2060]+';

function pattern(word: string): string {
  return word
    .normalize('NFC')
    .trim()
    .split(/\s+/)
    .map((piece) => piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join(GAP);
}

/** redact replaces every place of every word, in any letter case, also inside longer words. Empty words take out nothing. */
export function redact(text: string, words: readonly string[], mark: string): string {
  const found = words
    .filter((word) => word.trim() !== '')
    .map(pattern)
    .sort((a, b) => b.length - a.length);
  if (found.length === 0) return text;
  return text.normalize('NFC').replace(new RegExp(found.join('|'), 'giu'), () => mark);
}

const CANDIDATES: readonly RegExp[] = [
  /[^\s@<>()[\],;:"]+@[^\s@<>()[\],;:"]+\.\p{L}{2,}/gu,
  /\b[A-Z]{2}\d{2}(?: ?[\dA-Z]{4}){3,7}(?: ?[\dA-Z]{1,4})?\b/g,
  /(?:\+|\b00|\b0)\d(?:[ /()-]{0,3}\d){5,14}\b/g,
  /\b(?:https?:\/\/|www\.)[^\s<>"]+/gi,
  /\b\d{5} \p{Lu}\p{L}+/gu,
  /\p{Lu}[\p{L}-]*(?:str\.|straße|strasse|weg|gasse|platz|allee) \d+\p{L}?/gu,
];

/** suspects lists what looks like an address, a number or an account, each once, in the order of the text. It finds no names: those a person must see. */
export function suspects(text: string): readonly string[] {
  const hits = CANDIDATES.flatMap((one) => [...text.matchAll(one)]).sort((a, b) => a.index - b.index);
  const found = new Set<string>();
  let end = 0;
  for (const hit of hits) {
    if (hit.index < end) continue;
    end = hit.index + hit[0].length;
    found.add(hit[0]);
  }
  return [...found];
}
