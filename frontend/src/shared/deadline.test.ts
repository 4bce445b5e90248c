// The cases that the Go engine is held to as well, and what must hold for every
// day of the calendar.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, daysBetween, isDay, weekday } from './civil.ts';
import {
  type Deadline,
  dayOff,
  deadlines,
  type Rule,
  type Rules,
  type Situation,
  situationOf,
  type Told,
} from './deadline.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

function rows(path: string): Record<string, string>[] {
  const [head = '', ...lines] = read(path).trim().split('\n');
  const names = head.split(';');
  return lines.map((line) => Object.fromEntries(line.split(';').map((cell, i) => [names[i] ?? '', cell])));
}

const shipped: Rules = {
  ...JSON.parse(read('config/data/deadline_rules.json')),
  holidays: rows('config/data/holidays_bw_2024_2032.csv').map((row) => ({
    day: row['date'] ?? '',
    nationwide: row['nationwide'] === 'yes',
  })),
};

/** alone gives rules with one rule that a fact called "start" starts. */
function alone(rule: Partial<Rule>): Rules {
  const whole = { ...(shipped.rules[0] as Rule), ...rule };
  const only: Rule = {
    ...whole,
    enabled: true,
    valid_from: '1900-01-01',
    applies: { fact: { start: 'known' } },
    start: [{ needs: ['start'] }],
  };
  return { ...shipped, rules: [only] };
}

function line(found: Deadline): string {
  const { rule, missing, outside, learned, stale } = found;
  const days = [found.starts, found.rawEnd, found.end, found.safe].map((day) => day || '-');
  const words = [`${rule.id}/${rule.version}`, ...days];
  if (missing.length > 0) words.push(`missing=${missing.join(',')}`);
  if (outside) words.push('outside');
  if (learned) words.push('learned');
  if (stale) words.push('stale');
  return words.join(' ');
}

describe('the given cases', () => {
  test.each(rows('internal/incident/testdata/deadlines_cases.csv'))(
    '$rule from $start_event_date in $calendar',
    (row) => {
      const length = { n: Number(row['length']), unit: row['unit'] ?? '' };
      const rules = alone({ id: row['rule'] ?? '', length, calendar: row['calendar'] ?? '' });
      const [found] = deadlines(rules, { facts: { start: row['start_event_date'] ?? '' } }, '2026-11-22');
      expect([found?.rawEnd, found?.end, found?.safe]).toEqual([
        row['raw_end'],
        row['end_after_193'],
        row['safe_last_working_day'],
      ]);
    },
  );

  test.each(rows('internal/incident/testdata/posting_fiction_cases.csv'))(
    'posted $posted, $fiction_days days',
    (row) => {
      const authority = row['fiction_days'] === '3' ? 'DE-BW' : 'DE';
      const facts = { decision_posted_on: row['posted'] ?? '' };
      const codes = { area: ['immigration_office'] };
      const [found] = deadlines(shipped, { codes, facts, authority }, '2026-11-22');
      expect([found?.starts, found?.rawEnd, found?.end, found?.safe]).toEqual([
        row['announced_on'],
        row['objection_raw'],
        row['objection_end'],
        row['objection_safe'],
      ]);
    },
  );
});

interface Case {
  readonly note: string;
  readonly today: string;
  readonly want: readonly string[];
  readonly versions?: boolean;
  readonly situation: Situation;
  readonly report: Told;
}

describe('whole situations', () => {
  const file = JSON.parse(read('internal/incident/testdata/situations.json')) as {
    readonly versions: readonly Rule[];
    readonly cases: readonly Case[];
    readonly reports: readonly Case[];
  };

  test.each(file.cases)('$note', ({ today, want, versions, situation }) => {
    const rules = versions === true ? { ...shipped, rules: file.versions } : shipped;
    expect(deadlines(rules, situation, today).map(line)).toEqual(want);
  });

  test.each(file.reports)('of a report: $note', ({ today, want, report }) => {
    expect(deadlines(shipped, situationOf(report, today), today).map(line)).toEqual(want);
  });
});

/** almanac is a second calendar, made of the law's own words and of Easter, with other arithmetic than the engine's. */
function almanac(): (day: string, land: boolean) => boolean {
  const days = new Map<string, boolean>();
  for (let year = 2024; year <= 2033; year++) {
    const enter = (date: Date, everywhere: boolean): void => {
      days.set(date.toISOString().slice(0, 10), everywhere);
    };
    for (const [month, date, everywhere] of [
      [1, 1, true],
      [1, 6, false],
      [5, 1, true],
      [10, 3, true],
      [11, 1, false],
      [12, 25, true],
      [12, 26, true],
    ] as const) {
      enter(new Date(Date.UTC(year, month - 1, date)), everywhere);
    }
    // Easter by the rule of Meeus and Jones; the Go test takes that of Gauss.
    const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
    const d = Math.floor(b / 4);
    const g = Math.floor((8 * b + 13) / 25);
    const h = (19 * a + b - d - g + 15) % 30;
    const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
    const m = Math.floor((a + 11 * h + 22 * l) / 451);
    const sum = h + l - 7 * m + 114;
    for (const [after, everywhere] of [
      [-2, true],
      [1, true],
      [39, true],
      [50, true],
      [60, false],
    ] as const) {
      enter(new Date(Date.UTC(year, Math.floor(sum / 31) - 1, (sum % 31) + 1 + after)), everywhere);
    }
  }
  return (day, land) => {
    const week = new Date(`${day}T00:00:00Z`).getUTCDay();
    return week === 0 || week === 6 || (days.has(day) && (land || days.get(day) === true));
  };
}

describe('every day of the calendar', () => {
  test('every rule from every day of nine years, everywhere, against a calendar of its own', () => {
    const off = almanac();
    for (const { day, nationwide } of shipped.holidays) expect(off(day, !nationwide)).toBe(true);
    let computed = 0;
    for (const rule of shipped.rules) {
      for (const place of ['', 'DE', 'DE-BW']) {
        const rules = alone(rule);
        const land = rule.calendar === 'DE-BW' || (rule.calendar !== 'DE' && place === 'DE-BW');
        const places = place === '' ? {} : { [rule.calendar]: place };
        for (let start = '2024-01-01'; start <= '2032-12-31'; start = addDays(start, 1)) {
          const [found] = deadlines(rules, { facts: { start }, places }, start);
          computed += 1;
          if (found === undefined) throw new Error(`${rule.id} from ${start}: nothing`);
          const { rawEnd, end, safe, outside } = found;
          const said = `${rule.id} from ${start}: ${rawEnd}, ${end}, ${safe}`;
          if (outside) {
            if (addDays(rawEnd, 6) <= '2032-12-31' || end !== '' || safe !== '') throw new Error(said);
            continue;
          }
          if (off(end, land) || off(safe, true) || safe > rawEnd || end < rawEnd) throw new Error(said);
          for (let day = rawEnd; day < end; day = addDays(day, 1)) if (!off(day, land)) throw new Error(said);
          for (let day = safe; day < rawEnd; ) {
            day = addDays(day, 1);
            if (!off(day, true)) throw new Error(said);
          }
        }
      }
    }
    expect(computed).toBe(shipped.rules.length * 3 * 3_288);
  }, 60_000);

  const day = fc.integer({ min: 0, max: 3_200 }).map((n) => addDays('2024-01-01', n));

  test('no end and no safe day on a day that the law forbids, and never later than the raw end', () => {
    fc.assert(
      fc.property(day, fc.constantFrom(...shipped.rules), fc.constantFrom('', 'DE-BW'), (start, rule, place) => {
        const places = place === '' ? {} : { [rule.calendar]: place };
        const [found] = deadlines(alone(rule), { facts: { start }, places }, start);
        if (found === undefined) throw new Error('no deadline');
        if (found.outside) {
          expect([found.end, found.safe]).toEqual(['', '']);
          return;
        }
        const calendar = Object.hasOwn(shipped.calendars, rule.calendar) ? rule.calendar : place || 'DE';
        expect(dayOff(shipped, found.end, calendar)).toBe(false);
        expect(dayOff(shipped, found.safe, 'DE-BW')).toBe(false);
        expect(found.safe <= found.rawEnd && found.rawEnd <= found.end && found.starts === start).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  test('days follow each other as in the one calendar that everybody has', () => {
    const utc = (text: string): Date => new Date(`${text}T00:00:00Z`);
    fc.assert(
      fc.property(day, fc.integer({ min: -800, max: 800 }), (from, n) => {
        const to = addDays(from, n);
        expect(isDay(to)).toBe(true);
        expect(utc(to).getTime() - utc(from).getTime()).toBe(n * 86_400_000);
        expect(daysBetween(from, to)).toBe(n);
        expect(weekday(to) % 7).toBe(utc(to).getUTCDay());
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(['', '2026-02-29', '2026-13-01', '2026-1-1', '22.11.2026', '2026-00-10', '2026-04-31', '2026-11-22T00:00'])(
    '%s is no day',
    (text) => expect(isDay(text)).toBe(false),
  );
});
