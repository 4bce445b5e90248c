import { expect, test } from 'vitest';
import type { CaseFile } from '../shared/api.ts';
import { type CaseView, viewOf } from './casefile.ts';
import { isNear } from './checks.ts';
import { flagsOf, nextDeadline } from './flags.ts';
import type { OpenEvent } from './opening.ts';

const TODAY = '2026-11-22';

function view(body: Record<string, unknown> | undefined, due = ''): CaseView {
  const base = { rev: 1, actor: 'm', day: TODAY, state: 'triage', op: 'a', public: {}, at: '', by: '', seen: '' };
  const open = { seal: 'open', linked: true, told: false } as const;
  const events: OpenEvent[] = [];
  if (body !== undefined) events.push({ ...base, ...open, kind: 'deadline', body });
  if (due !== '') events.push({ ...base, ...open, kind: 'card', body: { due, pin: '' } });
  const summary = { case: 'c'.repeat(32), state: 'triage', track: 'counselling' } as CaseFile['summary'];
  return viewOf({ summary, events: [], allowed: [] }, { events, warnings: [], pin: '', canAnswer: true });
}

test('the earliest day counts, also where its rule stands further down', () => {
  const two = view({
    ...{ safe_day: '2027-01-20', label: 'AGG', act: 'Anspruch geltend machen' },
    more: [
      { safe_day: '2026-11-30', label: 'Widerspruch', act: 'Widerspruch einlegen' },
      { safe_day: '2026-12-30', label: 'Klage', act: 'Klagen' },
    ],
  });
  expect(nextDeadline(two)).toMatchObject({ day: '2026-11-30', act: 'Widerspruch: Widerspruch einlegen' });
  expect(isNear(two, TODAY)).toBe(true);
  expect(flagsOf(two, [], TODAY)).toEqual(['deadline_14d']);
});

test('one day is itself; none is the card’s', () => {
  const one = { safe_day: '2027-01-20', label: 'AGG', act: 'Schreiben' };
  expect(nextDeadline(view(one, '2026-11-25'))).toMatchObject({ day: '2027-01-20', act: 'AGG: Schreiben' });
  expect(nextDeadline(view({}, '2026-11-25')).day).toBe('2026-11-25');
  expect(nextDeadline(view(undefined)).day).toBe('');
  expect(isNear(view(one), TODAY)).toBe(false);
});
