import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import de from './texts.de.json' with { type: 'json' };
import en from './texts.en.json' with { type: 'json' };
import { createTexts, fill, languageOf } from './texts.ts';

type File = Readonly<Record<string, string | { readonly one?: string; readonly other: string }>>;
const FILES: Readonly<Record<string, File>> = { de, en };

function forms(entry: File[string] | undefined): readonly string[] {
  if (entry === undefined) return [];
  return typeof entry === 'string' ? [entry] : [entry.one ?? '', entry.other];
}

function placeholders(entry: File[string] | undefined): readonly string[] {
  return [...new Set(forms(entry).flatMap((text) => text.match(/\{\{\.\w+\}\}/g) ?? []))].sort();
}

function sources(dir: string): readonly string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return sources(join(dir, entry.name));
    return /\.tsx?$/.test(entry.name) && !/\.test\./.test(entry.name)
      ? [readFileSync(join(dir, entry.name), 'utf8')]
      : [];
  });
}

test('both languages have the same keys, sorted', () => {
  expect(Object.keys(en)).toEqual(Object.keys(de));
  expect(Object.keys(de)).toEqual(Object.keys(de).sort((a, b) => (a < b ? -1 : 1)));
});

test('both languages have the same placeholders and plural forms', () => {
  for (const key of Object.keys(de)) {
    const [german, english] = [(FILES['de'] as File)[key], (FILES['en'] as File)[key]];
    expect(placeholders(english), key).toEqual(placeholders(german));
    expect(typeof english, key).toBe(typeof german);
  }
});

test('no text is empty, holds markup, or shouts', () => {
  for (const file of Object.values(FILES)) {
    for (const [key, entry] of Object.entries(file)) {
      for (const text of forms(entry)) expect(text, key).toMatch(/^[^<]+$/);
    }
  }
});

test('every text is used', () => {
  const source = sources(import.meta.dirname).join('\n');
  const used = new Set([...source.matchAll(/'([a-z]\w*(?:\.[\w-]+)+)'/g)].map((match) => match[1]));
  const labelled = [...source.matchAll(/label\('(\w+)'/g), ...source.matchAll(/`([a-z_]+(?:\.[a-z_]+)*)\.\$\{/g)];
  const prefixes = labelled.map((match) => `${match[1]}.`);
  const unused = Object.keys(de).filter((key) => !used.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)));
  expect(unused).toEqual([]);
});

test('a text is filled, counted and answered in the language of now', async () => {
  const texts = createTexts('de');
  expect(texts.t('inbox.found', { N: 1 })).toBe('1 Fall');
  expect(texts.t('inbox.found', { N: 0 })).toBe('0 Fälle');
  texts.language.value = 'en';
  expect(texts.t('inbox.found', { N: 2 })).toBe('2 Fälle');
  await expect.poll(() => texts.t('inbox.found', { N: 2 })).toBe('2 cases');
  expect(texts.label('state', 'triage')).toBe('Triage');
  expect(texts.label('state', 'brand_new')).toBe('brand_new');
  expect(fill('{{.A}} {{.B}}', { A: 1 })).toBe('1 {{.B}}');
});

test('a language that cannot be loaded is not chosen', async () => {
  const texts = createTexts('en', () => Promise.reject(new TypeError('offline')));
  await expect.poll(() => texts.language.value).toBe('de');
  expect(texts.t('inbox.found', { N: 2 })).toBe('2 Fälle');
});

test.each([
  ['de', 'de'],
  ['en-GB', 'en'],
  ['tr', 'de'],
])('a page in %s makes a console in %s', (tag, language) => {
  expect(languageOf(tag)).toBe(language);
});
