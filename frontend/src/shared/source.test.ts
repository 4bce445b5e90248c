// Rules about the sources themselves: what a strict content policy forbids is not
// even written, and the public side keeps nothing on the device.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const src = join(import.meta.dirname, '..');

const NOWHERE = [
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'document.write',
  'DOMParser',
  'dangerouslySetInnerHTML',
  'serviceWorker',
  'setHTMLUnsafe',
  'eval(',
  'new Function',
];

const NOT_IN_PUBLIC = [
  'pushState',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'document.cookie',
  'caches.',
  'location.hash',
];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function offences(folder: string, words: readonly string[]): string[] {
  return sources(folder).flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return words.filter((word) => text.includes(word)).map((word) => `${relative(src, path)}: ${word}`);
  });
}

test('no source holds what Trusted Types would stop', () => {
  expect(sources(src).length).toBeGreaterThan(20);
  expect(offences(src, NOWHERE)).toEqual([]);
});

test('the public side keeps nothing and makes no history', () => {
  expect(offences(join(src, 'form'), NOT_IN_PUBLIC)).toEqual([]);
  expect(offences(join(src, 'shared'), NOT_IN_PUBLIC)).toEqual([]);
});

test('files stay short enough to read', () => {
  const long = sources(src)
    .map((path) => ({ path: relative(src, path), lines: readFileSync(path, 'utf8').split('\n').length }))
    .filter(({ lines }) => lines > 400);
  expect(long.filter(({ path }) => path !== 'shared/api.ts')).toEqual([]);
});

test('only the parts of the age library that are needed are taken in', () => {
  const whole = sources(src).filter((path) => /from 'age-encryption'/.test(readFileSync(path, 'utf8')));
  expect(whole).toEqual([]);
});
