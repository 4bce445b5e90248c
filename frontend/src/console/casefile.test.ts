import { expect, test } from 'vitest';
import type { CaseFile } from '../shared/api.ts';
import { type CaseView, needsAccess, needsTicks, since, viewOf } from './casefile.ts';
import { holds } from './checks.ts';
import { flagsOf } from './flags.ts';
import type { OpenEvent } from './opening.ts';

const ME = 'a'.repeat(32);
const FILE: CaseFile = {
  summary: {
    case: 'c'.repeat(32),
    rev: 1,
    desk: 'city',
    epoch: 1,
    month: '2026-11',
    state: 'received',
    track: 'counselling',
    assignee: '',
    open: true,
    unread: true,
    hold: false,
    due: '',
    purge: '',
    codingRev: 0,
    asked: '',
    askedBy: '',
  },
  events: [],
  allowed: [],
};

function event(kind: string, change: Partial<OpenEvent> = {}): OpenEvent {
  return {
    rev: 0,
    kind,
    actor: ME,
    day: '2026-11-22',
    state: 'received',
    op: kind,
    public: {},
    seal: 'open',
    linked: true,
    at: '2026-11-21',
    by: '',
    seen: '',
    told: false,
    body: {},
    ...change,
  };
}

function view(...events: readonly OpenEvent[]): CaseView {
  const numbered = events.map((e, i) => ({ ...e, rev: i + 1 }));
  return viewOf(FILE, { events: numbered, warnings: [], pin: 'pin', canAnswer: true });
}

const report = (body: Record<string, unknown> = {}) => event('report', { actor: 'resident', day: '2026-11', body });

test('the newest coding, deadline and rung count', () => {
  const v = view(
    report({ rung: 'answer_me' }),
    event('coding', { body: { outcome: 'informed' } }),
    event('coding', { body: { outcome: 'apology' } }),
    event('coding', { seal: 'damaged' }),
    event('deadline', { body: { safe_day: '2026-12-04', act: 'klagen' } }),
    event('consent', { actor: 'resident', public: { rung: 'act_for_me' } }),
  );
  expect(v.coding?.outcome).toBe('apology');
  expect(v.deadline).toMatchObject({ day: '2026-12-04', act: 'klagen' });
  expect(v.rung).toBe('act_for_me');
});

test('an answer has seen the newest event that the mailbox knows', () => {
  expect(view(report(), event('note'), event('deadline')).seen).toBe('report');
  expect(
    view(report(), event('message', { op: 'm' }), event('deadline', { op: 'd', told: true }), event('note')).seen,
  ).toBe('d');
});

test('a card of another report means that the report was replaced', () => {
  expect(view(report(), event('card', { body: { pin: 'other' } })).replaced).toBe(true);
  expect(view(report(), event('card', { body: { pin: 'pin' } })).replaced).toBe(false);
});

test('an opening is recorded once a member and day, and again after the resident wrote', () => {
  expect(needsAccess(view(report()), ME, '2026-11-22')).toBe(true);
  expect(needsAccess(view(report(), event('access')), ME, '2026-11-22')).toBe(false);
  expect(needsAccess(view(report(), event('access')), ME, '2026-11-23')).toBe(true);
  expect(needsAccess(view(report(), event('access')), 'b'.repeat(32), '2026-11-22')).toBe(true);
  expect(needsAccess(view(report(), event('access'), event('message', { actor: 'resident' })), ME, '2026-11-22')).toBe(
    true,
  );
});

test('ticks are recorded once', () => {
  expect(needsTicks(view(report()))).toBe(false);
  expect(needsTicks(view(report({ consents: ['art9/1'] })))).toBe(true);
  const consent = event('consent', { public: { text: 'ticks/1' }, body: { texts: ['art9/1'] } });
  expect(needsTicks(view(report({ consents: ['art9/1'] }), consent))).toBe(false);
});

test('what others did since is told, what I did and openings are not', () => {
  const v = view(
    report(),
    event('note', { actor: 'b' }),
    event('note'),
    event('access', { actor: 'b' }),
    event('message', { actor: 'resident' }),
  );
  expect(since(v, 1, ME).map((e) => e.rev)).toEqual([2, 5]);
});

test('checks that the console sees itself', () => {
  const coded = { grounds: ['age'], area: 'workplace', respondent: 'employer', outcome: 'documented_only' };
  expect(holds('coded', view(report(), event('coding', { body: coded })))).toBe(true);
  expect(holds('coded', view(report(), event('coding', { body: { ...coded, area: '' } })))).toBe(false);
  expect(holds('outcome', view(report()))).toBe(false);
  expect(holds('may_ask', view(report({ rung: 'count_it' })))).toBe(false);
  expect(holds('may_ask', view(report({ rung: 'count_it', may_ask: true })))).toBe(true);
  expect(holds('art9', view(report(), event('consent', { body: { texts: ['art9/1'] } })))).toBe(true);
  expect(holds('art9', view(report(), event('consent', { body: { texts: ['contact/1'] } })))).toBe(false);
  expect(holds('mandate', view(report()))).toBeUndefined();
});

test('flags are reasons to look', () => {
  const told = report({
    manifestations: ['threat'],
    when: { ongoing: true },
    under18: true,
    respondents: ['city_body', 'police_justice'],
  });
  const v = view(told, event('deadline', { body: { safe_day: '2026-12-04' } }));
  expect(flagsOf(v, ['city_body'], '2026-11-22')).toEqual([
    'danger_now',
    'minor_involved',
    'deadline_14d',
    'respondent_is_city',
    'police_respondent',
  ]);
  expect(flagsOf(view(report()), ['city_body'], '2026-11-22')).toEqual([]);
});
