// How long people waited for a first answer. Pure rules on what the worker
// opened; what goes on are numbers and the ids of cases, never a word of one.

import type { Summary } from '../shared/api.ts';
import { addDays, weekday } from '../shared/civil.ts';
import { readReport } from './model.ts';
import type { OpenEvent } from './opening.ts';

/** MOST is the number of working days at which counting ends: a year. */
const MOST = 260;
const ANSWERED: ReadonlySet<string> = new Set(['answer_me', 'act_for_me', 'pass_on']);

/** A Wait is what an opened case says of its first answer. */
export interface Wait {
  readonly case: string;
  /** Working days, Monday to Friday, until the answer; without one, until today. */
  readonly days: number;
  readonly answered: boolean;
}

/** Waits are all of them together. */
export interface Waits {
  readonly answered: number;
  /** The middle one of the answered, in working days; undefined if there is none. */
  readonly median: number | undefined;
  /** Cases answered within the promised time. */
  readonly kept: readonly string[];
  /** Cases answered later than promised. */
  readonly late: readonly string[];
  /** Cases without an answer for which there is still time. */
  readonly waiting: readonly string[];
  /** Cases without an answer past the promised time. */
  readonly overdue: readonly string[];
  /** How many wish no answer. */
  readonly unwished: number;
  /** Cases that no key of ours opens. */
  readonly closed: readonly string[];
}

/** workingDays counts Mondays to Fridays behind one day up to and with another. */
export function workingDays(from: string, to: string): number {
  let days = 0;
  for (let day = from; day < to && days < MOST; ) {
    day = addDays(day, 1);
    if (weekday(day) <= 5) days += 1;
  }
  return days;
}

/** waitOf reads an opened case: 'closed' if its report did not open, 'unwished' if no answer is wished and none was given. */
export function waitOf(
  summary: Pick<Summary, 'case'>,
  events: readonly OpenEvent[],
  today: string,
): Wait | 'closed' | 'unwished' {
  const report = events.find((event) => event.kind === 'report');
  if (report?.seal !== 'open') return 'closed';
  const answer = events.find((event) => event.kind === 'answer')?.day;
  const told = readReport(report.body);
  const consent = events.findLast((event) => event.kind === 'consent')?.public.rung;
  if (answer === undefined && !ANSWERED.has(consent ?? told.rung) && !told.mayAsk) return 'unwished';
  return { case: summary.case, days: workingDays(report.at, answer ?? today), answered: answer !== undefined };
}

/** waitsOf puts them together. promised is the office's promise in working days. */
export function waitsOf(found: readonly (Wait | 'unwished')[], closed: readonly string[], promised: number): Waits {
  const waits = found.filter((one) => one !== 'unwished');
  const ids = (test: (wait: Wait) => boolean) => waits.filter(test).map((wait) => wait.case);
  const days = waits
    .filter((wait) => wait.answered)
    .map((wait) => wait.days)
    .sort((a, b) => a - b);
  const half = Math.floor(days.length / 2);
  const [below, above] = [days[Math.max(0, half - 1)], days[half]];
  const even = days.length % 2 === 0 && below !== undefined && above !== undefined;
  return {
    answered: days.length,
    median: even ? (below + above) / 2 : above,
    kept: ids((wait) => wait.answered && wait.days <= promised),
    late: ids((wait) => wait.answered && wait.days > promised),
    waiting: ids((wait) => !wait.answered && wait.days <= promised),
    overdue: ids((wait) => !wait.answered && wait.days > promised),
    unwished: found.length - waits.length,
    closed,
  };
}

/** share gives the whole per cent of promises kept, of all whose time is over; undefined if there is none. */
export function share({ kept, late, overdue }: Waits): number | undefined {
  const all = kept.length + late.length + overdue.length;
  return all === 0 ? undefined : Math.round((100 * kept.length) / all);
}
