// Beginnings of answers: which templates fit, what can be filled in, and what
// is still open. Pure rules; a template never goes out without a member's hand.
import type { AnswerTemplate, AnswerText, Body } from '../shared/api.ts';
import type { Fact, Rules } from '../shared/deadline.ts';
import type { CaseView } from './casefile.ts';
import { isDay, showShort, showWeekday } from './format.ts';
import { computed, factsOf } from './guard.ts';
import { fill, type Language, type Texts } from './texts.ts';

/** Tongues are the console's own words in each language: an answer's need not be the member's. */
export type Tongues = Readonly<Record<Language, Texts>>;

/** A Filling is what the fields of a template stand for. */
export interface Filling {
  readonly tongues: Tongues;
  readonly desk: string;
  /** The day by which the office writes again. */
  readonly answerDay: string;
  readonly safeDay: string;
  /** What has to be done until the safe day, in German as the rules say it. */
  readonly act: string;
  /** What is missing for deadlines. */
  readonly facts: readonly Fact[];
  readonly body: Body | undefined;
  /** What would be passed on, as the member has written it. */
  readonly content: string;
}

/** RTL are the languages that are written from right to left. */
export const RTL: ReadonlySet<string> = new Set(['ar', 'fa', 'ps', 'he', 'ur']);

const OPEN = /\{\{\.(\w+)\}\}/g;

/** openFields lists the fields that a text still holds, each once. */
export function openFields(text: string): readonly string[] {
  return [...new Set([...text.matchAll(OPEN)].map((found) => found[1] ?? ''))];
}

/** textIn gives a template's text in a language. */
export function textIn(template: AnswerTemplate, lang: string): AnswerText | undefined {
  return template.texts.find((text) => text.lang === lang);
}

/** inOrder puts those first that fit the state of the case. */
export function inOrder(templates: readonly AnswerTemplate[], state: string): readonly AnswerTemplate[] {
  const fits = ({ states }: AnswerTemplate) => (states as readonly string[]).includes(state);
  return [...templates.filter(fits), ...templates.filter((template) => !fits(template))];
}

/** filled gives a template's text in a language; what is not known there stays open, for the member to write. */
export function filled(template: AnswerTemplate, lang: string, filling: Filling): string {
  return fill(textIn(template, lang)?.text ?? '', valuesIn(lang, filling));
}

function valuesIn(lang: string, filling: Filling): Readonly<Record<string, string>> {
  const { tongues, desk, answerDay, safeDay, act, facts, body, content } = filling;
  const values: Record<string, string> = {
    Desk: desk,
    AnswerDay: dayIn(tongues, lang, answerDay),
    SafeDay: dayIn(tongues, lang, safeDay),
    Body: body?.name ?? '',
    Contact: body?.contact ?? '',
    // Rules and questions speak German, and the console's own words English; the rest is the member's to translate.
    Act: lang === 'de' ? act : '',
    Questions: facts.map((fact) => `– ${questionIn(tongues, lang, fact)}`).join('\n'),
    Content: lang === 'de' ? content : '',
  };
  if (facts.some((fact) => questionIn(tongues, lang, fact) === '')) values['Questions'] = '';
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}

function questionIn(tongues: Tongues, lang: string, fact: Fact): string {
  if (lang === 'de') return fact.question_de ?? '';
  return lang === 'en' ? (tongues.en.maybe(`ask.${fact.id}`) ?? '') : '';
}

/** dayIn writes a day in words where the console speaks the language, else in figures. */
export function dayIn(tongues: Tongues, lang: string, day: string): string {
  if (!isDay(day)) return '';
  return lang === 'de' || lang === 'en' ? showWeekday(tongues[lang], day) : showShort(tongues.de, day);
}

/** missingFacts lists the questions that the rules of a case still need an answer to. */
export function missingFacts(rules: Rules | undefined, view: CaseView, today: string): readonly Fact[] {
  if (rules === undefined) return [];
  const missing = new Set(computed(rules, view, factsOf(view), today).flatMap((found) => found.missing));
  return rules.facts.filter(({ id }) => missing.has(id));
}

/** joined puts a beginning behind what was already written: nothing typed is lost. */
export function joined(before: string, added: string): string {
  if (added === '') return before;
  return before.trim() === '' ? added : `${before.trimEnd()}\n\n${added}`;
}
