// Flags that the console computes from an opened case and never asks for
// (domain.md §7). A flag is a reason to look, never a verdict.
import type { CaseView } from './casefile.ts';
import { daysBetween } from './format.ts';

/** A Flag is one of them. */
export type Flag = 'danger_now' | 'minor_involved' | 'deadline_14d' | 'respondent_is_city' | 'police_respondent';

const DANGER = ['threat', 'physical_attack', 'sexual_assault'];
const SOON = 14;

/** safeDay gives the earliest safe day that a member entered, or "". */
export function safeDay(view: CaseView): string {
  return view.deadline?.day || view.card?.due || '';
}

/** flagsOf lists the flags of a case. conflicts are the codes that point at the desk's own house. */
export function flagsOf(view: CaseView, conflicts: readonly string[], today: string): readonly Flag[] {
  const report = view.report;
  const flags: Flag[] = [];
  const told = [...(report?.areas ?? []), ...(report?.respondents ?? [])];
  const coded = [view.coding?.area ?? '', view.coding?.respondent ?? '', ...(view.coding?.areasMore ?? [])];
  const all = new Set([...told, ...coded]);
  const done = [...(report?.manifestations ?? []), ...(view.coding?.manifestations ?? [])];
  if (report?.when.ongoing === true && done.some((code) => DANGER.includes(code))) flags.push('danger_now');
  if (report?.under18 === true) flags.push('minor_involved');
  const day = safeDay(view);
  if (day !== '' && daysBetween(today, day) <= SOON) flags.push('deadline_14d');
  if (conflicts.some((code) => all.has(code))) flags.push('respondent_is_city');
  if (all.has('police') || all.has('police_justice')) flags.push('police_respondent');
  return flags;
}
