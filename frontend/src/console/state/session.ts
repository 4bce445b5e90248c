// Who is at the console: from the login form over the opened keys to the lock.
// The words of the passphrase pass through here to the worker and are kept
// nowhere.
import { batch, type Signal, signal } from '@preact/signals';
import type { Session, Start } from '../../shared/api.ts';
import { type Client, Failure } from '../client.ts';
import { caseOf, type Drafts } from '../drafts.ts';
import type { DraftStore } from '../draftstore.ts';
import type { Opened } from '../keys.ts';
import { TaskError } from '../rpc.ts';
import type { Tabs } from '../tabs.ts';
import type { Key } from '../texts.ts';
import type { Vault } from '../worker.ts';
import type { OfficeState } from './office.ts';
import type { Second } from './second.ts';

/** A Phase is what the whole page is about. */
export type Phase = 'starting' | 'unreachable' | 'locked' | 'open' | 'swapped' | 'unpinned' | 'admin';

/** A Step is what unlocking is doing now; '' while nothing goes on. */
export type Step = '' | 'derive' | 'login' | 'passkey' | 'keys' | 'cases';

/** A Me is the member who is logged in. */
export interface Me {
  readonly member: string;
  readonly role: string;
  readonly desks: readonly string[];
}

/** A SessionState leads from the locked console to the open one and back. */
export interface SessionState {
  readonly phase: Signal<Phase>;
  readonly begin: Signal<Start | undefined>;
  readonly me: Signal<Me | undefined>;
  readonly step: Signal<Step>;
  /** Per cent of the slow step. */
  readonly progress: Signal<number>;
  /** What the login form has to say; '' if nothing. */
  readonly fault: Signal<Key | ''>;
  /** Why the console is locked, told on the login form; '' at the start. */
  readonly reason: Signal<Key | ''>;
  /** The result of the key check. */
  readonly opened: Signal<Opened | undefined>;
  /** The name that was typed last, kept in memory for the next unlock. */
  readonly name: Signal<string>;
  /** The passkey, where the login asks for one. */
  readonly second: Second;
  /** Sealed drafts wait for the next unlock. */
  readonly kept: Signal<boolean>;
  /** Cases with drafts that were found again at the last unlocking. */
  readonly offered: Signal<readonly string[]>;
  load(): Promise<void>;
  unlock(name: string, words: string): Promise<void>;
  lock(reason: Key | ''): Promise<void>;
  logout(): Promise<void>;
  /** logoutEverywhere ends all sessions of the member, this one too. */
  logoutEverywhere(): Promise<void>;
  /** refresh reads members and keys anew and checks the vouches. */
  refresh(): Promise<void>;
}

/** SessionParts are what a session works with. */
export interface SessionParts {
  readonly client: Client;
  readonly vault: Vault;
  readonly drafts: Drafts;
  readonly store: DraftStore;
  readonly office: OfficeState;
  readonly second: Second;
  readonly tabs: Tabs;
  /** The public form's path, fetched to compare the keys that residents get. */
  readonly form: string;
  /** ready is called when keys are open, before the console shows itself; progress is told per cent. */
  ready(progress: (percent: number) => void): Promise<void>;
  /** forget is called when keys were dropped: all opened text must go. */
  forget(): void;
}

const RECIPIENT = /age1pq1[02-9ac-hj-np-z]{1952}/g;

/** recipientsIn finds the keys that a page hands to residents. */
export function recipientsIn(html: string): readonly string[] {
  return [...new Set(html.match(RECIPIENT) ?? [])];
}

/** faultOf turns an error of the login into the text that the form shows. */
export function faultOf(error: unknown): Key {
  if (error instanceof TaskError && (error.key === 'passkey' || error.key === 'nopasskey' || error.key === 'prf')) {
    return `unlock.fault.${error.key}`;
  }
  if (error instanceof TaskError) return error.key === 'locked' ? 'unlock.fault.internal' : 'unlock.fault.worker';
  if (!(error instanceof Failure)) return 'unlock.fault.internal';
  if (error.key === 'login' || error.status === 401) return 'unlock.fault.login';
  return error.unclear ? 'unlock.fault.network' : 'unlock.fault.internal';
}

/** createSession makes the state of a console that nobody has unlocked yet. */
export function createSession(parts: SessionParts): SessionState {
  return new Gate(parts);
}

class Gate implements SessionState {
  readonly phase = signal<Phase>('starting');
  readonly begin = signal<Start | undefined>(undefined);
  readonly me = signal<Me | undefined>(undefined);
  readonly step = signal<Step>('');
  readonly progress = signal(0);
  readonly fault = signal<Key | ''>('');
  readonly reason = signal<Key | ''>('');
  readonly opened = signal<Opened | undefined>(undefined);
  readonly name = signal('');
  readonly kept = signal(false);
  readonly offered = signal<readonly string[]>([]);
  readonly second: Second;
  private readonly parts: SessionParts;
  /** The drafts of the member who locked, sealed to the member's own key. */
  private sealed: { readonly member: string; readonly bytes: Uint8Array } | undefined;

  constructor(parts: SessionParts) {
    this.parts = parts;
    this.second = parts.second;
    parts.tabs.onLock(() => {
      if (this.me.value !== undefined) void this.lock('unlock.reason.elsewhere');
    });
  }

  async load(): Promise<void> {
    this.parts.store.sweep();
    try {
      this.begin.value = await this.parts.client.start();
      this.phase.value = 'locked';
    } catch {
      this.phase.value = 'unreachable';
    }
  }

  async unlock(name: string, words: string): Promise<void> {
    batch(() => {
      this.fault.value = '';
      this.reason.value = '';
      this.progress.value = 0;
      this.name.value = name;
    });
    try {
      await this.enter(name, words);
    } catch (error) {
      this.fault.value = faultOf(error);
      // A session was opened, and the key is not: nobody could work with it.
      if (error instanceof TaskError && error.key === 'prf') await this.parts.client.logout().catch(() => undefined);
      this.drop('locked');
    } finally {
      this.step.value = '';
    }
  }

  async lock(reason: Key | ''): Promise<void> {
    // An idle tab says nothing: the member may be working in another one.
    if (reason === 'unlock.reason.locked') this.parts.tabs.lock();
    const { drafts, store, vault } = this.parts;
    const member = this.me.value?.member;
    if (drafts.any() && member !== undefined) {
      // Without keys nothing can be kept: then the drafts go with them.
      const bytes = await vault.call('keep', [drafts.dump()]).catch(() => undefined);
      this.sealed = bytes === undefined ? undefined : { member, bytes };
    }
    drafts.clear();
    // Who locks by hand leaves nothing in the browser. A session that ended by itself loses nothing typed.
    if (reason === 'unlock.reason.locked') store.clear();
    this.kept.value = this.sealed !== undefined;
    this.reason.value = reason;
    this.drop('locked');
  }

  async logout(): Promise<void> {
    this.parts.tabs.lock();
    await this.parts.client.logout().catch(() => undefined);
    this.parts.drafts.clear();
    this.parts.store.clear();
    this.sealed = undefined;
    batch(() => {
      this.kept.value = false;
      this.name.value = '';
      this.reason.value = 'unlock.reason.logout';
    });
    this.drop('locked');
  }

  private async enter(name: string, words: string): Promise<void> {
    const { client, vault } = this.parts;
    this.step.value = 'derive';
    const progress = (percent: number) => {
      this.progress.value = percent;
    };
    const site = this.begin.value?.site ?? '';
    const keys = await vault.call('derive', [site, name, words], { progress });
    this.step.value = 'login';
    const answer = await client.login(keys.salt, keys.auth);
    if ('step' in answer) this.step.value = 'passkey';
    const { session, prf } =
      'step' in answer ? await this.second.pass(answer, site, name) : { session: answer, prf: undefined };
    this.step.value = 'keys';
    const phase = await this.openKeys(session, prf);
    if (phase === 'swapped') return this.alarm();
    if (phase === 'open') {
      progress(0);
      this.step.value = 'cases';
      await this.reopenDrafts(session.member);
      await this.parts.ready(progress);
    }
    this.phase.value = phase;
  }

  async logoutEverywhere(): Promise<void> {
    await this.parts.client.logoutEverywhere(await this.parts.vault.call('newOp', []));
    await this.logout();
  }

  async refresh(): Promise<void> {
    const { client, office } = this.parts;
    const [data, members] = await Promise.all([client.office(), client.members()]);
    office.data.value = data;
    office.take(members);
    if (this.phase.value === 'open' && !(await this.vet())) await this.alarm();
  }

  /** vet holds the colleagues' keys against the vouches; false: one was swapped. */
  private async vet(): Promise<boolean> {
    const { vault, office } = this.parts;
    const { faults, names, current } = await vault.call('vet', [office.members.value]);
    office.names.value = names;
    office.current.value = current;
    const opened = this.opened.value;
    if (faults.length > 0 && opened !== undefined) this.opened.value = { ...opened, faults };
    return faults.length === 0;
  }

  /** alarm writes into the ledger what was found, and closes the console. */
  private async alarm(): Promise<void> {
    const { client, vault } = this.parts;
    for (const reason of new Set(this.opened.value?.faults.map(({ where }) => where))) {
      await client.alarm(await vault.call('newOp', []), reason).catch(() => undefined);
    }
    await client.logout().catch(() => undefined);
    this.drop('swapped');
  }

  private async openKeys(session: Session, prf: Uint8Array | undefined): Promise<Phase> {
    const { client, vault, office } = this.parts;
    const [data, members] = await Promise.all([client.office(), client.members()]);
    office.data.value = data;
    office.take(members);
    this.me.value = { member: session.member, role: session.role, desks: session.desks };
    if (session.role === 'admin' || (session.lock === '' && session.series === '')) return 'admin';
    // A form that hands out no key at all seals nothing in the browser: there is nothing to compare, and the inbox says so.
    const found = await client.form(this.parts.form).then(recipientsIn, () => []);
    const form = found.length === 0 ? undefined : found;
    const { lock, series, mpk, wraps } = session;
    const pinned = data.desks.flatMap((desk) => desk.keys);
    const month = data.day.slice(0, 7);
    const opened = await vault.call('unlock', [{ lock, series, prf, mpk, wraps, pinned, form, month }]);
    this.opened.value = opened;
    if (opened.faults.length > 0) return 'swapped';
    if (opened.desks.length === 0) return 'unpinned';
    return (await this.vet()) ? 'open' : 'swapped';
  }

  /** reopenDrafts takes back what lay sealed in memory, and what pages that are gone left in the browser. */
  private async reopenDrafts(member: string): Promise<void> {
    const { drafts, store, vault } = this.parts;
    if (this.sealed?.member === member) {
      drafts.restore(await vault.call('reopen', [this.sealed.bytes]));
      this.sealed = undefined;
      this.kept.value = false;
    }
    const taken = await store.take();
    for (const json of taken.texts) drafts.restore(json);
    await store.keep(drafts.json());
    if (store.kept.value) taken.forget();
    this.offered.value = [...new Set(drafts.keys().map((key) => caseOf(key)[0]))];
  }

  private drop(phase: Phase): void {
    this.parts.vault.drop();
    batch(() => {
      this.parts.forget();
      this.offered.value = [];
      this.parts.office.clear();
      this.me.value = undefined;
      this.step.value = '';
      this.phase.value = phase;
    });
  }
}
