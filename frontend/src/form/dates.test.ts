// A day is told once: what the script offers in the form against what the server
// carries over where there is no script. Both suites hold the same file.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { deadlines, type Rules, situationOf, type Told } from '../shared/deadline.ts';
import { reportOf } from './answers.ts';
import { offers } from './dates.ts';

interface Form {
  readonly note: string;
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly facts: Readonly<Record<string, string>>;
  readonly deadlines: readonly string[];
}

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

const { today, forms } = JSON.parse(read('internal/publicweb/testdata/days.json')) as { today: string; forms: Form[] };

const [names = '', ...days] = read('config/data/holidays_bw_2024_2032.csv').trim().split('\n');
const column = (line: string, name: string): string => line.split(';')[names.split(';').indexOf(name)] ?? '';
const rules: Rules = {
  ...JSON.parse(read('config/data/deadline_rules.json')),
  holidays: days.map((line) => ({ day: column(line, 'date'), nationwide: column(line, 'nationwide') === 'yes' })),
};

test.each(forms)('$note', ({ fields, facts, deadlines: want }) => {
  const filled: Record<string, readonly string[]> = { ...fields };
  const one = (name: string): string => filled[name]?.[0] ?? '';
  const ticked = ['areas', 'respondents', 'manifestations', 'grounds'].flatMap((name) => filled[name] ?? []);
  const asked = rules.facts.filter(
    ({ asked_in, ask_if }) =>
      asked_in === 'form' &&
      Object.values(ask_if ?? {})
        .flat()
        .some((code) => ticked.includes(code)),
  );
  for (const [fact, day] of Object.entries(offers(one))) {
    if (one(`facts.${fact}`) === '' && asked.some(({ id }) => id === fact)) filled[`facts.${fact}`] = [day];
  }
  const all = (name: string): readonly string[] => (filled[name] ?? []).filter((value) => value !== '');
  const report = reportOf(
    { taxonomy: 1, lang: 'de' },
    all,
    asked.map(({ id }) => `facts.${id}`),
  );
  expect(report['facts'] ?? {}).toEqual(facts);
  const runs = deadlines(rules, situationOf(report as Told, today), today).filter(
    ({ missing }) => missing.length === 0,
  );
  expect(runs.map(({ rule, safe }) => `${rule.id} ${safe}`)).toEqual(want);
});
