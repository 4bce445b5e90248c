// The deadline engine, twin of incident/deadline.go (domain.md §8): from codes,
// dates and dated rules to the day by which to act. Days are civil, text like
// "2026-03-15", never instants: there is no time zone here and no clock. Both
// engines are held together by the same cases.

import { addDays, anniversary, isDay, isMonth, lengthOf, two, weekday } from './civil.ts';

/** Rules are the office's dated rules with the holidays, as the server hands them out. */
export interface Rules {
  readonly stale_after_days: number;
  readonly default_jurisdiction: string;
  readonly calendars: Readonly<Record<string, { readonly rows: string }>>;
  readonly facts: readonly Fact[];
  readonly rules: readonly Rule[];
  readonly posting_fiction: readonly PostingFiction[];
  /** In order; what lies outside their years is unknown. */
  readonly holidays: readonly { readonly day: string; readonly nationwide: boolean }[];
}

type Codes = Readonly<Record<string, readonly string[]>>;
type Text = string | null | undefined;

/** A Fact is a date, or an answer, that a rule starts from. */
export interface Fact {
  readonly id: string;
  /** date or yes_no_unknown */
  readonly type: string;
  /** form or console */
  readonly asked_in: string;
  readonly ask_if?: Codes | null | undefined;
  readonly question_de?: Text;
}

/** A Rule is one version of one deadline. */
export interface Rule {
  readonly id: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly order: number;
  readonly valid_from: string;
  readonly valid_to?: Text;
  readonly verified_on?: Text;
  readonly signed_off_by?: Text;
  readonly length: { readonly n: number; readonly unit: string };
  readonly shift?: Text;
  readonly calendar: string;
  readonly applies: {
    readonly any_of?: Codes | null | undefined;
    readonly fact?: Readonly<Record<string, string>> | null | undefined;
  };
  readonly start: readonly Start[];
  readonly label_de: string;
  readonly label_en: string;
  readonly act_de?: Text;
  readonly late_de?: Text;
  readonly not_started_de?: Text;
  readonly never_replaces?: readonly string[] | null | undefined;
  readonly collective_agreement_may_differ?: boolean | undefined;
}

/** A Start is the facts that a deadline runs from; the first entry whose facts are all known counts. */
export interface Start {
  readonly needs: readonly string[];
  readonly take?: Text;
  readonly safe_from?: Text;
  readonly plus?: Text;
}

/** A PostingFiction is the number of days after which a posted decision counts as announced. */
export interface PostingFiction {
  readonly jurisdiction: string;
  readonly from: string;
  readonly to?: Text;
  readonly days: number;
}

/** A Situation is what is known of one case. Groups of codes: area, respondent, manifestation, ground. */
export interface Situation {
  readonly codes?: Codes | undefined;
  /** By fact id: a day, a month, a range "2026-01-10/2026-01-20", or yes or no. */
  readonly facts?: Readonly<Record<string, string>> | undefined;
  /** Days or months of the incident; "" if unknown. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** place_of_respondent, place_of_court: a calendar's id. */
  readonly places?: Readonly<Record<string, string>> | undefined;
  /** Jurisdiction of the authority that decided. */
  readonly authority?: string | undefined;
}

/** A Deadline is what one rule says. With missing facts, or outside the calendar, it has no end and no safe day. */
export interface Deadline {
  readonly rule: Rule;
  /** Facts of the rule's first start that are not known. */
  readonly missing: readonly string[];
  /** Its days lie outside the list of holidays: to be said on the screen, never taken for a working day. */
  readonly outside: boolean;
  /** It was noticed only after it had ended: was it without fault? */
  readonly learned: boolean;
  /** The day that it runs from; it does not count itself. */
  readonly starts: string;
  /** The last day, before it is moved off a day off. */
  readonly rawEnd: string;
  /** Moved to the next working day. */
  readonly end: string;
  /** The last working day on or before the earliest raw end: act by then. */
  readonly safe: string;
  /** Nobody has compared the rule with the law for too long, or no lawyer signed it. */
  readonly stale: boolean;
}

/** deadlines computes every enabled rule that the situation opens, in the order of the rules. today is the office's day. */
export function deadlines(rules: Rules, situation: Situation, today: string): readonly Deadline[] {
  const found = new Map<string, Deadline>();
  for (const rule of rules.rules) {
    if (!rule.enabled || !opens(rule, situation) || !touches(rule, situation, today)) continue;
    const next = compute(rules, rule, situation, today);
    const before = found.get(rule.id);
    // Of several versions that the incident touches, the earliest end counts.
    if (before === undefined || (next.safe !== '' && (before.safe === '' || next.safe < before.safe))) {
      found.set(rule.id, next);
    }
  }
  return [...found.values()].sort((a, b) => a.rule.order - b.rule.order);
}

function opens(rule: Rule, { codes = {}, facts = {} }: Situation): boolean {
  for (const [group, wanted] of Object.entries(rule.applies.any_of ?? {})) {
    if (codes[group]?.some((code) => wanted.includes(code))) return true;
  }
  return Object.entries(rule.applies.fact ?? {}).some(([id, want]) =>
    want === 'known' ? span(facts[id])[0] !== '' : facts[id] === want,
  );
}

type Span = readonly [first: string, last: string];
const NONE: Span = ['', ''];

const earlier = (a: string, b: string): string => (a < b ? a : b);
const later = (a: string, b: string): string => (a > b ? a : b);

/** span gives the first and the last day that a date can mean; what is no date gives "". */
export function span(date = ''): Span {
  const cut = date.indexOf('/');
  const from = cut < 0 ? date : date.slice(0, cut);
  const to = cut < 0 ? date : date.slice(cut + 1);
  const first = isMonth(from) ? `${from}-01` : from;
  const last = isMonth(to) ? `${to}-${two(lengthOf(to))}` : to;
  return isDay(first) && isDay(last) && first <= last ? [first, last] : NONE;
}

/** touches says whether the version holds on a day of the incident, or else on one from which the rule could run. */
function touches(rule: Rule, situation: Situation, today: string): boolean {
  let [from, last] = span(situation.from);
  let [to, end] = span(situation.to);
  if (from === '' && to === '') [from, end] = known(rule, situation, today);
  else if (from === '') from = to;
  else if (to === '') end = last;
  return rule.valid_from <= end && (!rule.valid_to || from <= rule.valid_to);
}

function known(rule: Rule, { facts = {} }: Situation, today: string): Span {
  const spans = rule.start.flatMap(({ needs }) => needs.map((id) => span(facts[id]))).filter(([first]) => first !== '');
  if (spans.length === 0) return [today, today];
  return [spans.map(([first]) => first).reduce(earlier), spans.map(([, last]) => last).reduce(later)];
}

function compute(rules: Rules, rule: Rule, situation: Situation, today: string): Deadline {
  const { facts = {} } = situation;
  const stale = !rule.signed_off_by || !rule.verified_on || addDays(rule.verified_on, rules.stale_after_days) < today;
  const bare = { rule, stale, learned: learned(rule, facts), missing: [], outside: false };
  for (const start of rule.start) {
    const days = daysOf(rules, start, situation);
    if (days === undefined) continue;
    const starts = days.reduce(later);
    const safeFrom = start.safe_from === 'earliest' ? days.reduce(earlier) : starts;
    const rawEnd = after(rule, starts);
    const end = move(rules, rawEnd, calendarOf(rules, rule, situation), 1);
    // The safe day always takes the fuller calendar of the office's own Land.
    const safe = move(rules, earlier(rawEnd, after(rule, safeFrom)), rules.default_jurisdiction, -1);
    if (end === '' || safe === '') return { ...bare, starts, rawEnd, end: '', safe: '', outside: true };
    return { ...bare, starts, rawEnd, end, safe };
  }
  const missing = (rule.start[0]?.needs ?? []).filter((id) => span(facts[id])[0] === '');
  return { ...bare, missing, starts: '', rawEnd: '', end: '', safe: '' };
}

// The two facts that together say that somebody could not act in time.
const ENDED = 'violation_ended_on';
const NOTICED = 'knowledge_on';

function learned(rule: Rule, facts: Readonly<Record<string, string>>): boolean {
  const [ended] = span(facts[ENDED]);
  return ended !== '' && span(facts[NOTICED])[0] > ended && rule.start.some(({ needs }) => needs.includes(ENDED));
}

/** daysOf gives the start's days, the earliest that each can be, or undefined if one of its facts is unknown. */
function daysOf(rules: Rules, start: Start, { facts = {}, authority = '' }: Situation): readonly string[] | undefined {
  const days = start.needs.map((id) => span(facts[id])[0]);
  if (days.length === 0 || days.includes('')) return undefined;
  return start.plus === 'posting_fiction' ? days.map((day) => addDays(day, posting(rules, day, authority))) : days;
}

/** posting gives the days that a posted decision takes; where it is unknown whose law holds, the fewest. */
function posting(rules: Rules, day: string, jurisdiction: string): number {
  const now = rules.posting_fiction.filter((one) => one.from <= day && (!one.to || day <= one.to));
  const own = now.findLast((one) => one.jurisdiction === jurisdiction);
  return own?.days ?? (now.length === 0 ? 0 : Math.min(...now.map((one) => one.days)));
}

function after({ length: { n, unit } }: Rule, day: string): string {
  if (unit === 'week') return addDays(day, 7 * n);
  return anniversary(day, unit === 'year' ? 12 * n : n);
}

/** calendarOf gives the calendar of the place where the act is due; nationwide holidays where that is unknown. */
function calendarOf({ calendars, default_jurisdiction }: Rules, rule: Rule, { places = {} }: Situation): string {
  const own = [rule.calendar, places[rule.calendar] ?? ''].find((id) => Object.hasOwn(calendars, id));
  const nationwide = Object.keys(calendars)
    .sort()
    .find((id) => calendars[id]?.rows === 'nationwide');
  return own ?? nationwide ?? default_jurisdiction;
}

/** move goes to the nearest working day, forward or back; "" if that lies outside the calendar. */
function move(rules: Rules, from: string, calendar: string, step: 1 | -1): string {
  for (let day = from; ; day = addDays(day, step)) {
    const off = dayOff(rules, day, calendar);
    if (off === undefined) return '';
    if (!off) return day;
  }
}

/** dayOff says whether the day is a Saturday, a Sunday or a holiday; undefined outside the calendar. */
export function dayOff({ calendars, holidays }: Rules, day: string, calendar: string): boolean | undefined {
  const own = calendars[calendar];
  const [first, last] = [holidays[0], holidays.at(-1)];
  if (own === undefined || first === undefined || last === undefined || !isDay(day)) return undefined;
  if (day.slice(0, 4) < first.day.slice(0, 4) || day.slice(0, 4) > last.day.slice(0, 4)) return undefined;
  if (weekday(day) > 5) return true;
  return holidays.some((one) => one.day === day && (own.rows === 'all' || one.nationwide));
}

/** A Told is what a report says for the rules; its fields are those of the report. */
export interface Told {
  readonly areas?: readonly string[] | undefined;
  readonly respondents?: readonly string[] | undefined;
  readonly manifestations?: readonly string[] | undefined;
  readonly grounds?: readonly string[] | undefined;
  readonly facts?: Readonly<Record<string, string>> | undefined;
  readonly when?: { readonly from?: string; readonly to?: string; readonly ongoing?: boolean } | undefined;
}

/** situationOf gives what a report itself says; without another answer, the last day of the incident is the day on which it ended. */
export function situationOf(told: Told, today: string): Situation {
  const { areas = [], respondents = [], manifestations = [], grounds = [], when = {} } = told;
  const { from = '', to = '', ongoing = false } = when;
  const ended = ongoing ? '' : to || from;
  const facts = { ...told.facts };
  if (ended !== '' && !facts[ENDED]) facts[ENDED] = ended;
  const codes = { area: areas, respondent: respondents, manifestation: manifestations, ground: grounds };
  return { codes, facts, from, to: ongoing ? today : to };
}
