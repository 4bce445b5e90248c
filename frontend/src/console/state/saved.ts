// Saved views: a name, a filter and what was searched for, kept in this browser
// and sealed to the member's own key. Who logs in after somebody else sees none
// of them, and the storage shows no filter and no word that was searched for.
import { type Signal, signal } from '@preact/signals';
import { fromBase64, toBase64 } from '../../shared/bytes.ts';
import type { Place } from '../draftstore.ts';
import { readFilter, writeFilter } from '../filter.ts';
import { fields, text } from '../model.ts';
import type { Vault } from '../worker.ts';

/** A SavedView is one of them; names are unique. */
export interface SavedView {
  readonly name: string;
  /** The filter as in an address, without its page. */
  readonly hash: string;
  readonly search: string;
  /** Pinned ones stand on top of the list. */
  readonly pinned: boolean;
}

/** MOST is how many views a member keeps; NAME how many letters a name has. */
export const MOST = 30;
/** NAME is how many letters the name of a view has at most. */
export const NAME = 40;

/** A Store is as much of the browser's storage as the views need. */
export type Store = Pick<Place, 'getItem' | 'setItem' | 'removeItem'>;

/** A SavedState holds the views of the member who is logged in. */
export interface SavedState {
  readonly list: Signal<readonly SavedView[]>;
  load(member: string): Promise<void>;
  /** keep writes the views; false if this browser keeps nothing, so that they end with the session. */
  keep(next: readonly SavedView[]): Promise<boolean>;
  clear(): void;
}

/** hashOf gives the part of a filter's address that a view keeps. */
export function hashOf(filter: Parameters<typeof writeFilter>[0]): string {
  return writeFilter({ ...filter, page: 1 }).join('&');
}

/** readViews reads kept views with care: what is no view is left out. */
export function readViews(json: string): readonly SavedView[] {
  let list: unknown;
  try {
    list = JSON.parse(json);
  } catch {
    return [];
  }
  if (!Array.isArray(list)) return [];
  const views = (list as unknown[]).map((one) => ({
    name: text(fields(one)['name']).slice(0, NAME),
    hash: hashOf(readFilter(new URLSearchParams(text(fields(one)['hash'])))),
    search: text(fields(one)['search']),
    pinned: fields(one)['pinned'] === true,
  }));
  return views.filter(({ name }, i) => name !== '' && views.findIndex((other) => other.name === name) === i);
}

/** createSaved makes a state without views. */
export function createSaved(vault: Vault, place: Store | undefined): SavedState {
  const list = signal<readonly SavedView[]>([]);
  let key = '';
  return {
    list,
    async load(member) {
      key = `beistand.views.${member}`;
      try {
        const kept = place?.getItem(key) ?? null;
        if (kept !== null) list.value = readViews(await vault.call('reopen', [fromBase64(kept)]));
      } catch {
        // The views are sealed to a key that this member had before.
        list.value = [];
      }
    },
    async keep(next) {
      list.value = next;
      try {
        if (place === undefined) return false;
        if (next.length === 0) place.removeItem(key);
        else place.setItem(key, toBase64(await vault.call('keep', [JSON.stringify(next)])));
        return true;
      } catch {
        return false;
      }
    },
    clear() {
      key = '';
      list.value = [];
    },
  };
}
