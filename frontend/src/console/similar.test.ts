import { expect, test } from 'vitest';
import type { Summary } from '../shared/api.ts';
import type { Card } from '../shared/card.ts';
import type { Entry } from './inbox.ts';
import { cardOf, entryFor, summaryOf } from './madeup.ts';
import { labelsOf, linkOf, MOST, similar } from './similar.ts';

function entry(id: string, card: Partial<Card>, summary: Partial<Summary> = {}): Entry {
  const about = summaryOf(1, { case: id.padEnd(32, '0'), state: 'triage', ...summary });
  return entryFor(about, cardOf({ title: id, ...card }));
}

const ids = (entries: readonly Entry[], id: string) => similar(entries, id.padEnd(32, '0')).map((one) => one.title);

test('points as the design says: respondent 3, place 2, ground 1, area 1, less for months apart', () => {
  const mine = entry('a', { labels: ['r:Muster GmbH', 'p:Nordviertel'], grounds: ['age', 'gender'], area: 'housing' });
  const [found] = similar(
    [
      mine,
      entry(
        'b',
        { labels: ['r:Muster GmbH', 'p:Nordviertel'], grounds: ['age', 'gender'], area: 'housing' },
        { month: '2026-08' },
      ),
    ],
    mine.summary.case,
  );
  expect(found?.points).toBe(3 + 2 + 2 + 1 - 3 / 6);
  expect(found?.reasons.map(({ what }) => what)).toEqual(['respondent', 'place', 'ground', 'area']);
});

test('from three points on, the likest first, never itself, nothing that was discarded', () => {
  const entries = [
    entry('a', { labels: ['r:x'], grounds: ['age'], area: 'housing' }),
    entry('b', { grounds: ['age'], area: 'housing' }),
    entry('c', { labels: ['r:x'] }),
    entry('d', { labels: ['r:x'], area: 'housing' }),
    entry('e', { labels: ['r:x'], area: 'housing' }, { state: 'discarded' }),
    entry('f', { labels: ['r:x'] }, { month: '2025-11' }),
  ];
  expect(ids(entries, 'a')).toEqual(['d', 'c']);
  expect(ids(entries, 'nobody')).toEqual([]);
});

test('rare words count once two of them are shared; words that many use do not', () => {
  const words = ['fahrstuhl', 'hausverwaltung'];
  const two = [entry('a', { words, area: 'housing' }), entry('b', { words, area: 'housing' })];
  expect(ids(two, 'a')).toEqual(['b']);
  const many = [...two, entry('c', { words }), entry('d', { words })];
  expect(ids(many, 'a')).toEqual([]);
});

test('ten at most, and a link of its own kind', () => {
  const entries = Array.from({ length: 15 }, (_, i) => entry(`${i}x`, { labels: ['r:x'] }));
  expect(ids(entries, '0x').length).toBe(MOST);
  const [a, b] = ['a'.repeat(32), 'b'.repeat(32)];
  expect(linkOf(a, b)).toBe('v:aaaa-aaaa');
  expect(linkOf(b, a)).toBe('v:aaaa-aaaa');
});

test('labels in use, the most frequent first', () => {
  expect(labelsOf([entry('a', { labels: ['x', 'y'] }), entry('b', { labels: ['y'] })])).toEqual(['y', 'x']);
});
