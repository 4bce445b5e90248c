// The script's reading of a form against the server's: both suites hold the same
// file, so a report sealed here and one sealed on arrival say the same.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cleanText, reportOf, track } from './answers.ts';
import { dayOf, isoDay } from './check.ts';
import { LIMIT, length } from './count.ts';
import { type Page, text } from './page.ts';
import { troubleOf } from './post.ts';

interface File {
  readonly forms: readonly {
    readonly note: string;
    readonly lang: string;
    readonly fields: Readonly<Record<string, readonly string[]>>;
    readonly report: unknown;
    readonly track: string;
  }[];
  readonly texts: readonly { readonly in: string; readonly out: string }[];
}

const file = JSON.parse(
  readFileSync(new URL('../../../internal/publicweb/testdata/answers.json', import.meta.url), 'utf8'),
) as File;

test.each(file.forms)('$note', ({ lang, fields, report, track: want }) => {
  // A browser's form gives no answer that is empty.
  const all = (name: string) => (fields[name] ?? []).filter((value) => value !== '');
  const facts = Object.keys(fields).filter((name) => name.startsWith('facts.'));
  const got = reportOf({ taxonomy: 1, lang }, all, facts);
  expect(JSON.stringify(sorted(got))).toBe(JSON.stringify(sorted(report)));
  expect(track(got)).toBe(want);
});

/** sorted makes two objects comparable as texts, so that undefined and absent are told apart. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}

test.each(file.texts)('text $in', ({ in: typed, out }) => {
  expect(cleanText(typed)).toBe(out);
});

describe('what the page says', () => {
  const page: Page = {
    site: 'test.example',
    lang: 'ar',
    taxonomy: 1,
    desks: [],
    days: 3,
    look: '',
    later: '',
    texts: {
      plain: '{{.Now}} / {{.All}} {{.Nothing}}',
      many: { zero: '0', one: '1', two: '2', few: 'few {{.Count}}', many: 'many', other: 'other' },
      short: { other: 'only {{.Count}}' },
    },
  };

  test('texts are filled, and every plural of the language is found', () => {
    expect(text(page, 'plain', { Now: 3, All: 13 })).toBe('3 / 13 ');
    expect([0, 1, 2, 3, 11, 100].map((Count) => text(page, 'many', { Count }))).toEqual([
      '0',
      '1',
      '2',
      'few 3',
      'many',
      'other',
    ]);
    expect(text(page, 'short', { Count: 2 })).toBe('only 2');
    expect(text(page, 'missing')).toBe('missing');
  });

  test('a length counts code points, line breaks once', () => {
    expect(length('a\r\nb\n😀')).toBe(5);
    expect(length('x'.repeat(LIMIT))).toBe(LIMIT);
  });

  test('days', () => {
    expect(dayOf(' 1.2.2026 ')).toBe('2026-02-01');
    expect(dayOf('2026-02-01')).toBe('2026-02-01');
    expect(dayOf('gestern')).toBe('gestern');
    expect(isoDay(new Date(2026, 10, 2, 23, 59))).toBe('2026-11-02');
  });

  test('a failure is called what it is: nothing stored only where that is certain', () => {
    const said = (status: number, error: string): string => troubleOf({ status, error, body: undefined });
    expect(said(0, 'offline')).toBe('js.offline');
    expect(said(0, 'unclear')).toBe('later.unclear');
    expect(said(503, 'unclear')).toBe('later.unclear');
    expect(said(503, 'unavailable')).toBe('later.unavailable');
    expect(said(500, 'internal')).toBe('later.unclear');
    expect(said(408, 'too_slow')).toBe('later.unclear');
    expect(said(409, 'epoch')).toBe('later.epoch');
    expect(said(422, 'form')).toBe('later.unavailable');
  });
});
