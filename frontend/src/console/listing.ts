// Fetches all that the inbox lists, page by page.
import type { Summary } from '../shared/api.ts';
import type { Client } from './client.ts';

/** A Turn fetches the page of the list behind an id and gives where the next one begins: "" behind the last. */
export type Turn = (after: string) => Promise<string>;

/** everyPage fetches the whole list. Pages of neighbouring lanes may overlap: a case can come twice. */
export async function everyPage(turn: Turn): Promise<void> {
  const first = await turn('');
  if (first === '') return;
  // Ids are random, so four lanes of equal width share the pages of a large office.
  const ends = ['3', '7', 'b', 'f'].map((digit) => digit + 'f'.repeat(31));
  const lane = async (after: string, last: string) => {
    for (let next = after; next !== '' && next < last; ) next = await turn(next);
  };
  await Promise.all(ends.map((end, i) => lane(ends[i - 1] ?? first, end)));
}

/** allCases fetches the summaries of all cases. */
export async function allCases(client: Client): Promise<readonly Summary[]> {
  const found = new Map<string, Summary>();
  await everyPage(async (after) => {
    const page = await client.cases(after);
    for (const summary of page.cases) found.set(summary.case, summary);
    return page.next;
  });
  return [...found.values()];
}
