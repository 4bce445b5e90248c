import { expect, test } from 'vitest';
import { createPreferences, type Keeper } from './preferences.ts';

function keeper(kept: Map<string, string>): Keeper {
  return {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}

test('both are on at first, and nothing is kept until one is switched off', () => {
  const kept = new Map<string, string>();
  const own = createPreferences(keeper(kept));
  expect([own.shortcuts.value, own.veil.value, kept.size]).toEqual([true, true, 0]);
  own.veil.value = false;
  expect([...kept]).toEqual([['beistand.veil', 'off']]);
  const again = createPreferences(keeper(kept));
  expect([again.shortcuts.value, again.veil.value]).toEqual([true, false]);
  again.veil.value = true;
  expect(kept.size).toBe(0);
});

test('a storage that refuses loses nothing but the memory of it', () => {
  const refuse = () => {
    throw new DOMException('no', 'SecurityError');
  };
  const own = createPreferences({ getItem: refuse, setItem: refuse, removeItem: refuse });
  own.shortcuts.value = false;
  expect(own.shortcuts.value).toBe(false);
  expect(createPreferences(undefined).veil.value).toBe(true);
});
