// Flags that the console computes from an opened case and never asks for
// (domain.md §7). A flag is a reason to look, never a verdict.
import type { CaseView } from './casefile.ts';
import { daysBetween, NEAR } from './format.ts';

/** A Flag is one of them. */
export type Flag = 'danger_now' | 'minor_involved' | 'deadline_14d' | 'respondent_is_city' | 'police_respondent';

const DANGER = ['threat', 'physical_attack', 'sexual_assault'];

/**
 * nextDeadline gives the earliest safe day of the newest deadline event, whatever its rule's place, with what has to be
 * done by then; else the card's day, or "".
 */
export function nextDeadline({ deadline, card }: CaseView): { readonly day: string; readonly act: string } {
  const lines = deadline === undefined ? [] : [deadline, ...deadline.more].filter(({ day }) => day !== '');
  const [first, ...others] = lines;
  if (first === undefined) return { day: card?.due ?? '', act: deadline?.act ?? '' };
  return others.reduce<{ readonly day: string; readonly act: string }>((a, b) => (b.day < a.day ? b : a), first);
}

/** safeDay gives the day of nextDeadline. */
export function safeDay(view: CaseView): string {
  return nextDeadline(view).day;
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
  if (day !== '' && daysBetween(today, day) <= NEAR) flags.push('deadline_14d');
  if (conflicts.some((code) => all.has(code))) flags.push('respondent_is_city');
  if (all.has('police') || all.has('police_justice')) flags.push('police_respondent');
  return flags;
}
