import { expect, test } from 'vitest';
import { completeWord } from '../shared/login.ts';
import { firstFault, placesOf } from './passphrase.ts';

const words = (typed: string) => placesOf(typed, completeWord).map((place) => `${place.word}:${place.state}`);

test('four letters are enough', () => {
  expect(words('aban abil')).toEqual(['abandon:good', 'ability:good', ...new Array(5).fill(':empty')]);
});

test('the word that is being typed is not wrong yet', () => {
  expect(words('abandon ab')[1]).toBe('ab:typing');
  expect(words('abandon ab ')[1]).toBe('ab:wrong');
  expect(words('abandon abx')[1]).toBe('abx:wrong');
});

test.each([
  ['abandon ability able about above absent absorb', undefined],
  ['ABANDON ability  able about above absent absorb ', undefined],
  ['abandon ability able about above absent', 0],
  ['abandon ability able about above absent absorb abstract', 0],
  ['abandon abilty able about above absent absorb', 2],
  ['', 0],
])('the first fault of %j is %s', (typed, want) => {
  expect(firstFault(placesOf(typed, completeWord))).toBe(want);
});
