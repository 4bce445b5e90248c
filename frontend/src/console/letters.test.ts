import { beforeAll, expect, test, vi } from 'vitest';
import type { AnswerTemplate } from '../shared/api.ts';
import { dayIn, type Filling, filled, inOrder, joined, openFields, textIn } from './letters.ts';
import { createTexts } from './texts.ts';

const TONGUES = { de: createTexts('de'), en: createTexts('en') };

beforeAll(async () => {
  await vi.waitUntil(() => TONGUES.en.t('act.save') === 'Save');
});

const template = (id: string, states: AnswerTemplate['states'], texts: Record<string, string>): AnswerTemplate => ({
  id,
  version: 1,
  title_de: id,
  title_en: id,
  states,
  fields: [],
  texts: Object.entries(texts).map(([lang, text]) => ({ lang, text, reviewed: false })),
});

const FILLING: Filling = {
  tongues: TONGUES,
  desk: 'Stelle',
  answerDay: '2026-11-27',
  safeDay: '',
  act: 'Klage erheben',
  facts: [{ id: 'knowledge_on', type: 'date', asked_in: 'form', question_de: 'Wann bemerkt?' }],
  body: undefined,
  content: '',
};

test('what is known is filled in, in words where the console speaks the language', () => {
  const one = template('a', [], {
    de: '{{.AnswerDay}}, {{.Desk}}: {{.Act}}\n{{.Questions}}',
    en: '{{.AnswerDay}} {{.Act}} {{.Questions}}',
    ar: '{{.AnswerDay}} {{.Questions}}',
  });
  expect(filled(one, 'de', FILLING)).toBe('Freitag, 27. November 2026, Stelle: Klage erheben\n– Wann bemerkt?');
  expect(filled(one, 'en', FILLING)).toBe(
    'Friday, 27 November 2026 {{.Act}} – When did you notice that it was discrimination?',
  );
  expect(filled(one, 'ar', FILLING)).toBe('27.11.2026 {{.Questions}}');
  expect(filled(one, 'tr', FILLING)).toBe('');
});

test('what is not known stays open and is named once', () => {
  const one = template('a', [], { de: '{{.SafeDay}} {{.Body}} {{.Body}} {{.Contact}} {{.Content}}' });
  expect(openFields(filled(one, 'de', FILLING))).toEqual(['SafeDay', 'Body', 'Contact', 'Content']);
  expect(openFields('{{ no field }} {{.}}')).toEqual([]);
  expect(textIn(one, 'en')).toBeUndefined();
});

test('a value that looks like a field stays as it is written', () => {
  const one = template('a', [], { de: '{{.Desk}}' });
  expect(filled(one, 'de', { ...FILLING, desk: '$& {{.Act}}' })).toBe('$& {{.Act}}');
});

test('templates that fit the state come first, each group in its order', () => {
  const list = [template('a', ['closed'], {}), template('b', ['triage'], {}), template('c', ['triage'], {})];
  expect(inOrder(list, 'triage').map(({ id }) => id)).toEqual(['b', 'c', 'a']);
});

test.each([
  ['', 'neu', 'neu'],
  ['  \n', 'neu', 'neu'],
  ['alt\n', 'neu', 'alt\n\nneu'],
  ['alt', '', 'alt'],
])('%j with %j becomes %j', (before, added, want) => {
  expect(joined(before, added)).toBe(want);
});

test('a day that is none is no text', () => {
  expect(dayIn(TONGUES, 'de', '2026-02-30')).toBe('');
  expect(dayIn(TONGUES, 'fr', '2026-11-22')).toBe('22.11.2026');
});
