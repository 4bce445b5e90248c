// Days and months in words of the page's language, by the same texts as the server.
import { type Page, text } from './page.ts';

/** day writes 2026-11-22 in words. */
export function day(page: Page, iso: string): string {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso);
  if (found === null) return iso;
  const [, year, numeral, date] = found as unknown as [string, string, string, string];
  const name = text(page, `date.month.${Number(numeral)}`);
  return text(page, 'date.long', { Day: Number(date), Month: name, Year: year });
}

/** month writes 2026-11 in words. */
export function month(page: Page, iso: string): string {
  const found = /^(\d{4})-(\d\d)$/.exec(iso);
  if (found === null) return iso;
  const [, year, numeral] = found as unknown as [string, string, string];
  return text(page, 'date.month.year', { Month: text(page, `date.month.alone.${Number(numeral)}`), Year: year });
}
