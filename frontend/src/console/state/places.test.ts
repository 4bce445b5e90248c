import { expect, test } from 'vitest';
import type { OneSession } from '../../shared/api.ts';
import { createTexts } from '../texts.ts';
import { createPlaces, inWords } from './places.ts';

const place = (id: string, own = false): OneSession => ({ id, own, day: '2026-11-22', device: 'phone' });

test('a session elsewhere is news until it was seen, and a later one is news again', async () => {
  let live = [place('own', true), place('a')];
  const ended: string[] = [];
  const places = createPlaces({
    sessions: async () => live,
    endSession: async (id) => {
      ended.push(id);
      live = live.filter((one) => one.id !== id);
    },
  });
  expect(places.news.value).toEqual([]);
  await places.look(true);
  expect(places.news.value.map(({ id }) => id)).toEqual(['a']);
  places.seen();
  expect(places.news.value).toEqual([]);
  live = [...live, place('b')];
  await places.look(true);
  expect(places.news.value.map(({ id }) => id)).toEqual(['b']);
  await places.end('b');
  expect(ended).toEqual(['b']);
  expect(places.news.value).toEqual([]);
  expect(places.list.value.map(({ id }) => id)).toEqual(['own', 'a']);
  places.clear();
  await places.look(false);
  expect(places.news.value.map(({ id }) => id)).toEqual(['a']);
});

test('places that look the same are told once, with their number', () => {
  const texts = createTexts('de');
  const on = (device: string, day: string) => ({ device, day }) as OneSession;
  expect(inWords(texts, [])).toBe('');
  expect(inWords(texts, [on('phone', '2026-11-22')])).toBe('Telefon oder Tablet, 22. November 2026');
  const three = [on('phone', '2026-11-22'), on('computer', '2026-11-22'), on('phone', '2026-11-22')];
  expect(inWords(texts, three)).toBe('Telefon oder Tablet, 22. November 2026 (2×) · Computer, 22. November 2026');
  // Another day is another place to think about.
  expect(inWords(texts, [on('phone', '2026-11-21'), on('phone', '2026-11-22')])).not.toContain('×');
});
