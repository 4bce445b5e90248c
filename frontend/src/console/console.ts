// All parts of the console in one value, handed down to the views.
import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from './client.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { createDraftStore, type DraftStore, type Locks, type Place } from './draftstore.ts';
import { localDay } from './format.ts';
import type { Passkeys } from './passkey.ts';
import { createPreferences, type Preferences } from './preferences.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';
import { type BulkState, createBulk } from './state/bulk.ts';
import { type CardWriter, createCardWriter } from './state/cards.ts';
import { createFile, type FileState } from './state/file.ts';
import { createInbox, type InboxState } from './state/inbox.ts';
import { createOffice, type OfficeState } from './state/office.ts';
import { createPlaces, type PlacesState } from './state/places.ts';
import { createReading, type Reading } from './state/reading.ts';
import { createRules, type RulesState } from './state/rules.ts';
import { createSaved, type SavedState } from './state/saved.ts';
import { createSecond } from './state/second.ts';
import { createSession, type SessionState } from './state/session.ts';
import { FORM, targetOf } from './state/target.ts';
import { createVeilState, type VeilState } from './state/veil.ts';
import type { Tabs } from './tabs.ts';
import type { Texts } from './texts.ts';
import { createTurns, type Turn } from './turns.ts';
import type { Vault } from './worker.ts';

/** STATES is the order of a case's life; the inbox lists and sorts by it. */
export const STATES = [
  'received',
  'triage',
  'query_open',
  'counselling',
  'intervention',
  'paused',
  'referred',
  'documented',
  'closed',
  'discarded',
] as const;

/** A Panel is a dialog that lies over any view. */
export type Panel = '' | 'help' | 'palette';

/** A Console is everything that views work with. */
export interface Console {
  readonly texts: Texts;
  readonly client: Client;
  readonly vault: Vault;
  readonly turn: Turn;
  readonly drafts: Drafts;
  /** Keeps the drafts over a reload. */
  readonly store: DraftStore;
  readonly office: OfficeState;
  readonly session: SessionState;
  readonly inbox: InboxState;
  readonly cards: CardWriter;
  readonly bulk: BulkState;
  readonly saved: SavedState;
  readonly file: FileState;
  readonly reading: Reading;
  readonly rules: RulesState;
  readonly passkeys: Passkeys;
  readonly places: PlacesState;
  readonly route: ReadonlySignal<Route>;
  /** Spoken politely and shown for a while: "Gespeichert". */
  readonly said: Signal<string>;
  readonly preferences: Preferences;
  readonly veil: VeilState;
  /** The part of the page that shall have the focus as soon as it stands there; '' if none. */
  readonly aim: Signal<string>;
  readonly panel: ReadonlySignal<Panel>;
  show(panel: Panel): void;
  go(route: Route): void;
  today(): string;
}

/** ConsoleParts are what a console cannot make itself. */
export interface ConsoleParts {
  readonly texts: Texts;
  readonly client: Client;
  readonly vault: Vault;
  readonly location: Location;
  /** The address of the deadline rules, from the page. */
  readonly rules: string;
  readonly now: () => Date;
  /** The browser's storage, if it may be used. */
  readonly place: Place | undefined;
  readonly locks: Locks;
  readonly tabs: Tabs;
  /** rest resolves a moment later. */
  readonly rest: () => Promise<void>;
  /** minute resolves a minute later: so long an act on many cases can be taken back. */
  readonly minute: () => Promise<void>;
  readonly passkeys: Passkeys;
}

/** createConsole wires the parts. */
export function createConsole(parts: ConsoleParts): Console {
  const { texts, client, vault, location, now, place, locks, passkeys } = parts;
  const drafts = createDrafts();
  const turn = createTurns();
  const store = createDraftStore({
    place,
    locks,
    seal: (json) => vault.call('keep', [json]),
    open: (bytes) => vault.call('reopen', [bytes]),
    now: () => now().getTime(),
  });
  drafts.watch(() => void store.keep(drafts.json()));
  const office = createOffice(texts);
  const me = () => session.me.value;
  const inbox = createInbox({ client, vault, office, states: STATES, me, rest: parts.rest });
  const places = createPlaces(client);
  const route = signal<Route>(parseRoute(location.hash));
  const said = signal('');
  const aim = signal('');
  const panel = signal<Panel>('');
  const preferences = createPreferences(place);
  const veil = createVeilState(() => office.data.value?.veil ?? [], preferences);
  const today = () => office.day() || localDay(now());
  const rules = createRules(() => client.form(parts.rules));
  const file: FileState = createFile({
    rules: rules.load,
    target: (desk) => targetOf(office, client, desk, today().slice(0, 7)),
    client,
    vault,
    turn,
    me,
    today,
    ended: () => void session.lock('unlock.reason.ended'),
  });
  const saved = createSaved(vault, place);
  const cards = createCardWriter({
    client,
    vault,
    turn,
    rules: rules.load,
    today,
    rest: parts.rest,
    quiet: () => inbox.quiet(),
    wrote(n) {
      inbox.written.value = n;
      void inbox.recount().catch(() => undefined);
    },
  });
  const bulk = createBulk({
    client,
    vault,
    turn,
    me: () => me()?.member ?? '',
    coordinates: () => me()?.role === 'coordinator',
    today,
    minute: parts.minute,
    changed() {
      const as = route.value.view === 'board' ? 'board' : 'list';
      void Promise.all([inbox.show(as), inbox.recount()]).catch(() => undefined);
    },
    ended: () => void session.lock('unlock.reason.ended'),
  });
  const session: SessionState = createSession({
    client,
    vault,
    drafts,
    store,
    tabs: parts.tabs,
    office,
    second: createSecond(client, vault, passkeys),
    form: FORM,
    async ready(progress) {
      await inbox.load(progress);
      await saved.load(session.me.value?.member ?? '');
      await places.look(true).catch(() => undefined);
      void cards.run();
    },
    forget() {
      cards.stop();
      bulk.clear();
      saved.clear();
      inbox.clear();
      places.clear();
      file.clear();
      said.value = '';
      panel.value = '';
      veil.clear();
    },
  });
  const reading = createReading(me, today);
  effect(() => {
    const open = file.view.value?.summary.case;
    if (open !== undefined) reading.opened(open);
  });
  let shown = '';
  let gone: string | undefined;
  const arrive = () => {
    route.value = parseRoute(location.hash);
    if (route.value.view !== 'case' || route.value.id !== shown) veil.forget();
    shown = route.value.view === 'case' ? route.value.id : '';
  };
  addEventListener('hashchange', () => {
    if (location.hash === gone) return;
    gone = undefined;
    arrive();
  });
  return {
    texts,
    client,
    vault,
    turn,
    drafts,
    store,
    office,
    session,
    inbox,
    cards,
    bulk,
    saved,
    file,
    reading,
    rules,
    passkeys,
    places,
    route,
    said,
    preferences,
    veil,
    aim,
    panel,
    show(next) {
      panel.value = next;
    },
    today,
    go(next) {
      const before = location.hash;
      location.hash = formatRoute(next);
      if (location.hash === before) return;
      // At once: the browser tells of it later, and the next key would still act on the view that was left.
      gone = location.hash;
      arrive();
    },
  };
}

const Context = createContext<Console | undefined>(undefined);

/** ConsoleProvider hands the console down. */
export const ConsoleProvider = Context.Provider;

/** useConsole gives the console that the page was started with. */
export function useConsole(): Console {
  const value = useContext(Context);
  if (value === undefined) throw new Error('useConsole: no console above');
  return value;
}
