// Where the member is logged in beside this page. What the member has not seen yet
// is told, at the unlock and as soon as it is noticed: a login that was not theirs
// is the first sign of a stolen passphrase.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { OneSession } from '../../shared/api.ts';
import type { Client } from '../client.ts';

/** A PlacesState knows the member's sessions. */
export interface PlacesState {
  readonly list: Signal<readonly OneSession[]>;
  /** Other sessions that the member has not been shown. */
  readonly news: ReadonlySignal<readonly OneSession[]>;
  /** look asks the server; in the background it does not keep this session alive. */
  look(background: boolean): Promise<void>;
  /** seen says that the member knows all that are listed now. */
  seen(): void;
  end(id: string): Promise<void>;
  clear(): void;
}

/** createPlaces makes an empty list. */
export function createPlaces(client: Pick<Client, 'sessions' | 'endSession'>): PlacesState {
  const list = signal<readonly OneSession[]>([]);
  const known = signal<ReadonlySet<string>>(new Set());
  const look = async (background: boolean) => {
    list.value = await client.sessions(background);
  };
  return {
    list,
    news: computed(() => list.value.filter(({ id, own }) => !own && !known.value.has(id))),
    look,
    seen() {
      known.value = new Set([...known.value, ...list.value.map(({ id }) => id)]);
    },
    async end(id) {
      await client.endSession(id);
      await look(false);
    },
    clear() {
      list.value = [];
      known.value = new Set();
    },
  };
}
