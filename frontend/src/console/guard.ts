// The deadlines of a case, computed from what the report says, what members
// coded, and the days that they entered; and the body of the event that tells
// them. It is written at the first opening on every rung, also when no rule
// applies: its presence must tell nothing (domain.md §8.4).
import { type Deadline, deadlines, type Rules, type Situation, situationOf } from '../shared/deadline.ts';
import type { CaseView } from './casefile.ts';
import { codes, fields, text } from './model.ts';

/** Facts are days and answers by the ids of the rules, with the two places and the authority. */
export type Facts = Readonly<Record<string, string>>;

/** PLACES are the calendars' places, kept beside the facts. */
export const PLACES = ['place_of_respondent', 'place_of_court'] as const;

/** AUTHORITY is whose decision it was. */
export const AUTHORITY = 'authority';

/** factsOf gives what is known: the report's days, over them those of the newest deadline event that has any. */
export function factsOf(view: CaseView): Facts {
  // An entry by hand holds no facts: those of the one before it still stand.
  const event = view.events.findLast((one) => one.kind === 'deadline' && one.body['facts'] !== undefined);
  const written = Object.entries(fields(event?.body['facts'])).map(([id, value]) => [id, text(value)]);
  return { ...Object.fromEntries(view.report?.facts ?? []), ...Object.fromEntries(written) };
}

/** situationIn gives the situation of a case under these facts. */
export function situationIn(view: CaseView, facts: Facts, today: string): Situation {
  const { report, coding } = view;
  const told = (name: 'areas' | 'respondents' | 'manifestations' | 'grounds') => report?.[name] ?? [];
  const situation = situationOf(
    {
      areas: codes([...told('areas'), coding?.area, ...(coding?.areasMore ?? [])]),
      respondents: codes([...told('respondents'), coding?.respondent]),
      manifestations: codes([...told('manifestations'), ...(coding?.manifestations ?? [])]),
      grounds: codes([...told('grounds'), ...(coding?.grounds ?? [])]),
      facts: Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== '')),
      when: report?.when,
    },
    today,
  );
  const places = Object.fromEntries(PLACES.map((place) => [place, facts[place] ?? '']));
  return { ...situation, places, authority: facts[AUTHORITY] ?? '' };
}

/** computed gives the deadlines of a case. */
export function computed(rules: Rules, view: CaseView, facts: Facts, today: string): readonly Deadline[] {
  return deadlines(rules, situationIn(view, facts, today), today);
}

/** soonest gives the earliest safe day, or "". */
export function soonest(all: readonly Deadline[]): string {
  return all
    .map(({ safe }) => safe)
    .filter((day) => day !== '')
    .reduce((a, b) => (a !== '' && a < b ? a : b), '');
}

/** bodyOf is the deadline event: the first deadline, more beside it, and the facts. Nothing found is an empty body. */
export function bodyOf(all: readonly Deadline[], facts: Facts): Record<string, unknown> {
  const [first, ...more] = all.filter(({ missing }) => missing.length === 0).map(lineOf);
  const kept = Object.entries(facts).filter(([, value]) => value !== '');
  return {
    ...first,
    ...(more.length > 0 ? { more } : {}),
    ...(kept.length > 0 ? { facts: Object.fromEntries(kept) } : {}),
  };
}

function lineOf(found: Deadline): Record<string, unknown> {
  const { rule } = found;
  const line = {
    safe_day: found.safe,
    act: rule.act_de ?? '',
    late: rule.late_de ?? '',
    rule: rule.id,
    version: rule.version,
    label: rule.label_de,
    starts: found.starts,
    raw_end: found.rawEnd,
    end: found.end,
    verified_on: rule.verified_on ?? '',
    stale: found.stale,
    learned: found.learned,
    outside: found.outside,
    tariff: rule.collective_agreement_may_differ ?? false,
  };
  return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== '' && value !== false));
}
