import { expect, test } from 'vitest';
import type { Offer, Summary } from '../shared/api.ts';
import type { CaseView } from './casefile.ts';
import { actOf, checksByHand, labelOf, missingOf, moveFaults } from './moves.ts';
import { createTexts } from './texts.ts';

const TODAY = '2026-11-22';
const TYPED = { reason: '', code: '', resume: '2026-12-06', ticked: [] };

function offer(change: Partial<Offer> = {}): Offer {
  return { to: 'closed', kind: 'transition', missing: [], checks: [], codes: [], ...change };
}

function view(change: Partial<CaseView> = {}): CaseView {
  return { summary: { state: 'triage' } as Summary, events: [], rung: '', ...change } as CaseView;
}

const near = { deadline: { day: '2026-12-04', act: '', note: '', more: [] } } as unknown as Partial<CaseView>;

test('missing is what the server wants and what the console sees itself', () => {
  const closing = offer({ missing: ['has_answer'], checks: ['outcome', 'safe_day'] });
  expect(missingOf(closing, view())).toEqual(['has_answer', 'outcome']);
});

test('the dialog wants reason, day, code and checks where the move does', () => {
  const none = { code: '', resume: '', reason: '', checks: '' };
  expect(moveFaults(offer(), view(), TYPED, TODAY)).toEqual(none);
  expect(moveFaults(offer({ codes: ['spam'] }), view(), TYPED, TODAY).code).toBe('move.fault.code');
  const pause = offer({ to: 'paused', resume: true, checks: ['waiting'] });
  expect(moveFaults(pause, view(), { ...TYPED, resume: TODAY }, TODAY)).toEqual({
    code: '',
    resume: 'move.fault.resume',
    reason: 'move.fault.reason',
    checks: 'move.fault.checks',
  });
  expect(moveFaults(pause, view(), { ...TYPED, reason: 'x', ticked: ['waiting'] }, TODAY)).toEqual(none);
});

test('a deadline within 14 days wants a reason for closing, a later one does not', () => {
  const closing = offer({ checks: ['safe_day'] });
  const ticked = { ...TYPED, ticked: ['safe_day'] };
  expect(moveFaults(closing, view(near), ticked, TODAY).reason).toBe('move.fault.reason');
  expect(moveFaults(closing, view(near), ticked, '2026-11-01').reason).toBe('');
});

test('where the deadlines were looked at, nobody ticks that none is near', () => {
  const closing = offer({ checks: ['safe_day'] });
  expect(checksByHand(closing, view(near))).toEqual([]);
  expect(checksByHand(closing, view())).toEqual(['safe_day']);
});

test.each([
  ['triage', 'counselling', 'questions'],
  ['triage', 'referred', 'remit'],
  ['referred', 'counselling', 'handed_back'],
  ['counselling', 'paused', 'waiting'],
  ['paused', 'closed', 'told_before'],
] as const)('from %s to %s only a member can say that %s holds, and it goes along', (state, to, check) => {
  const move = offer({ to, checks: [check], resume: to === 'paused' });
  const here = view({ summary: { state } as Summary });
  const typed = { ...TYPED, reason: 'x' };
  expect(missingOf(move, here)).toEqual([]);
  expect(checksByHand(move, here)).toEqual([check]);
  expect(moveFaults(move, here, typed, TODAY).checks).toBe('move.fault.checks');
  expect(moveFaults(move, here, { ...typed, ticked: [check] }, TODAY).checks).toBe('');
  expect(actOf(move, here, typed).open).toMatchObject({ to, checks: [check] });
});

test('acts carry what their call takes, and a box only with a reason', () => {
  expect(actOf(offer({ checks: ['outcome'] }), view(), TYPED)).toEqual({
    path: 'transitions',
    kind: 'transition',
    open: { to: 'closed', checks: ['outcome'] },
  });
  const pause = offer({ to: 'paused', resume: true });
  expect(actOf(pause, view(), { ...TYPED, reason: 'wartet' })).toEqual({
    path: 'transitions',
    kind: 'transition',
    body: { reason: 'wartet' },
    open: { to: 'paused', resume: '2026-12-06' },
  });
  const discard = offer({ to: 'discarded', kind: 'request', act: 'discard', codes: ['spam'] });
  expect(actOf(discard, view(), { ...TYPED, code: 'spam' }).open).toEqual({ act: 'discard', code: 'spam' });
  const approve = offer({ to: 'erased', kind: 'approval' });
  const waiting = { act: 'erase', op: 'ab', rev: 3, by: 'resident' } as const;
  expect(actOf(approve, view({ waiting }), TYPED)).toEqual({ path: 'approvals', kind: 'approval', open: { of: 'ab' } });
});

test('a move is named by where it comes from', () => {
  const texts = createTexts('de');
  expect(labelOf(texts, offer(), view())).toBe('Abschließen');
  expect(labelOf(texts, offer({ to: 'counselling' }), view({ summary: { state: 'paused' } as Summary }))).toBe(
    'Beratung fortsetzen',
  );
  expect(labelOf(texts, offer({ to: 'erased', kind: 'request' }), view())).toBe('Löschung beantragen');
});
