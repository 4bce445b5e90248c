// The open case: loads it, writes what a first opening must write, and sends
// acts. An act carries the head that the member saw; if somebody was first, the
// draft stays, the other's event is shown, and sending again is a new act. If
// nobody knows what became of it, the same bytes are sent again: nothing can be
// doubled.
import { batch, type Signal, signal } from '@preact/signals';
import type { Card } from '../../shared/card.ts';
import { makeCard, sameCard } from '../cardtext.ts';
import { type CaseView, needsAccess, needsTicks, since, TICKS, viewOf } from '../casefile.ts';
import { type ActPath, type Client, Failure } from '../client.ts';
import type { OpenEvent } from '../opening.ts';
import type { Vault } from '../worker.ts';
import type { Me } from './session.ts';

/** An Act is what a member wants to do. */
export interface Act {
  readonly path: ActPath;
  readonly kind: string;
  /** What is sealed; without it the act has no box. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly told?: boolean;
  /** The fields in the clear. */
  readonly open?: Readonly<Record<string, unknown>>;
}

/** A Trouble is why an act did not go through. */
export type Trouble =
  | { readonly what: 'conflict'; readonly path: ActPath; readonly others: readonly OpenEvent[] }
  | { readonly what: 'transition'; readonly path: ActPath }
  | {
      readonly what: 'unclear' | 'failed' | 'nokey' | 'forbidden' | 'large';
      readonly path: ActPath;
      readonly id: string;
    };

/** A FileStatus says how far opening is. */
export type FileStatus = 'none' | 'loading' | 'open' | 'missing' | 'failed';

/** A FileState is the case on the screen. */
export interface FileState {
  readonly status: Signal<FileStatus>;
  readonly view: Signal<CaseView | undefined>;
  /** The act that is being sent, or "". */
  readonly busy: Signal<ActPath | ''>;
  readonly trouble: Signal<Trouble | undefined>;
  load(id: string): Promise<void>;
  /** send tells whether the act is stored; if not, trouble says why. */
  send(act: Act): Promise<boolean>;
  /** retitle writes the card anew with a title. */
  writeCard(change: Partial<Card>): Promise<boolean>;
  clear(): void;
}

/** FileParts are what an open case works with. */
export interface FileParts {
  readonly client: Client;
  readonly vault: Vault;
  readonly me: () => Me | undefined;
  /** today by the office's calendar, and by this machine's clock for the inside of the seal. */
  readonly today: () => string;
  /** ended is called when the session is over. */
  ended(): void;
}

interface Pending {
  readonly text: string;
  readonly rev: number;
  readonly body: object;
}

/** createFile makes a state with no case open. */
export function createFile(parts: FileParts): FileState {
  const { client, vault } = parts;
  const status = signal<FileStatus>('none');
  const view = signal<CaseView | undefined>(undefined);
  const busy = signal<ActPath | ''>('');
  const trouble = signal<Trouble | undefined>(undefined);
  let current = '';
  let pending: Pending | undefined;
  // What an opening writes moves the head: an act waits for it, or it would lose against its own member.
  let opening: Promise<void> = Promise.resolve();

  const fetchView = async (id: string): Promise<CaseView> => {
    const file = await client.openCase(id);
    return viewOf(file, await vault.call('openFile', [id, file.summary.desk, file.events]));
  };

  const show = (id: string, next: CaseView) => {
    if (id !== current) return;
    const card = next.cardEvent && next.card && { op: next.cardEvent.op, body: next.card };
    void vault.call('takeCase', [next.summary, card]).catch(() => undefined);
    batch(() => {
      view.value = next;
      status.value = 'open';
    });
  };

  const sealed = async (now: CaseView, act: Act): Promise<object> => {
    const { case: id, desk, rev } = now.summary;
    if (act.body === undefined) return { rev, op: await vault.call('newOp', []), ...act.open };
    const told = act.told ?? false;
    const by = act.kind === 'answer' ? 'office' : (parts.me()?.member ?? '');
    const seen = told ? now.seen : '';
    const request = { case: id, desk, kind: act.kind, body: act.body, told, seen, by, at: parts.today() };
    const { op, epoch, box } = await vault.call('seal', [request]);
    return { rev, op, epoch, box, ...act.open };
  };

  /** quiet does what an opening must record; if somebody was first, the next opening finds it done. */
  const quiet = async (id: string, first: CaseView) => {
    let rev = first.summary.rev;
    const post = async (path: ActPath, body: object) => {
      rev = (await client.act(id, path, { ...body, rev })).rev;
    };
    const me = parts.me();
    if (me === undefined || first.reportEvent?.seal !== 'open') return;
    try {
      if (needsAccess(first, me.member, parts.today())) await post('access', { op: await vault.call('newOp', []) });
      await openingCard(id, first, post);
      if (first.canAnswer && needsTicks(first)) {
        const body = { rung: first.rung, texts: first.report?.consents ?? [] };
        const open = { rung: first.rung, text: TICKS, track: first.summary.track };
        await post('consents', await sealed(first, { path: 'consents', kind: 'consent', body, told: true, open }));
      }
    } catch (error) {
      if (error instanceof Failure && error.status === 401) return parts.ended();
      if (error instanceof Failure && error.key === 'conflict') rev = 0;
    }
    if (rev !== first.summary.rev) show(id, await fetchView(id));
  };

  const openingCard = async (id: string, now: CaseView, post: (path: ActPath, body: object) => Promise<void>) => {
    if (now.report === undefined || now.replaced) return;
    const card = makeCard({ report: now.report, coding: now.coding, pin: now.pin, before: now.card });
    if (now.card !== undefined && sameCard(card, now.card)) return;
    const box = await vault.call('sealCard', [id, now.summary.desk, card]);
    await post('cards', box);
  };

  const fail = async (act: Act, error: unknown, rev: number): Promise<void> => {
    if (!(error instanceof Failure)) {
      trouble.value = { what: 'nokey', path: act.path, id: '' };
      return;
    }
    if (error.status === 401) return parts.ended();
    if (error.key === 'conflict' || error.key === 'transition') {
      const next = await fetchView(current).catch(() => undefined);
      if (next !== undefined) show(current, next);
      const others = next === undefined ? [] : since(next, rev, parts.me()?.member ?? '');
      trouble.value =
        error.key === 'conflict'
          ? { what: 'conflict', path: act.path, others }
          : { what: 'transition', path: act.path };
      return;
    }
    const what = error.unclear
      ? 'unclear'
      : error.status === 403
        ? 'forbidden'
        : error.status === 413
          ? 'large'
          : 'failed';
    trouble.value = { what, path: act.path, id: error.id };
  };

  const send = async (act: Act): Promise<boolean> => {
    if (view.value === undefined || busy.value !== '') return false;
    busy.value = act.path;
    await opening;
    const now = view.value;
    const { case: id, rev } = now.summary;
    try {
      const words = JSON.stringify(act);
      if (pending?.text !== words || pending.rev !== rev) pending = { text: words, rev, body: await sealed(now, act) };
      await client.act(id, act.path, pending.body);
      pending = undefined;
      trouble.value = undefined;
      show(id, await fetchView(id));
      return true;
    } catch (error) {
      if (!(error instanceof Failure && error.unclear)) pending = undefined;
      await fail(act, error, rev);
      return false;
    } finally {
      busy.value = '';
    }
  };

  return {
    status,
    view,
    busy,
    trouble,
    send,
    async load(id) {
      current = id;
      batch(() => {
        view.value = undefined;
        trouble.value = undefined;
        status.value = 'loading';
      });
      try {
        const first = await fetchView(id);
        show(id, first);
        opening = quiet(id, first).catch(() => undefined);
        await opening;
      } catch (error) {
        if (id !== current) return;
        if (error instanceof Failure && error.status === 401) return parts.ended();
        status.value = error instanceof Failure && error.status === 404 ? 'missing' : 'failed';
      }
    },
    async writeCard(change) {
      const now = view.value;
      if (now?.report === undefined) return false;
      const card = {
        ...makeCard({ report: now.report, coding: now.coding, pin: now.pin, before: now.card }),
        ...change,
      };
      const { case: id, desk } = now.summary;
      const box = await vault.call('sealCard', [id, desk, card]);
      return send({ path: 'cards', kind: 'card', open: { op: box.op, epoch: box.epoch, box: box.box } });
    },
    clear() {
      current = '';
      pending = undefined;
      batch(() => {
        view.value = undefined;
        trouble.value = undefined;
        busy.value = '';
        status.value = 'none';
      });
    },
  };
}
