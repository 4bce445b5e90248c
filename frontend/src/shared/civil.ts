// Civil days: text like "2026-03-15", counted by number, so that no Date, zone or
// summer time can come near them.

/** two writes a number with two digits. */
export const two = (n: number): string => String(n).padStart(2, '0');

/** isDay says whether the text is a day that exists. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && isMonth(text.slice(0, 7)) && inMonth(text);
}

function inMonth(day: string): boolean {
  const date = Number(day.slice(8));
  return date >= 1 && date <= lengthOf(day);
}

/** isMonth says whether the text is a month that exists. */
export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}

/** lengthOf gives the number of days of the month in which a day lies. */
export function lengthOf(day: string): number {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** numberOf counts days from 1 March of year 0; the year begins in March, so that the leap day is its last. */
function numberOf(day: string): number {
  const month = (Number(day.slice(5, 7)) + 9) % 12;
  const year = Number(day.slice(0, 4)) - Math.floor(month / 10);
  const whole = 365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return whole + Math.floor((month * 306 + 5) / 10) + Number(day.slice(8)) - 1;
}

/** addDays gives the day n days after a day. */
export function addDays(day: string, n: number): string {
  if (!isDay(day)) return day;
  let [year, month, date] = [Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8)) + n];
  const length = (): number => lengthOf(`${String(year).padStart(4, '0')}-${two(month)}`);
  while (date < 1) {
    [year, month] = month === 1 ? [year - 1, 12] : [year, month - 1];
    date += length();
  }
  while (date > length()) {
    date -= length();
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}`;
}

/** weekday gives 1 for Monday to 7 for Sunday. */
export function weekday(day: string): number {
  // 1 March of year 0 is a Wednesday in this calendar.
  return ((numberOf(day) + 2) % 7) + 1;
}

/** daysBetween counts from one day to another; negative if that lies before. */
export function daysBetween(from: string, to: string): number {
  return numberOf(to) - numberOf(from);
}

/** anniversary gives the day n months later; a day that does not exist there becomes the last of its month. */
export function anniversary(day: string, n: number): string {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + n;
  const month = `${String(Math.floor(months / 12)).padStart(4, '0')}-${two((months % 12) + 1)}`;
  return `${month}-${two(Math.min(Number(day.slice(8)), lengthOf(month)))}`;
}
