import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EMPTY_CODING, readReport } from './model.ts';
import type { OpenEvent } from './opening.ts';
import { broken, cellOf, createTally, mark, type Plan, type Told, toldOf } from './tally.ts';

const PLAN = JSON.parse(readFileSync('../config/data/statistics_plan.json', 'utf8')) as Plan;
const PLACES = { inner: ['mitte'], outer: ['hafen'] };

function told(body: object, coding?: Partial<typeof EMPTY_CODING>, more: Partial<Told> = {}): Told {
  return {
    month: '03',
    track: 'report',
    report: readReport(body),
    coding: coding && { ...EMPTY_CODING, ...coding },
    at: '',
    answered: '',
    ...more,
  };
}

function marked(one: Told): Record<string, readonly string[]> {
  const found = mark(PLAN, one, PLACES);
  return Object.fromEntries(Object.entries(found).map(([dim, codes]) => [dim, [...codes]]));
}

test('without a coding the ticks of the reporter count, and say so', () => {
  const ticks = {
    lang: 'de-simple',
    grounds: ['age', 'disability'],
    areas: ['childcare'],
    place: { district: 'hafen' },
  };
  expect(marked(told(ticks))).toMatchObject({
    month: ['m03'],
    lang: ['de_simple'],
    place: ['outer'],
    area: ['education'],
    ground: ['disability', 'age'],
    multiplicity: ['multiple'],
    outcome: ['open'],
    answer: ['none'],
    source: ['reporter'],
    role: [],
    intervention: [],
  });
});

test('a ground beside the three main ones displaces none and makes nothing multiple', () => {
  const first = PLAN.dims.find(({ id }) => id === 'ground')?.codes[0] ?? '';
  const coding = { grounds: ['age'], groundsMore: [first] };
  expect(marked(told({}, coding))).toMatchObject({ ground: ['age'], multiplicity: ['single'] });
});

test('a coding counts instead of the ticks', () => {
  const coding = {
    grounds: ['gender'],
    area: 'dismissal',
    outcome: 'apology',
    interventions: ['testing'],
    multiplicity: 'intersectional',
  };
  expect(marked(told({ grounds: ['age'], areas: ['housing'] }, coding))).toMatchObject({
    area: ['dismissal'],
    ground: ['gender'],
    outcome: ['o_repaired'],
    intervention: ['i_structural'],
    multiplicity: ['intersectional'],
    source: ['office'],
  });
});

test('an empty report is counted as not known', () => {
  const empty = told({});
  expect(marked(empty)).toMatchObject({
    area: ['other_area'],
    ground: ['unsure_ground'],
    respondent: ['r_other'],
    place: ['elsewhere'],
    multiplicity: ['single'],
  });
  expect(broken(PLAN, mark(PLAN, empty, PLACES))).toBe(false);
});

test('a kind of racism brings its ground, and the first three grounds of the plan count', () => {
  const grounds = ['other_ground', 'age', 'disability', 'gender'];
  const found = marked(told({}, { grounds, subtypes: ['antigypsyism'] }));
  expect(found['subtype']).toEqual(['antigypsyism']);
  expect(found['ground']).toEqual(['racism_ethnic_origin', 'gender', 'disability']);
});

test.each([
  ['2025-03-03', '2025-03-06', 'd3'],
  ['2025-03-06', '2025-03-11', 'd3'],
  ['2025-03-06', '2025-03-12', 'd10'],
  ['2025-03-03', '2025-03-18', 'more'],
  ['2025-03-03', '', 'none'],
])('an answer to %s on %s is of class %s', (at, answered, want) => {
  expect(marked(told({}, undefined, { at, answered }))['answer']).toEqual([want]);
});

test('a coding that breaks a rule of the plan is shown and not counted', () => {
  const tally = createTally(PLAN, ['*', 'ground:age'], PLACES);
  const rules = JSON.parse(
    '[{"if":{"dim":"ground","codes":["age"]},"then":{"dim":"area","codes":["housing"]}}]',
  ) as NonNullable<Plan['rules']>;
  const plan: Plan = { ...PLAN, rules };
  const strict = createTally(plan, ['*', 'ground:age'], PLACES);
  for (const one of [tally, strict]) {
    one.add('a', told({ grounds: ['age'], areas: ['police'] }));
    one.add('b', undefined);
    one.add('c', told({ grounds: ['age'] }, { grounds: ['age'], area: 'housing' }));
  }
  expect(tally.result()).toEqual({
    cells: { '*': 2, 'ground:age': 2 },
    coverage: { coded: 1, ticked: 1, closed: ['b'], broken: [] },
  });
  expect(strict.result()).toEqual({
    cells: { '*': 1, 'ground:age': 1 },
    coverage: { coded: 1, ticked: 0, closed: ['b'], broken: ['a'] },
  });
});

test('a group counts a case once, a pair of axes where both hold', () => {
  const one = mark(PLAN, told({}, { grounds: ['racism_ethnic_origin', 'antisemitism'], area: 'dismissal' }), PLACES);
  expect(cellOf(PLAN, 'area@main:employment')(one)).toBe(true);
  expect(cellOf(PLAN, 'area@main:education')(one)).toBe(false);
  expect(cellOf(PLAN, 'ground.count:2')(one)).toBe(true);
  expect(cellOf(PLAN, 'area:dismissal|ground:antisemitism')(one)).toBe(true);
  expect(cellOf(PLAN, 'area:police|ground:antisemitism')(one)).toBe(false);
});

test('a report or a coding that does not open leaves nothing to count', () => {
  const summary = { month: '2025-07', track: 'report' } as const;
  const event = (kind: string, seal: string) =>
    ({ kind, seal, body: {}, at: '2025-07-01', day: '2025-07-02' }) as unknown as OpenEvent;
  expect(toldOf(summary, [event('report', 'nokey')])).toBeUndefined();
  expect(toldOf(summary, [event('report', 'open'), event('coding', 'damaged')])).toBeUndefined();
  expect(toldOf(summary, [event('report', 'open'), event('answer', 'open')])).toMatchObject({
    month: '07',
    answered: '2025-07-02',
  });
});
