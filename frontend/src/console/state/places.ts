// Where the member is logged in beside this page. What the member has not seen yet
// is told, at the unlock and as soon as it is noticed: a login that was not theirs
// is the first sign of a stolen passphrase.
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { OneSession } from '../../shared/api.ts';
import type { Client } from '../client.ts';
import { showDay } from '../format.ts';
import type { Texts } from '../texts.ts';

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

/** inWords names sessions by device and day; those that look the same are told once, with their number. */
export function inWords(texts: Texts, sessions: readonly Pick<OneSession, 'device' | 'day'>[]): string {
  const counted = new Map<string, number>();
  for (const { device, day } of sessions) {
    const place = `${texts.label('device', device || 'other')}, ${showDay(texts, day)}`;
    counted.set(place, (counted.get(place) ?? 0) + 1);
  }
  return [...counted].map(([place, n]) => (n > 1 ? `${place} (${n}×)` : place)).join(' · ');
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
