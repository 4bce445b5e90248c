import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CAPACITY, drawQr, pathOf } from './qr.ts';

// The same text in another implementation (rsc.io/qr, version 4, level M, mask 0).
const KEY = 'AGE-SECRET-KEY-PQ-17ZWTMVWGZJU6TH85HXW93YEACGY6V3WS7E6837UZ5LPRU023W6FQLFUSYG';
const MODULES = [
  '#######..#.###.###..#.##..#######',
  '#.....#.#..#..##.#...#.#..#.....#',
  '#.###.#..###.##.#.#...#.#.#.###.#',
  '#.###.#...#####.##.#...#..#.###.#',
  '#.###.#.#.#.###.#.#..##.#.#.###.#',
  '#.....#.....##.####.##....#.....#',
  '#######.#.#.#.#.#.#.#.#.#.#######',
  '..........###.##..##..#.#........',
  '#.#.#.#..#.#....###...##....#..#.',
  '.#.......#.###.#.######..##.#..#.',
  '#.#...#####...#.#.##..##...#.##..',
  '#.#.##.#.##.###.##.####....#.#.##',
  '###...##......#.#.###..#######.##',
  '.##......#########...#..#....####',
  '....###..#.##.###.##..#.#..#....#',
  '.#.....#.##.....##.#..#....##....',
  '.#.####....######...##.##.####.#.',
  '.#......###.##.##.#.#..######.#..',
  '....###.##.##..###..##.......#...',
  '..#..#..#.#.#..##...##..#..###.#.',
  '.##.#.###....#.#...##...##..##...',
  '..##.....###..##.#.##....#.#.##..',
  '#..#..#.##.##.#...###.#....#.##..',
  '.###.#.#...##..#..#..##.###.#.###',
  '#.###.###...#.#.##.#.#.######..##',
  '........#..###.###.######...#.##.',
  '#######..#..#.#...#..#.##.#.#..#.',
  '#.....#..#.##.#..##..####...###.#',
  '#.###.#.##.######.#..#.########..',
  '#.###.#...###.#####.....#...#..##',
  '#.###.#.#....#.##.......#.......#',
  '#.....#..###..#.#####.##.....####',
  '#######.#.#..###.#....#..##.###.#',
];

function rows(text: string): readonly string[] {
  return drawQr(text).map((line) => line.map((dark) => (dark ? '#' : '.')).join(''));
}

test('a recovery key is drawn as another implementation draws it', () => {
  expect(rows(KEY)).toEqual(MODULES);
});

test('another key is another picture of the same size', () => {
  const other = rows(KEY.replace(/G$/, 'Q'));
  expect(other).toHaveLength(33);
  expect(other).not.toEqual(MODULES);
});

test('what cannot be drawn is refused', () => {
  expect(() => drawQr('a small letter')).toThrow('not in the alphabet');
  expect(() => drawQr('A'.repeat(CAPACITY + 1))).toThrow('too long');
});

test('the path has one square for each dark module', () => {
  const dark = MODULES.join('').split('#').length - 1;
  expect(pathOf(drawQr(KEY)).match(/M/g)).toHaveLength(dark);
});

test('a receipt is drawn as the server draws it', () => {
  const file = new URL('../../testdata/qr.json', import.meta.url);
  const vectors = JSON.parse(readFileSync(file, 'utf8')) as { digits: string; rows: string[] }[];
  expect(vectors.length).toBeGreaterThan(2);
  for (const { digits, rows: want } of vectors) expect(rows(digits)).toEqual(want);
});
