import { expect, test } from 'vitest';
import {
  addDays,
  daysBetween,
  isDay,
  leftKind,
  localDay,
  mondayOf,
  monthsBetween,
  NEAR,
  shortId,
  showDay,
  showShort,
  showWeekday,
} from './format.ts';
import german from './texts.de.json' with { type: 'json' };
import english from './texts.en.json' with { type: 'json' };
import { createTexts } from './texts.ts';

test.each([
  ['2026-11-22', true],
  ['2028-02-29', true],
  ['2026-02-29', false],
  ['2026-13-01', false],
  ['2026-1-1', false],
  ['', false],
])('isDay(%s) = %s', (day, want) => {
  expect(isDay(day)).toBe(want);
});

test.each([
  ['2026-11-22', '2026-11-16'],
  ['2026-11-16', '2026-11-16'],
  ['2027-01-01', '2026-12-28'],
])('the Monday of %s is %s', (day, monday) => {
  expect(mondayOf(day)).toBe(monday);
});

test('days are counted over a change of clocks', () => {
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
  expect(addDays('2026-10-24', 2)).toBe('2026-10-26');
  expect(daysBetween('2026-11-22', '2026-11-20')).toBe(-2);
});

test('months are counted from months and from days', () => {
  expect(monthsBetween('2026-02', '2026-11-22')).toBe(9);
  expect(monthsBetween('2026-12', '2026-11-22')).toBe(0);
  expect(monthsBetween('', '2026-11-22')).toBe(0);
});

test('days are written in both languages', async () => {
  const texts = createTexts('de');
  expect(showWeekday(texts, '2026-11-22')).toBe('Sonntag, 22. November 2026');
  expect(showShort(texts, '2026-11-22')).toBe('22.11.2026');
  expect(showDay(texts, '2026-11')).toBe('November 2026');
  expect(showDay(texts, 'bald')).toBe('bald');
  texts.language.value = 'en';
  await expect.poll(() => showWeekday(texts, '2026-11-22')).toBe('Sunday, 22 November 2026');
});

test('a case is named by its first eight letters', () => {
  expect(shortId('f296af257eef596fb0b716b8e01b1471')).toBe('f296-af25');
});

test('the local day is the one on the wall', () => {
  expect(localDay(new Date(2026, 10, 2, 23, 59))).toBe('2026-11-02');
});

test('a deadline presses in its last 14 days, and the texts say so', () => {
  expect([-1, 0, NEAR, NEAR + 1].map(leftKind)).toEqual(['danger', 'warning', 'warning', 'plain']);
  const said = new RegExp(`\\b${NEAR}\\b`);
  for (const all of [german, english]) {
    for (const key of ['check.safe_day', 'filter.due.near', 'flag.deadline_14d', 'workload.near'] as const)
      expect(all[key], key).toMatch(said);
    expect(Object.values(all['today.near']).join(), 'today.near').toMatch(said);
  }
});
