// Similar cases, from the cards alone: the same place, the same respondent, the
// same grounds, the same rare words. Points are a first guess for a person to
// judge, and linking is a label, never a merge.
import { cardWords, type Entry } from './inbox.ts';

/** A Reason is why two cases look alike, with what they share. */
export interface Reason {
  readonly what: 'respondent' | 'place' | 'linked' | 'ground' | 'area' | 'words';
  readonly values: readonly string[];
}

/** A Similar is a case that looks like another. */
export interface Similar {
  readonly case: string;
  readonly title: string;
  readonly state: string;
  readonly month: string;
  readonly points: number;
  readonly reasons: readonly Reason[];
}

/** ENOUGH is from how many points on a case is shown, MOST how many of them. */
export const ENOUGH = 3;
/** MOST is how many similar cases are shown. */
export const MOST = 10;
/** RARE is in how many cards a word stands at most that tells two cases apart from all others. */
const RARE = 3;
/** SHARED is how many rare words two cases must share for a point. */
const SHARED = 2;

function months(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
}

function shared(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.filter((one) => b.includes(one));
}

/** rareWords gives those search words of an entry that stand in few cards. */
function rareWords(entries: readonly Entry[], mine: Entry): readonly string[] {
  const counts = new Map(cardWords(mine).map((word) => [word, 0]));
  for (const entry of entries) {
    for (const word of cardWords(entry)) {
      const n = counts.get(word);
      if (n !== undefined) counts.set(word, n + 1);
    }
  }
  return [...counts].flatMap(([word, n]) => (n <= RARE ? [word] : []));
}

/** similar lists the cases most like one, the likest first. */
export function similar(entries: readonly Entry[], id: string): readonly Similar[] {
  const mine = entries.find(({ summary }) => summary.case === id);
  if (mine?.card === undefined) return [];
  const rare = rareWords(entries, mine);
  return entries
    .filter(({ summary, card }) => summary.case !== id && card !== undefined && summary.state !== 'discarded')
    .map((other) => compared(mine, other, rare))
    .filter(({ points }) => points >= ENOUGH)
    .sort((a, b) => b.points - a.points || (a.case < b.case ? -1 : 1))
    .slice(0, MOST);
}

function compared(mine: Entry, other: Entry, rare: readonly string[]): Similar {
  const [a, b] = [mine.card, other.card];
  const reasons: Reason[] = [];
  let points = 0;
  const add = (what: Reason['what'], values: readonly string[], each: number) => {
    if (values.length === 0) return;
    points += each * values.length;
    reasons.push({ what, values });
  };
  if (a !== undefined && b !== undefined) {
    const labels = shared(a.labels, b.labels);
    const of = (mark: string) => labels.filter((label) => label.startsWith(mark));
    add('linked', of('v:'), 5);
    add('respondent', of('r:'), 3);
    add('place', of('p:'), 2);
    add('ground', shared(a.grounds, b.grounds), 1);
    if (a.area !== '' && a.area === b.area) add('area', [a.area], 1);
    const words = rare.length < SHARED ? [] : shared(rare, cardWords(other));
    if (words.length >= SHARED) {
      points += 2;
      reasons.push({ what: 'words', values: words.slice(0, 5) });
    }
  }
  points -= Math.abs(months(mine.summary.month) - months(other.summary.month)) / 6;
  const { case: id, state, month } = other.summary;
  return { case: id, title: b?.title ?? '', state, month, points: Math.round(points * 100) / 100, reasons };
}

/** labelsOf lists the labels in use, the most frequent first. */
export function labelsOf(entries: readonly Entry[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { card } of entries)
    for (const label of card?.labels ?? []) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([label]) => label);
}

/** linkOf is the label that holds two cases together, the same from both sides. */
export function linkOf(a: string, b: string): string {
  const first = a < b ? a : b;
  return `v:${first.slice(0, 4)}-${first.slice(4, 8)}`;
}
