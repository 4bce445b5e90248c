import { expect, test } from 'vitest';
import { createDraftStore, type DraftStoreParts, HOURS, type Place } from './draftstore.ts';

const HOUR = 3_600_000;

/** A Browser is a storage, the names that living pages hold, and a clock. */
function browser() {
  const map = new Map<string, string>();
  const held = new Set<string>();
  const place: Place = {
    getItem: (name) => map.get(name) ?? null,
    setItem: (name, text) => void map.set(name, text),
    removeItem: (name) => void map.delete(name),
    key: (i) => [...map.keys()][i] ?? null,
    get length() {
      return map.size;
    },
  };
  const clock = { now: 1_000 };
  /** page opens a page of a member; the "seal" is the member's mark before the text. */
  const page = (member: string, more: Partial<DraftStoreParts> = {}) => {
    const mine = new Set<string>();
    const store = createDraftStore({
      place,
      locks: {
        hold(name) {
          held.add(name);
          mine.add(name);
          return () => held.delete(name);
        },
        free: async (name) => !held.has(name),
      },
      seal: async (json) => new TextEncoder().encode(member + json),
      async open(bytes) {
        const text = new TextDecoder().decode(bytes);
        if (!text.startsWith(member)) throw new Error('not mine');
        return text.slice(member.length);
      },
      now: () => clock.now,
      ...more,
    });
    const leave = () => {
      for (const name of mine) held.delete(name);
    };
    return { store, leave };
  };
  return { map, clock, page };
}

async function takenBy(store: ReturnType<typeof createDraftStore>): Promise<readonly string[]> {
  return (await store.take()).texts.map((text) => text.trimEnd());
}

test('a page that is gone leaves its drafts to the next page of the same member', async () => {
  const { map, page } = browser();
  const first = page('anna');
  await first.store.take();
  await first.store.keep('["Guten Tag"]');
  expect(first.store.kept.value).toBe(true);
  expect(map.size).toBe(1);
  first.leave();
  const stranger = page('berta');
  expect(await takenBy(stranger.store)).toEqual([]);
  const second = page('anna');
  const taken = await second.store.take();
  expect(taken.texts.map((text) => JSON.parse(text) as unknown)).toEqual([['Guten Tag']]);
  taken.forget();
  expect(map.size).toBe(0);
});

test('a page that is still open keeps its drafts for itself', async () => {
  const { page } = browser();
  const first = page('anna');
  await first.store.take();
  await first.store.keep('["a"]');
  expect(await takenBy(page('anna').store)).toEqual([]);
});

test('the same page unlocked again finds its own', async () => {
  const { page } = browser();
  const { store } = page('anna');
  await store.take();
  await store.keep('["a"]');
  expect(await takenBy(store)).toEqual(['["a"]']);
});

test('the length of a text does not show, nor whose it is', async () => {
  const { map, page } = browser();
  const sizes = new Set<number>();
  for (const text of ['["x"]', `["${'x'.repeat(3_000)}"]`]) {
    const { store } = page('anna');
    await store.take();
    await store.keep(text);
    for (const kept of map.values()) sizes.add(kept.length);
  }
  expect(sizes.size).toBe(1);
  expect([...map.keys()].every((name) => /^beistand\.draft\.[0-9a-f]{16}$/.test(name))).toBe(true);
});

test('nothing is left after the text is gone, after a lock, and after its hours', async () => {
  const { map, clock, page } = browser();
  const { store, leave } = page('anna');
  await store.take();
  await store.keep('["a"]');
  await store.keep('');
  expect(map.size).toBe(0);
  await store.keep('["a"]');
  store.clear();
  expect(map.size).toBe(0);
  await store.keep('["after the lock"]');
  expect(map.size).toBe(0);
  await store.take();
  await store.keep('["b"]');
  leave();
  clock.now += HOURS * HOUR - 1;
  store.sweep();
  expect(map.size).toBe(1);
  clock.now += 1;
  store.sweep();
  expect(map.size).toBe(0);
});

test('a lock wins over a text that is being sealed', async () => {
  const { map, page } = browser();
  let finish: () => void = () => undefined;
  const { store } = page('anna', {
    seal: () =>
      new Promise((done) => {
        finish = () => done(new Uint8Array(1));
      }),
  });
  await store.take();
  const keeping = store.keep('["a"]');
  store.clear();
  finish();
  await keeping;
  expect(map.size).toBe(0);
});

test('the newest text wins while one is being sealed', async () => {
  const { page, map } = browser();
  const waiting: (() => void)[] = [];
  const sealed: string[] = [];
  const { store } = page('anna', {
    seal: (json) =>
      new Promise((done) => {
        sealed.push(json.trimEnd());
        waiting.push(() => done(new TextEncoder().encode(`anna${json}`)));
      }),
  });
  await store.take();
  const keeping = store.keep('["1"]');
  void store.keep('["2"]');
  void store.keep('["3"]');
  expect(store.kept.value).toBe(false);
  waiting[0]?.();
  await expect.poll(() => waiting.length).toBe(2);
  waiting[1]?.();
  await keeping;
  expect(sealed).toEqual(['["1"]', '["3"]']);
  expect(map.size).toBe(1);
  expect(store.kept.value).toBe(true);
});

test('a browser that keeps nothing says so', async () => {
  const { page } = browser();
  const full: Place = {
    length: 0,
    key: () => null,
    getItem: () => null,
    removeItem: () => undefined,
    setItem() {
      throw new Error('full');
    },
  };
  for (const place of [undefined, full]) {
    const { store } = page('anna', { place });
    await store.take();
    await store.keep('["a"]');
    expect(store.kept.value).toBe(false);
    expect(store.lasting.value).toBe(false);
  }
});

test('what is no record is removed, what another program keeps stays', async () => {
  const { map, page } = browser();
  map.set('beistand.draft.0123456789abcdef', '{"until":9e15,"box":"eA=="}');
  map.set('beistand.draft.1', 'nonsense');
  map.set('other', 'x');
  expect(await takenBy(page('anna').store)).toEqual([]);
  expect([...map.keys()]).toEqual(['other']);
});
