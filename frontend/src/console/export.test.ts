import { describe, expect, it } from 'vitest';
import type { Waiting } from '../shared/api.ts';
import type { CaseView } from './casefile.ts';
import { type Choice, copyFile, copyOf, PARTS, rawState, suspectsOf, USUAL } from './export.ts';
import { readReport } from './model.ts';
import type { OpenEvent } from './opening.ts';
import { createTexts } from './texts.ts';

const ME = 'a'.repeat(32);
const BOSS = 'b'.repeat(32);
const DAY = '2026-11-22';
const HOSTILE = '<script>alert(1)</script> & "x" \u202Egnp.exe';

function event(kind: string, change: Partial<OpenEvent> = {}): OpenEvent {
  const empty = {
    rev: 1,
    kind,
    actor: ME,
    day: DAY,
    state: 'triage',
    op: kind,
    public: {},
    seal: 'open',
    linked: true,
  };
  return { ...empty, at: '', by: '', seen: '', told: false, body: {}, ...change } as OpenEvent;
}

function caseWith(events: readonly OpenEvent[], waiting?: Waiting): CaseView {
  const report = readReport({
    text: `Herr Beck hat mich abgewiesen. Rufen Sie 0170 1234567 an. ${HOSTILE}`,
    contact: { way: 'phone', value: '0170 1234567' },
    respondent_org: 'Beck Wohnbau',
    place: { district: 'hafen' },
  });
  const summary = { case: 'c'.repeat(32), desk: 'city' };
  return { summary, report, events, waiting, coding: undefined, deadline: undefined } as unknown as CaseView;
}

const names = {
  texts: createTexts('de'),
  office: {
    desk: () => ({ name: 'Stadtstelle' }),
    label: (_: string, code: string) => code,
    nameOf: () => 'Beratung',
    district: () => 'Am Hafen',
  },
} as unknown as Parameters<typeof copyOf>[2];

const choice = (change: Partial<Choice> = {}): Choice => ({
  parts: USUAL,
  hidden: [],
  by: 'Beratung',
  day: DAY,
  ...change,
});

describe('a copy', () => {
  it('shows neither contact nor notes unless they are chosen, and no contact in other words', () => {
    const view = caseWith([event('note', { body: { text: 'Nur für uns' } })]);
    const usual = copyFile(copyOf(view, choice(), names), 'de');
    expect(usual).not.toContain('0170');
    expect(usual).not.toContain('Nur für uns');
    expect(usual).toContain('Rufen Sie [geschwärzt] an');
    expect(usual).toContain('vor der Weitergabe entfernt');
    expect(usual).toContain('Am Hafen');
    expect(usual).not.toContain('hafen<');
    const all = copyFile(copyOf(view, choice({ parts: PARTS }), names), 'de');
    expect(all).toContain('0170 1234567');
    expect(all).toContain('Nur für uns');
    expect(all).not.toContain('vor der Weitergabe entfernt');
  });

  it('holds nothing of a word that was blacked out', () => {
    const file = copyFile(copyOf(caseWith([]), choice({ parts: PARTS, hidden: ['beck'] }), names), 'de');
    expect(file.toLowerCase()).not.toContain('beck');
    expect(file).toContain('Herr [geschwärzt] hat mich');
  });

  it('is plain HTML whatever was told', () => {
    const file = copyFile(copyOf(caseWith([]), choice(), names), 'de');
    expect(file).not.toContain('<script');
    expect(file).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;');
    expect(file).toContain("default-src 'none'");
  });

  it('points at what looks like a way to somebody', () => {
    expect(suspectsOf(caseWith([]), PARTS, names)).toEqual(['Beck Wohnbau', '0170 1234567']);
    expect(suspectsOf(caseWith([]), ['words'], names)).toEqual(['0170 1234567']);
  });
});

describe('the way to a raw export', () => {
  const asked = event('request', { op: 'r', public: { act: 'export' } });
  const yes = event('approval', { op: 'y', actor: BOSS, public: { act: 'export', of: 'r' } });
  const waiting = { act: 'export', op: 'r', rev: 1, by: ME } as Waiting;
  const me = { member: ME, role: 'caseworker' };
  const boss = { member: BOSS, role: 'coordinator' };
  it.each([
    ['nobody asked', caseWith([]), me, DAY, 'ask'],
    ['I asked', caseWith([asked], waiting), me, DAY, 'mine'],
    ['a coordinator is asked', caseWith([asked], waiting), boss, DAY, 'theirs'],
    ['a colleague can do nothing', caseWith([asked], waiting), { ...boss, role: 'caseworker' }, DAY, 'other'],
    ['a coordinator who asked', caseWith([asked], waiting), { ...me, role: 'coordinator' }, DAY, 'mine'],
    ['another request waits', caseWith([], { ...waiting, act: 'erase' }), boss, DAY, 'other'],
    ['agreed', caseWith([asked, yes]), me, DAY, 'granted'],
    ['agreed for somebody else', caseWith([asked, yes]), boss, DAY, 'ask'],
    ['agreed by myself', caseWith([asked, { ...yes, actor: ME }]), me, DAY, 'ask'],
    ['agreed seven days ago', caseWith([asked, yes]), me, '2026-11-29', 'granted'],
    ['agreed eight days ago', caseWith([asked, yes]), me, '2026-11-30', 'ask'],
    [
      'agreed to an erasure',
      caseWith([asked, event('approval', { actor: BOSS, public: { act: 'erase', of: 'r' } })]),
      me,
      DAY,
      'ask',
    ],
  ] as const)('%s', (_, view, who, today, want) => {
    expect(rawState(view, who, today)).toBe(want);
  });
});
