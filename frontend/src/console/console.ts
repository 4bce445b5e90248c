// All parts of the console in one value, handed down to the views.
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Client } from './client.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { createDraftStore, type DraftStore, type Locks, type Place } from './draftstore.ts';
import { localDay } from './format.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';
import { createFile, type FileState } from './state/file.ts';
import { createInbox, type InboxState } from './state/inbox.ts';
import { createOffice, type OfficeState } from './state/office.ts';
import { createRules, type RulesState } from './state/rules.ts';
import { createSession, type SessionState } from './state/session.ts';
import type { Texts } from './texts.ts';
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

/** A Console is everything that views work with. */
export interface Console {
  readonly texts: Texts;
  readonly client: Client;
  readonly vault: Vault;
  readonly drafts: Drafts;
  /** Keeps the drafts over a reload. */
  readonly store: DraftStore;
  readonly office: OfficeState;
  readonly session: SessionState;
  readonly inbox: InboxState;
  readonly file: FileState;
  readonly rules: RulesState;
  readonly route: ReadonlySignal<Route>;
  /** Spoken politely and shown for a while: "Gespeichert". */
  readonly said: Signal<string>;
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
}

/** createConsole wires the parts. */
export function createConsole({
  texts,
  client,
  vault,
  location,
  rules: address,
  now,
  place,
  locks,
}: ConsoleParts): Console {
  const drafts = createDrafts();
  const store = createDraftStore({
    place,
    locks,
    seal: (json) => vault.call('keep', [json]),
    open: (bytes) => vault.call('reopen', [bytes]),
    now: () => now().getTime(),
  });
  drafts.watch(() => void store.keep(drafts.json()));
  const office = createOffice(texts);
  const inbox = createInbox(client, vault, office, STATES);
  const route = signal<Route>(parseRoute(location.hash));
  const said = signal('');
  const today = () => office.day() || localDay(now());
  const rules = createRules(() => client.form(address));
  const file: FileState = createFile({
    rules: rules.load,
    client,
    vault,
    me: () => session.me.value,
    today,
    ended: () => void session.lock('unlock.reason.ended'),
  });
  const session: SessionState = createSession({
    client,
    vault,
    drafts,
    store,
    office,
    form: '/de/report',
    ready: () => inbox.load(session.me.value?.member ?? ''),
    forget() {
      inbox.clear();
      file.clear();
      said.value = '';
    },
  });
  addEventListener('hashchange', () => {
    route.value = parseRoute(location.hash);
  });
  return {
    texts,
    client,
    vault,
    drafts,
    store,
    office,
    session,
    inbox,
    file,
    rules,
    route,
    said,
    today,
    go(next) {
      location.hash = formatRoute(next);
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
