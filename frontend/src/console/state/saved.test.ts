import { expect, test } from 'vitest';
import { FIRST } from '../filter.ts';
import type { Vault } from '../worker.ts';
import { createSaved, hashOf, readViews, type SavedView, type Store } from './saved.ts';

const VIEW: SavedView = { name: 'Wohnen', hash: 'state=triage&area=housing', search: 'Hausverwaltung', pinned: true };

/** vaultOf seals to one member: whoever else opens it fails. */
function vaultOf(member: string): Vault {
  const call = async (name: string, [given]: readonly unknown[]) => {
    if (name === 'keep') return new TextEncoder().encode(btoa(`${member}|${encodeURIComponent(String(given))}`));
    const [by, json] = atob(new TextDecoder().decode(given as Uint8Array)).split('|');
    if (by !== member) throw new Error('damaged');
    return decodeURIComponent(json ?? '');
  };
  return { call, drop: () => undefined } as unknown as Vault;
}

function storeOf(): Store & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

test('views come back to the one who kept them, and to nobody else', async () => {
  const store = storeOf();
  const mine = createSaved(vaultOf('a'), store);
  await mine.load('a');
  expect(await mine.keep([VIEW])).toBe(true);
  const again = createSaved(vaultOf('a'), store);
  await again.load('a');
  expect(again.list.value).toEqual([VIEW]);
  const other = createSaved(vaultOf('b'), store);
  await other.load('b');
  expect(other.list.value).toEqual([]);
  expect([...store.kept.values()].join(' ')).not.toContain('Haus');
});

test('views of a key that is gone are no views', async () => {
  const store = storeOf();
  const before = createSaved(vaultOf('a'), store);
  await before.load('a');
  await before.keep([VIEW]);
  const after = createSaved(vaultOf('a2'), store);
  await after.load('a');
  expect(after.list.value).toEqual([]);
});

test('the last view leaves nothing behind', async () => {
  const store = storeOf();
  const saved = createSaved(vaultOf('a'), store);
  await saved.load('a');
  await saved.keep([VIEW]);
  await saved.keep([]);
  expect(store.kept.size).toBe(0);
});

test('where storage is off, a view holds for the session and that is told', async () => {
  const saved = createSaved(vaultOf('a'), undefined);
  await saved.load('a');
  expect(await saved.keep([VIEW])).toBe(false);
  expect(saved.list.value).toEqual([VIEW]);
});

test('what is no view is left out, and none leads out of the list', () => {
  expect(readViews('nonsense')).toEqual([]);
  expect(readViews('{"name":"x"}')).toEqual([]);
  const odd = [
    { name: '' },
    7,
    null,
    VIEW,
    { ...VIEW, search: 'other' },
    { name: 'x', hash: 'setup=abc&state=closed' },
  ];
  expect(readViews(JSON.stringify(odd))).toEqual([
    VIEW,
    { name: 'x', hash: 'state=closed', search: '', pinned: false },
  ]);
});

test('a view does not keep the page', () => {
  expect(hashOf({ ...FIRST, page: 4, state: 'all' })).toBe('state=all');
});
