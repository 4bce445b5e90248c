// Counts a year's cases into the cells of the declared plan. Pure rules on what
// the worker opened: from here only numbers of cells go on, never a case.

import type { Summary } from '../shared/api.ts';
import { addDays, weekday } from '../shared/civil.ts';
import { type Coding, type Report, readCoding, readReport } from './model.ts';
import type { OpenEvent } from './opening.ts';

/** A Group is a coarser code and the leaves that make it. */
interface Group {
  readonly code: string;
  readonly of: readonly string[];
}

/** A Dim is one property of a case in the plan (internal/statistics/plan.go). */
interface Dim {
  readonly id: string;
  readonly codes: readonly string[];
  readonly min: number;
  readonly max: number;
  readonly levels?: Readonly<Record<string, readonly Group[]>>;
  readonly from?: Readonly<Record<string, readonly string[]>>;
}

interface Side {
  readonly dim: string;
  readonly codes: readonly string[];
}

/** A Plan is what of the declared plan counting needs. */
export interface Plan {
  readonly dims: readonly Dim[];
  readonly rules?: readonly { readonly if: Side; readonly then: Side }[];
}

/** Places are the districts of the city's middle, and all others that it has. */
export interface Places {
  readonly inner: readonly string[];
  readonly outer: readonly string[];
}

/** A Told is what an opened case tells. */
export interface Told {
  /** Of receipt, 01 to 12. */
  readonly month: string;
  readonly track: string;
  readonly report: Report;
  readonly coding: Coding | undefined;
  /** Days of the report and of the first answer; "" if there is none. */
  readonly at: string;
  readonly answered: string;
}

/** A Marked is a case as codes of the plan, by dimension. */
export type Marked = Readonly<Record<string, ReadonlySet<string>>>;

/** toldOf reads an opened case; undefined if its report did not open. */
export function toldOf(summary: Pick<Summary, 'month' | 'track'>, events: readonly OpenEvent[]): Told | undefined {
  const report = events.find((event) => event.kind === 'report');
  if (report?.seal !== 'open') return undefined;
  const last = events.findLast((event) => event.kind === 'coding');
  if (last !== undefined && last.seal !== 'open') return undefined;
  return {
    month: summary.month.slice(5),
    track: summary.track,
    report: readReport(report.body),
    coding: last && readCoding(last.body),
    at: report.at,
    answered: events.find((event) => event.kind === 'answer')?.day ?? '',
  };
}

/** Racism in a wider sense: a subtype stands below one of these grounds. */
const RACISM = ['racism_ethnic_origin', 'antisemitism', 'skin_colour_appearance'];
const MAX_GROUNDS = 3;

/** mark turns a case into codes of the plan: the coding, else what the reporter ticked. */
export function mark(plan: Plan, told: Told, places: Places): Marked {
  const { report, coding } = told;
  const marked: Record<string, Set<string>> = {};
  const put = (id: string, codes: readonly string[], otherwise: string) => {
    const dim = plan.dims.find((d) => d.id === id);
    if (dim === undefined) return;
    const leaves = dim.codes.filter((leaf) => (dim.from?.[leaf] ?? [leaf]).some((code) => codes.includes(code)));
    const found = leaves.length === 0 && otherwise !== '' ? [otherwise] : leaves;
    marked[id] = new Set(found.slice(0, dim.max));
  };
  const subtypes = coding?.subtypes ?? report.grounds.filter((code) => isSubtype(plan, code));
  // What an office codes beside the three main grounds is not counted (domain.md §2.4).
  const grounds = [...(coding?.grounds ?? report.grounds)];
  if (subtypes.length > 0 && !grounds.some((code) => RACISM.includes(code))) grounds.push('racism_ethnic_origin');
  put('month', [told.month], '');
  put('track', [told.track], '');
  put('lang', [languageOf(report.lang)], 'other');
  put('place', [placeOf(coding?.district || report.district, places)], 'elsewhere');
  put('area', [coding?.area || (report.areas.length === 1 ? (report.areas[0] ?? '') : '')], 'other_area');
  put('ground', grounds, 'unsure_ground');
  put('subtype', subtypes, '');
  put('manifestation', coding?.manifestations ?? report.manifestations, '');
  put('respondent', [coding?.respondent || (report.respondents[0] ?? '')], 'r_other');
  put('role', [coding?.role || report.role], '');
  const counted = Math.min(MAX_GROUNDS, marked['ground']?.size ?? 1);
  put('multiplicity', [coding?.multiplicity || ''], counted > 1 ? 'multiple' : 'single');
  put('intervention', coding?.interventions ?? [], '');
  put('outcome', [coding?.outcome ?? ''], 'open');
  put('answer', [waitOf(told.at, told.answered)], 'none');
  put('source', [coding === undefined ? 'reporter' : 'office'], '');
  return marked;
}

function isSubtype(plan: Plan, code: string): boolean {
  return plan.dims.some((dim) => dim.id === 'subtype' && dim.codes.includes(code));
}

function languageOf(tag: string): string {
  return tag.replace('-', '_');
}

function placeOf(district: string, places: Places): string {
  if (places.inner.includes(district)) return 'inner';
  return places.outer.includes(district) ? 'outer' : 'elsewhere';
}

/** waitOf gives the class of working days, Monday to Friday, until the first answer. */
function waitOf(at: string, answered: string): string {
  if (at === '' || answered === '') return 'none';
  let days = 0;
  for (let day = at; day < answered && days <= 10; ) {
    day = addDays(day, 1);
    if (weekday(day) <= 5) days += 1;
  }
  if (days <= 3) return 'd3';
  return days <= 10 ? 'd10' : 'more';
}

/** broken says whether a case breaks the plan, so that it cannot be counted as it is. */
export function broken(plan: Plan, marked: Marked): boolean {
  const has = (side: Side) => side.codes.some((code) => marked[side.dim]?.has(code) ?? false);
  return (
    plan.dims.some((dim) => (marked[dim.id]?.size ?? 0) < dim.min) ||
    (plan.rules ?? []).some((rule) => has(rule.if) && !has(rule.then))
  );
}

/** cellOf makes the test whether a case counts in a cell: `*`, or axes with a code each, joined by |. */
export function cellOf(plan: Plan, cell: string): (marked: Marked) => boolean {
  if (cell === '*') return () => true;
  const parts = cell.split('|').map((part) => axisOf(plan, part));
  return (marked) => parts.every((part) => part(marked));
}

function axisOf(plan: Plan, part: string): (marked: Marked) => boolean {
  const colon = part.indexOf(':');
  const axis = part.slice(0, colon);
  const code = part.slice(colon + 1);
  if (axis.endsWith('.count')) {
    const dim = axis.slice(0, -'.count'.length);
    return (marked) => (marked[dim]?.size ?? 0) === Number(code);
  }
  const [dim = '', level] = axis.split('@');
  if (level === undefined) return (marked) => marked[dim]?.has(code) ?? false;
  const group = plan.dims.find((d) => d.id === dim)?.levels?.[level]?.find((g) => g.code === code);
  const leaves = group?.of ?? [];
  return (marked) => leaves.some((leaf) => marked[dim]?.has(leaf) ?? false);
}

/** A Coverage says what a count rests on. */
export interface Coverage {
  readonly coded: number;
  readonly ticked: number;
  /** Cases that no key of ours opens. */
  readonly closed: readonly string[];
  /** Cases whose codes break the plan. */
  readonly broken: readonly string[];
}

/** A Tally counts cases, one by one. */
export interface Tally {
  /** add counts a case; without what it tells it could not be opened. */
  add(id: string, told: Told | undefined): void;
  result(): { readonly cells: Readonly<Record<string, number>>; readonly coverage: Coverage };
}

/** createTally starts with zero in every declared cell. */
export function createTally(plan: Plan, cells: readonly string[], places: Places): Tally {
  const tests = cells.map((id) => [id, cellOf(plan, id)] as const);
  const counts = new Map(cells.map((id) => [id, 0]));
  const closed: string[] = [];
  const wrong: string[] = [];
  let coded = 0;
  let ticked = 0;
  return {
    add(id, told) {
      if (told === undefined) {
        closed.push(id);
        return;
      }
      const marked = mark(plan, told, places);
      if (broken(plan, marked)) {
        wrong.push(id);
        return;
      }
      if (told.coding === undefined) ticked += 1;
      else coded += 1;
      for (const [cell, test] of tests) if (test(marked)) counts.set(cell, (counts.get(cell) ?? 0) + 1);
    },
    result: () => ({ cells: Object.fromEntries(counts), coverage: { coded, ticked, closed, broken: wrong } }),
  };
}
