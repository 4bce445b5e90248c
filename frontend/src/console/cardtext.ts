// Makes the card of a case: what the inbox shows and finds of it. A card is a
// hint for members, written by the browser that first opens a report and
// whenever something on it changes.
import type { Card } from '../shared/card.ts';
import { fold } from './inbox.ts';
import type { Coding, Report } from './model.ts';

const TITLE = 80;
const WORDS = 60;

/** titleOf proposes a title: the beginning of the text up to the end of its first sentence, or of a word. */
export function titleOf(told: string): string {
  const line = told.replace(/\s+/g, ' ').trim();
  const sentence = /^.{12,80}?[.!?…؟。](?=\s|$)/u.exec(line)?.[0];
  if (sentence !== undefined) return sentence.replace(/[.。]$/u, '');
  const letters = [...line];
  if (letters.length <= TITLE) return line;
  const cut = letters.slice(0, TITLE - 1).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > TITLE / 2 ? cut.slice(0, space) : cut}…`;
}

/** searchWords gives the longer words of a text, folded, each once, the rare long ones first. */
export function searchWords(told: string): readonly string[] {
  const words = fold(told).match(/[\p{L}\p{N}]{4,24}/gu) ?? [];
  return [...new Set(words)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1)).slice(0, WORDS);
}

/** What is known of a case when its card is written. */
export interface CardSource {
  readonly report: Report;
  readonly coding: Coding | undefined;
  readonly pin: string;
  /** The card that stands now, if there is one: title, labels and deadline live on. */
  readonly before: Card | undefined;
}

/** makeCard gives the card as it should be now. */
export function makeCard({ report, coding, pin, before }: CardSource): Card {
  const grounds = coding !== undefined && coding.grounds.length > 0 ? coding.grounds : report.grounds;
  const area = coding !== undefined && coding.area !== '' ? coding.area : (report.areas[0] ?? '');
  return {
    title: before?.title || titleOf(report.text),
    grounds: grounds.slice(0, 6),
    area,
    labels: before?.labels ?? [],
    lang: report.lang,
    due: before?.due ?? '',
    kind: before?.kind ?? '',
    follow: before?.follow ?? '',
    pin,
    words: searchWords(report.text),
  };
}

/** sameCard compares all but the search words, which may have been cut to fit. */
export function sameCard(a: Card, b: Card): boolean {
  const shown = ({ title, grounds, area, labels, lang, due, kind, follow, pin }: Card) =>
    JSON.stringify([title, grounds, area, labels, lang, due, kind, follow, pin]);
  return shown(a) === shown(b);
}

/** LABELS is how many labels a case has at most, and how long one is: all of a card has to fit its frame. */
export const LABELS = { most: 8, letters: 40 } as const;

/** tidyLabel gives a label as it is kept: one line, no spaces around it, not too long; "" if nothing is left. */
export function tidyLabel(typed: string): string {
  const line = typed.normalize('NFC').replace(/\s+/g, ' ').trim();
  return [...line].slice(0, LABELS.letters).join('').trim();
}

/** relabelled gives the card with labels added and taken away, or undefined if that changes nothing. */
export function relabelled(card: Card, add: readonly string[], remove: readonly string[]): Card | undefined {
  const kept = card.labels.filter((label) => !remove.includes(label));
  const labels = [...new Set([...kept, ...add])].slice(0, LABELS.most);
  const same = labels.length === card.labels.length && labels.every((label, i) => label === card.labels[i]);
  return same ? undefined : { ...card, labels };
}
