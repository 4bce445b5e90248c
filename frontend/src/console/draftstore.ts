// Drafts that outlive a reload. The worker seals them to the member's own key;
// here they are bytes in the storage of the console's origin, under a random
// name that tells neither member nor case (docs/adr/0015). Whoever has the
// browser and not the seven words has a padded box and the hour of its end.
//
// It cannot open anything itself, and keeps nothing beyond HOURS.
import { type Signal, signal } from '@preact/signals';
import { fromBase64, toBase64, toHex } from '../shared/bytes.ts';

/** HOURS is how long a draft stays in the browser after its last change. */
export const HOURS = 12;
const PREFIX = 'beistand.draft.';
/** STEP is what a text is filled up to, so that its length does not show. */
const STEP = 4_096;

/** A Place is where bytes are kept: the browser's storage, or nothing where it is switched off. */
export type Place = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** Locks tell which drafts belong to a page that is still open: two tabs must not offer the same text. */
export interface Locks {
  /** hold marks a name until the page goes or the returned function is called. */
  hold(name: string): () => void;
  free(name: string): Promise<boolean>;
}

/** DraftStoreParts are what a store works with. */
export interface DraftStoreParts {
  readonly place: Place | undefined;
  readonly locks: Locks;
  /** seal closes a text to the member's own key. */
  seal(json: string): Promise<Uint8Array>;
  /** open fails for what somebody else has sealed. */
  open(bytes: Uint8Array): Promise<string>;
  /** now in milliseconds. */
  now(): number;
}

/** A Taken is what lay there for the member. */
export interface Taken {
  readonly texts: readonly string[];
  /** forget removes what was taken, once it is kept anew. */
  forget(): void;
}

/** A DraftStore keeps the drafts of one page. */
export interface DraftStore {
  /** Whether the browser keeps what it is given. */
  readonly lasting: Signal<boolean>;
  /** Whether all that was typed lies in the storage. */
  readonly kept: Signal<boolean>;
  /** keep seals a text and stores it in place of the one before; '' removes it. The newest wins. */
  keep(json: string): Promise<void>;
  /** take opens what the member left behind in pages that are gone. Called once after each unlocking. */
  take(): Promise<Taken>;
  /** clear removes the page's drafts, also one that is being sealed now. */
  clear(): void;
  /** sweep removes what has stood too long. */
  sweep(): void;
}

interface Kept {
  readonly until: number;
  readonly box: string;
}

/** createDraftStore makes a store with nothing in it. */
export function createDraftStore(parts: DraftStoreParts): DraftStore {
  const { place, locks, now } = parts;
  const kept = signal(true);
  const lasting = signal(place !== undefined);
  let name = '';
  let release: () => void = () => undefined;
  let wanted: string | undefined;
  let busy = false;
  const write = async (json: string) => {
    const mine = name;
    const box = toBase64(await parts.seal(pad(json)));
    // Something newer, or a lock, came meanwhile.
    if (wanted !== undefined || mine !== name || mine === '') return;
    try {
      place?.setItem(mine, JSON.stringify({ until: now() + HOURS * 3_600_000, box } satisfies Kept));
      lasting.value = place !== undefined;
    } catch {
      // The storage is full, or forbidden: the page asks before it is left.
      lasting.value = false;
    }
    kept.value = lasting.value;
  };
  const drop = () => {
    if (name !== '') remove(place, name);
  };
  return {
    lasting,
    kept,
    async keep(json) {
      wanted = json;
      kept.value = json === '';
      if (busy) return;
      busy = true;
      try {
        while (wanted !== undefined) {
          const next: string = wanted;
          wanted = undefined;
          if (next === '') drop();
          else await write(next).catch(() => undefined);
        }
      } finally {
        busy = false;
      }
    },
    async take() {
      const before = name;
      release();
      name = PREFIX + toHex(crypto.getRandomValues(new Uint8Array(8)));
      release = locks.hold(name);
      const found: [string, string][] = [];
      for (const one of names(place)) {
        const record = read(place, one, now());
        if (record === undefined || (one !== before && !(await locks.free(one)))) continue;
        const text = await parts.open(fromBase64(record.box)).catch(() => undefined);
        if (text !== undefined) found.push([one, text]);
      }
      return {
        texts: found.map(([, text]) => text),
        forget: () => {
          for (const [one] of found) remove(place, one);
        },
      };
    },
    clear() {
      drop();
      release();
      name = '';
      wanted = undefined;
      kept.value = true;
    },
    sweep() {
      for (const one of names(place)) read(place, one, now());
    },
  };
}

/** pad fills a JSON text with spaces, which a reader of JSON passes over. */
function pad(json: string): string {
  const size = new TextEncoder().encode(json).length;
  return json + ' '.repeat(Math.ceil((size + 1) / STEP) * STEP - size);
}

function names(place: Place | undefined): readonly string[] {
  const all = Array.from({ length: place?.length ?? 0 }, (_, i) => place?.key(i) ?? '');
  return all.filter((name) => name.startsWith(PREFIX));
}

function remove(place: Place | undefined, name: string): void {
  place?.removeItem(name);
}

/** read gives a record, and removes one that has stood too long or is none. */
function read(place: Place | undefined, name: string, now: number): Kept | undefined {
  try {
    const { until, box } = JSON.parse(place?.getItem(name) ?? '') as Partial<Kept>;
    // An hour that lies too far ahead is a clock that was turned back, or a forgery.
    if (typeof until === 'number' && typeof box === 'string' && until > now && until <= now + HOURS * 3_600_000)
      return { until, box };
  } catch {
    // Removed below.
  }
  remove(place, name);
  return undefined;
}

/** browserPlace gives the browser's storage, or nothing where it is switched off. */
export function browserPlace(): Place | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** browserLocks uses the browser's own locks: they end with the page. */
export function browserLocks(): Locks {
  return {
    hold(name) {
      let end: () => void = () => undefined;
      const held = new Promise<void>((done) => {
        end = done;
      });
      void navigator.locks.request(name, () => held).catch(() => undefined);
      return end;
    },
    free: (name) => navigator.locks.request(name, { ifAvailable: true }, (lock) => lock !== null),
  };
}
