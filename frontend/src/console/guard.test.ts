import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Rules } from '../shared/deadline.ts';
import type { CaseView } from './casefile.ts';
import { bodyOf, computed, factsOf, soonest } from './guard.ts';
import { EMPTY_CODING, readReport } from './model.ts';

const data = (name: string): string => readFileSync(new URL(`../../../config/data/${name}`, import.meta.url), 'utf8');
const holidays = data('holidays_bw_2024_2032.csv').trim().split('\n').slice(1);
const rules: Rules = {
  ...JSON.parse(data('deadline_rules.json')),
  holidays: holidays.map((line) => ({ day: line.split(';')[0] ?? '', nationwide: line.endsWith(';yes') })),
};

const TODAY = '2026-04-01';

/** opened is a case of which only the report, the coding and an earlier deadline matter here. */
function opened(report: object, more: Partial<CaseView> = {}): CaseView {
  return { report: readReport(report), coding: undefined, events: [], ...more } as CaseView;
}

test('a dismissal stands first, the claim beside it, and the card gets the earliest day', () => {
  const facts = { written_dismissal_received_on: '2026-03-30', knowledge_on: '2026-03-30' };
  const view = opened({ areas: ['dismissal'], facts });
  const all = computed(rules, view, factsOf(view), TODAY);
  expect(bodyOf(all, factsOf(view))).toMatchObject({
    safe_day: '2026-04-20',
    rule: 'kschg_4',
    version: 1,
    act: 'Klage beim Arbeitsgericht',
    starts: '2026-03-30',
    raw_end: '2026-04-20',
    end: '2026-04-20',
    stale: true,
    facts,
    more: [{ safe_day: '2026-05-29', rule: 'agg_15_4', raw_end: '2026-05-30', end: '2026-06-01', tariff: true }],
  });
  expect(soonest(all)).toBe('2026-04-20');
});

test('no rule, and a rule without its day, are an empty event', () => {
  for (const report of [{ areas: ['police'] }, { areas: ['dismissal'] }, {}]) {
    const view = opened(report);
    const all = computed(rules, view, factsOf(view), TODAY);
    expect(bodyOf(all, factsOf(view))).toEqual({});
    expect(soonest(all)).toBe('');
  }
});

test('codes and days of the office count as well, and its days more than those of the report', () => {
  const report = { facts: { knowledge_on: '2026-03-30' } };
  const event = { kind: 'deadline', body: { facts: { knowledge_on: '2026-03-02', place_of_respondent: 'DE-BW' } } };
  const byHand = { kind: 'deadline', body: { safe_day: '2026-04-10', act: 'Anrufen' } };
  const view = opened(report, {
    coding: { ...EMPTY_CODING, area: 'workplace' },
    events: [event, byHand] as unknown as CaseView['events'],
  });
  const [found] = computed(rules, view, factsOf(view), TODAY);
  expect([found?.starts, found?.rawEnd, found?.end, found?.safe]).toEqual([
    '2026-03-02',
    '2026-05-02',
    '2026-05-04',
    '2026-04-30',
  ]);
});
