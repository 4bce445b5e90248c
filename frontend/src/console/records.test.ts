import { expect, test } from 'vitest';
import type { CaseFile } from '../shared/api.ts';
import { type CaseView, viewOf } from './casefile.ts';
import { holds, recipientsOf } from './checks.ts';
import type { OpenEvent } from './opening.ts';
import {
  agreedTo,
  consentFor,
  deskOf,
  followOf,
  handoversOf,
  isRecord,
  measuresOf,
  newMeasure,
  recordBody,
  standing,
} from './records.ts';

const SUMMARY = { case: 'c'.repeat(32), state: 'counselling', track: 'counselling' } as CaseFile['summary'];
const BODY = { id: 'ads' };

function event(kind: string, op: string, body: Record<string, unknown>, change: Partial<OpenEvent> = {}): OpenEvent {
  const base = { rev: 0, kind, actor: 'm', day: '2026-11-22', state: 'counselling', op, public: {} };
  const seal = { seal: 'open', linked: true, at: '', by: '', seen: '', told: false } as const;
  return { ...base, ...seal, body, ...change };
}

function view(...events: readonly OpenEvent[]): CaseView {
  const numbered = events.map((one, i) => ({ ...one, rev: i + 1 }));
  return viewOf(
    { summary: SUMMARY, events: [], allowed: [] },
    { events: numbered, warnings: [], pin: '', canAnswer: true },
  );
}

const record = (op: string, fields: Record<string, unknown>) => event('note', op, recordBody('in Worten', fields));
const consent = (op: string, more: Record<string, unknown> = {}, change: Partial<OpenEvent> = {}) =>
  event('consent', op, { to: 'ads', what: 'Text', ...more }, { public: { rung: 'pass_on' }, ...change });

test('a newer record of the same step counts, and keeps its place', () => {
  const v = view(
    record('a', { task: 'measure', type: 'complaint_letter', day: '2026-11-01' }),
    record('b', { task: 'measure', type: 'accompaniment', day: '2026-11-02' }),
    record('c', {
      task: 'measure',
      of: 'a',
      type: 'complaint_letter',
      day: '2026-11-01',
      result: 'Antwort',
      result_day: '2026-11-20',
    }),
    event('note', 'd', { text: 'eine Notiz' }),
    record('e', { task: 'measure', of: 'nobody', type: 'testing', day: '2026-11-03' }),
  );
  expect(measuresOf(v).map(({ first, type, result }) => [first, type, result])).toEqual([
    ['a', 'complaint_letter', 'Antwort'],
    ['b', 'accompaniment', ''],
    ['e', 'testing', ''],
  ]);
  expect(v.events.filter(isRecord).map(({ op }) => op)).toEqual(['a', 'b', 'c', 'e']);
  expect(holds('result', v)).toBe(true);
  expect(holds('result', view(record('a', { task: 'measure', type: 'x' })))).toBeUndefined();
});

test('a damaged box and a record of another shape are no step', () => {
  const damaged = event('note', 'a', {}, { seal: 'damaged' });
  const odd = event('note', 'b', { record: ['measure'] });
  expect(measuresOf(view(damaged, odd))).toEqual([]);
  expect(followOf(view(record('a', { task: 'follow', day: 'morgen' })))).toBeUndefined();
});

test('the newest follow-up counts; one without a day clears it', () => {
  const set = record('a', { task: 'follow', day: '2026-12-01', words: 'nachfragen' });
  expect(followOf(view(set))).toMatchObject({ day: '2026-12-01', words: 'nachfragen' });
  expect(followOf(view(set, record('b', { task: 'follow', day: '' })))).toBeUndefined();
});

test('only a consent that names the body counts', () => {
  expect(consentFor(view(), BODY)).toBeUndefined();
  expect(consentFor(view(consent('a', { to: 'other' })), BODY)).toBeUndefined();
  expect(consentFor(view(consent('a', { to: '' })), { id: 'x' })).toBeUndefined();
  const found = consentFor(view(consent('a'), consent('b', { what: 'Neuer Text' })), BODY);
  expect(agreedTo(found)).toBe('Neuer Text');
  expect(agreedTo(undefined)).toBe('');
});

test.each([
  ['an entry that it was taken back', consent('b', { revoked: true })],
  ['a withdrawal', event('withdrawal', 'b', {}, { actor: 'resident' })],
  ['a lower wish than before', event('consent', 'b', {}, { actor: 'resident', public: { rung: 'answer_me' } })],
  ['a hand-over by it', event('answer', 'b', {}, { public: { of: 'a' } })],
  ['a wish that allows nothing', event('consent', 'b', {}, { actor: 'resident', public: { rung: 'read_it' } })],
])('%s takes a consent away', (_, later) => {
  expect(consentFor(view(consent('a'), later), BODY)).toBeUndefined();
  expect(consentFor(view(consent('a'), later, consent('c')), BODY)?.op).toBe('c');
});

test('a consent that was taken back stands for no other step either; one that was used does', () => {
  const ops = (...events: readonly OpenEvent[]) => standing(view(...events)).map(({ op }) => op);
  const ticks = event('consent', 't', { texts: ['art9/1'] }, { public: { rung: 'act_for_me' } });
  expect(ops(ticks, consent('a'), consent('b', { to: 'other' }))).toEqual(['t', 'a', 'b']);
  expect(ops(ticks, consent('a'), consent('b', { revoked: true }))).toEqual(['t']);
  expect(ops(consent('a'), event('answer', 'b', {}, { public: { of: 'a' } }))).toEqual(['a']);
  const lower = event('consent', 'w', {}, { actor: 'resident', public: { rung: 'act_for_me' } });
  expect(ops(ticks, consent('a'), lower)).toEqual(['t', 'w']);
  expect(ops(ticks, consent('a'), event('withdrawal', 'x', {}, { actor: 'resident' }))).toEqual([]);
});

test('a consent that does not open allows nothing; another wish of the office takes nothing away', () => {
  expect(consentFor(view(consent('a', {}, { seal: 'damaged' })), BODY)).toBeUndefined();
  const other = consent('b', { to: 'other' });
  expect(consentFor(view(consent('a'), other), BODY)?.op).toBe('a');
});

test('what was handed on is there word by word', () => {
  const v = view(
    record('a', { task: 'handover', to: 'ads', name: 'ADS', words: 'Text', consent: 'b', day: '2026-11-22' }),
  );
  expect(handoversOf(v)).toMatchObject([{ to: 'ads', name: 'ADS', words: 'Text', consent: 'b', day: '2026-11-22' }]);
});

test('what went to another desk stands in the answer that told it', () => {
  const passed = { desk: 'verein', name: 'Vereinsstelle', code: '' };
  const v = view(event('answer', 'a', { text: 'Das ging.', passed }, { at: '2026-11-22', public: { of: 'c' } }));
  expect(handoversOf(v)).toMatchObject([
    { to: 'desk:verein', name: 'Vereinsstelle', words: 'Das ging.', consent: 'c', day: '2026-11-22' },
  ]);
  expect(deskOf({ id: 'desk:verein' })).toBe('verein');
  expect(deskOf({ id: 'verein' })).toBe('');
  expect(holds('recipient', v)).toBe(true);
  expect(holds('recipient', view(record('a', { task: 'handover', to: 'ads' })))).toBe(false);
});

test('handing a case on needs a yes that names the body, and one that names none is for the member to compare', () => {
  const told = (more: Record<string, unknown>) => event('report', 'r', more, { actor: 'resident' });
  expect(holds('recipient', view(told({})))).toBe(false);
  expect(holds('recipient', view(told({}), consent('k', { text: 'passon/1', recipient: 'ADS' })))).toBe(true);
  expect(holds('recipient', view(told({}), consent('k'), consent('l', { revoked: true })))).toBe(false);
  const wish = view(told({ pass_on: [{ to: 'Mieterverein', what: 'alles' }] }));
  expect(holds('recipient', wish)).toBeUndefined();
  expect(recipientsOf(wish)).toEqual(['Mieterverein']);
  const spoken = view(
    told({}),
    event('consent', 's', { text: 'passon/1', how: 'am Telefon' }, { public: { text: 'passon/1' } }),
  );
  expect(holds('recipient', spoken)).toBeUndefined();
  expect(recipientsOf(spoken)).toEqual(['am Telefon']);
});

test('a form begins with its draft, and with no consent that was taken back since', () => {
  const empty = { type: '', day: '2026-11-22', kind: '', target: '', consent: '', count: true };
  expect(newMeasure('', '2026-11-22', [])).toEqual(empty);
  const typed = { type: 'letter', day: '2026-11-20', kind: 'company', target: 'Hafen', consent: 'c1', count: false };
  const consents = standing(view(consent('c1')));
  expect(newMeasure(JSON.stringify(typed), '2026-11-22', consents)).toEqual(typed);
  expect(newMeasure(JSON.stringify(typed), '2026-11-22', [])).toEqual({ ...typed, consent: '' });
  expect(newMeasure('[1]', '2026-11-22', consents)).toEqual(empty);
  expect(newMeasure('{"type":1,"day":null,"count":"no"}', '2026-11-22', consents)).toEqual(empty);
});
