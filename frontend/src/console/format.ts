// Days, months and ages in words. Days are civil texts ("2026-11-22"), never
// instants: no time zone takes part, and "today" is always an argument.
import type { Texts } from './texts.ts';

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTH = /^(\d{4})-(\d{2})$/;

/** isDay says whether the text is a day that exists. */
export function isDay(text: string): boolean {
  const m = DAY.exec(text);
  if (!m) return false;
  const [y, mo, d] = [Number(m[1]), Number(m[2]), Number(m[3])];
  const date = new Date(Date.UTC(y, mo - 1, d));
  return date.getUTCFullYear() === y && date.getUTCMonth() === mo - 1 && date.getUTCDate() === d;
}

/** dayNumber counts days since 1970, or NaN if the text is no day. */
export function dayNumber(day: string): number {
  return isDay(day) ? Date.parse(`${day}T00:00:00Z`) / 86_400_000 : Number.NaN;
}

/** addDays gives the day that lies n days after (before, if n is negative). */
export function addDays(day: string, n: number): string {
  return new Date((dayNumber(day) + n) * 86_400_000).toISOString().slice(0, 10);
}

/** daysBetween gives the number of days from one day to another; negative if the other is earlier. */
export function daysBetween(from: string, to: string): number {
  return dayNumber(to) - dayNumber(from);
}

/** monthsBetween gives whole months from a month or day to another, never below 0. */
export function monthsBetween(from: string, to: string): number {
  const count = (text: string) =>
    /^\d{4}-\d{2}/.test(text) ? Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7)) : Number.NaN;
  const months = count(to) - count(from);
  return Number.isFinite(months) ? Math.max(0, months) : 0;
}

/** mondayOf gives the Monday of the day's week: no `due` that the server sees is finer (protocol.md §6). */
export function mondayOf(day: string): string {
  // 1970-01-01 was a Thursday, three days after its Monday.
  const n = dayNumber(day);
  return addDays(day, -((((n + 3) % 7) + 7) % 7));
}

/** showDay writes "22. November 2026", or what it was given if that is no day. */
export function showDay(texts: Texts, text: string): string {
  const m = DAY.exec(text);
  if (m && isDay(text)) {
    return texts.t('date.long', { Day: Number(m[3]), Month: monthName(texts, Number(m[2])), Year: m[1] ?? '' });
  }
  return showMonth(texts, text);
}

/** showWeekday writes "Sonntag, 22. November 2026". */
export function showWeekday(texts: Texts, day: string): string {
  if (!isDay(day)) return showDay(texts, day);
  const weekday = ((dayNumber(day) + 3) % 7) + 1;
  return texts.t('date.weekday', { Weekday: texts.maybe(`weekday.${weekday}`) ?? '', Date: showDay(texts, day) });
}

/** NEAR is from how many days before its day on a deadline presses: in lists, as a flag, and at closing (domain.md §6). */
export const NEAR = 14;

/** leftKind gives the badge of a number of days that are left. */
export function leftKind(left: number): 'danger' | 'warning' | 'plain' {
  if (left < 0) return 'danger';
  return left <= NEAR ? 'warning' : 'plain';
}

/** showLeft says how many days are left until a day; fewer than none is past. */
export function showLeft(texts: Texts, left: number): string {
  if (left < 0) return texts.t('due.past');
  return left === 0 ? texts.t('due.today') : texts.t('due.left', { N: left });
}

/** showShort writes "22.11.2026" for tables. */
export function showShort(texts: Texts, day: string): string {
  const m = DAY.exec(day);
  return m ? texts.t('date.short', { Day: m[3] ?? '', Month: m[2] ?? '', Year: m[1] ?? '' }) : day;
}

/** showMonth writes "November 2026", or what it was given if that is no month. */
export function showMonth(texts: Texts, text: string): string {
  const m = MONTH.exec(text);
  return m ? `${monthName(texts, Number(m[2]))} ${m[1]}` : text;
}

function monthName(texts: Texts, month: number): string {
  return texts.maybe(`month.${month}`) ?? String(month);
}

/** shortId is how members name a case to each other: the first eight letters, in two groups. */
export function shortId(caseId: string): string {
  return `${caseId.slice(0, 4)}-${caseId.slice(4, 8)}`;
}

/** localDay gives the civil day of a moment in the browser's time zone. */
export function localDay(now: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
