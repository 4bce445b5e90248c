import { expect, test } from 'vitest';
import { makeCard, sameCard, searchWords, titleOf } from './cardtext.ts';
import { EMPTY_CODING, readReport } from './model.ts';

test.each([
  ['', ''],
  ['Kurz', 'Kurz'],
  ['Ich wurde nicht eingelassen. Danach ging ich.', 'Ich wurde nicht eingelassen'],
  ['Warum ich?   Das frage\nich mich', 'Warum ich? Das frage ich mich'],
  ['لم يسمح لي بالدخول إلى المكان. ثم ذهبت', 'لم يسمح لي بالدخول إلى المكان'],
])('the title of %j is %j', (told, title) => {
  expect(titleOf(told)).toBe(title);
});

test('a long beginning is cut at a word, within 80 letters', () => {
  const title = titleOf('Wort '.repeat(40));
  expect([...title].length).toBeLessThanOrEqual(80);
  expect(title).toMatch(/Wort…$/);
});

test('search words are folded, long enough, and each there once', () => {
  expect(searchWords('Die Café-Besitzerin, die CAFE-Besitzerin und ich')).toEqual(['besitzerin', 'cafe']);
});

const report = readReport({
  text: 'Ich wurde nicht eingelassen.',
  lang: 'de',
  grounds: ['age'],
  areas: ['housing', 'police'],
});

test('a first card comes from the report, a later one from the coding; title, labels and deadline live on', () => {
  const first = makeCard({ report, coding: undefined, pin: 'p', before: undefined });
  expect(first).toMatchObject({
    title: 'Ich wurde nicht eingelassen',
    grounds: ['age'],
    area: 'housing',
    lang: 'de',
    pin: 'p',
  });
  const kept = { ...first, title: 'Mein Titel', labels: ['r:x'], due: '2026-12-04' };
  const coding = { ...EMPTY_CODING, grounds: ['disability'], area: 'workplace' };
  const later = makeCard({ report, coding, pin: 'p', before: kept });
  expect(later).toMatchObject({
    title: 'Mein Titel',
    labels: ['r:x'],
    due: '2026-12-04',
    grounds: ['disability'],
    area: 'workplace',
  });
});

test('cards that differ in cut search words only are the same', () => {
  const card = makeCard({ report, coding: undefined, pin: 'p', before: undefined });
  expect(sameCard(card, { ...card, words: [] })).toBe(true);
  expect(sameCard(card, { ...card, due: '2026-12-04' })).toBe(false);
});
