import { expect, test } from 'vitest';
import type { Cases, Summary } from '../shared/api.ts';
import type { Client } from './client.ts';
import { allCases, everyPage } from './listing.ts';

const ids = Array.from({ length: 64 }, (_, i) => (i * 4).toString(16).padStart(2, '0') + '0'.repeat(30));

/** A client over a list of ids, which answers with so many a page as the server would. */
function client(size: number): { client: Client; calls: () => number } {
  let calls = 0;
  const page = (after: string) => ids.filter((id) => id > after).slice(0, size);
  const listing = {
    async cases(after: string): Promise<Cases> {
      calls += 1;
      const found = page(after);
      const more = found.length === size && found.at(-1) !== ids.at(-1);
      return { cases: found.map((id) => ({ case: id }) as Summary), next: more ? (found.at(-1) ?? '') : '' };
    },
  };
  return { client: listing as unknown as Client, calls: () => calls };
}

test.each([1, 3, 7, 16, 63, 64, 500])('with pages of %d every case comes once', async (size) => {
  const found = await allCases(client(size).client);
  expect(found.map((summary) => summary.case).sort()).toEqual(ids);
});

test('a small office is one call', async () => {
  const small = client(500);
  await allCases(small.client);
  expect(small.calls()).toBe(1);
});

test('a large office is asked for each page once, and for little more', async () => {
  const asked: string[] = [];
  await everyPage(async (after) => {
    asked.push(after);
    const rest = ids.filter((id) => id > after);
    return rest.length > 4 ? (rest[3] ?? '') : '';
  });
  expect(new Set(asked).size).toBe(asked.length);
  // 16 pages, and at most one more where a lane runs into the next.
  expect(asked.length).toBeLessThanOrEqual(16 + 3);
});
