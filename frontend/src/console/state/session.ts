// Who is at the console: from the login form over the opened keys to the lock.
// The words of the passphrase pass through here to the worker and are kept
// nowhere.
import { batch, type Signal, signal } from '@preact/signals';
import type { Session, Start } from '../../shared/api.ts';
import { type Client, Failure } from '../client.ts';
import type { Drafts } from '../drafts.ts';
import type { Opened } from '../keys.ts';
import { TaskError } from '../rpc.ts';
import type { Key } from '../texts.ts';
import type { Vault } from '../worker.ts';
import type { OfficeState } from './office.ts';

/** A Phase is what the whole page is about. */
export type Phase = 'starting' | 'unreachable' | 'locked' | 'open' | 'swapped' | 'unpinned' | 'admin';

/** A Step is what unlocking is doing now; '' while nothing goes on. */
export type Step = '' | 'derive' | 'login' | 'keys' | 'cases';

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
  /** Sealed drafts wait for the next unlock. */
  readonly kept: Signal<boolean>;
  load(): Promise<void>;
  unlock(name: string, words: string): Promise<void>;
  lock(reason: Key | ''): Promise<void>;
  logout(): Promise<void>;
}

/** SessionParts are what a session works with. */
export interface SessionParts {
  readonly client: Client;
  readonly vault: Vault;
  readonly drafts: Drafts;
  readonly office: OfficeState;
  /** The public form's path, fetched to compare the keys that residents get. */
  readonly form: string;
  /** ready is called when keys are open, before the console shows itself. */
  ready(): Promise<void>;
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
  if (error instanceof TaskError) return error.key === 'locked' ? 'unlock.fault.internal' : 'unlock.fault.worker';
  if (!(error instanceof Failure)) return 'unlock.fault.internal';
  if (error.key === 'login' || error.status === 401) return 'unlock.fault.login';
  return error.unclear ? 'unlock.fault.network' : 'unlock.fault.internal';
}

/** createSession makes the state of a console that nobody has unlocked yet. */
export function createSession(parts: SessionParts): SessionState {
  const { client, vault, drafts, office } = parts;
  const state = {
    phase: signal<Phase>('starting'),
    begin: signal<Start | undefined>(undefined),
    me: signal<Me | undefined>(undefined),
    step: signal<Step>(''),
    progress: signal(0),
    fault: signal<Key | ''>(''),
    reason: signal<Key | ''>(''),
    opened: signal<Opened | undefined>(undefined),
    name: signal(''),
    kept: signal(false),
  };
  let sealed: { readonly member: string; readonly bytes: Uint8Array } | undefined;

  const openKeys = async (session: Session): Promise<Phase> => {
    const [data, members] = await Promise.all([client.office(), client.members()]);
    office.data.value = data;
    office.members.value = members.members;
    state.me.value = { member: session.member, role: session.role, desks: session.desks };
    if (session.lock === '') return 'admin';
    // A form that hands out no key at all seals nothing in the browser: there is nothing to compare, and the inbox says so.
    const found = await client.form(parts.form).then(recipientsIn, () => []);
    const form = found.length === 0 ? undefined : found;
    const pinned = data.desks.flatMap((desk) => desk.keys);
    const material = {
      lock: session.lock,
      mpk: session.mpk,
      wraps: session.wraps,
      pinned,
      form,
      month: data.day.slice(0, 7),
    };
    const opened = await vault.call('unlock', [material]);
    state.opened.value = opened;
    if (opened.faults.length > 0) return 'swapped';
    if (opened.desks.length === 0) return 'unpinned';
    office.names.value = await vault.call('names', [members.members]);
    return 'open';
  };

  const reopenDrafts = async (member: string) => {
    if (sealed?.member !== member) return;
    drafts.restore(await vault.call('reopen', [sealed.bytes]));
    sealed = undefined;
    state.kept.value = false;
  };

  const drop = (phase: Phase) => {
    vault.drop();
    batch(() => {
      parts.forget();
      office.clear();
      state.me.value = undefined;
      state.step.value = '';
      state.phase.value = phase;
    });
  };

  const unlock = async (name: string, words: string) => {
    const site = state.begin.value?.site ?? '';
    state.step.value = 'derive';
    const progress = (done: number) => {
      state.progress.value = done;
    };
    const keys = await vault.call('derive', [site, name, words], { progress });
    state.step.value = 'login';
    const session = await client.login(keys.salt, keys.auth);
    state.step.value = 'keys';
    const phase = await openKeys(session);
    if (phase === 'swapped') {
      await client.logout().catch(() => undefined);
      return drop('swapped');
    }
    if (phase === 'open') {
      state.step.value = 'cases';
      await reopenDrafts(session.member);
      await parts.ready();
    }
    state.phase.value = phase;
  };

  return {
    ...state,
    async load() {
      try {
        state.begin.value = await client.start();
        state.phase.value = 'locked';
      } catch {
        state.phase.value = 'unreachable';
      }
    },
    async unlock(name, words) {
      batch(() => {
        state.fault.value = '';
        state.reason.value = '';
        state.progress.value = 0;
        state.name.value = name;
      });
      try {
        await unlock(name, words);
      } catch (error) {
        state.fault.value = faultOf(error);
        drop('locked');
      } finally {
        state.step.value = '';
      }
    },
    async lock(reason) {
      const member = state.me.value?.member;
      if (drafts.any() && member !== undefined) {
        // Without keys nothing can be kept: then the drafts go with them.
        const bytes = await vault.call('keep', [drafts.dump()]).catch(() => undefined);
        sealed = bytes === undefined ? undefined : { member, bytes };
      }
      drafts.clear();
      state.kept.value = sealed !== undefined;
      state.reason.value = reason;
      drop('locked');
    },
    async logout() {
      await client.logout().catch(() => undefined);
      drafts.clear();
      sealed = undefined;
      state.kept.value = false;
      state.name.value = '';
      state.reason.value = 'unlock.reason.logout';
      drop('locked');
    },
  };
}
