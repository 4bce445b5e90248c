// The open case: loads it, writes what a first opening must write, and sends
// acts. An act carries the head that the member saw; if somebody was first, the
// draft stays, the other's event is shown, and sending again is a new act. If
// nobody knows what became of it, the same bytes are sent again: nothing can be
// doubled.
import { batch, type Signal, signal } from '@preact/signals';
import type { Card } from '../../shared/card.ts';
import type { Deadline, Rules } from '../../shared/deadline.ts';
import { makeCard, sameCard } from '../cardtext.ts';
import { type CaseView, needsAccess, needsTicks, since, TICKS, viewOf } from '../casefile.ts';
import { type ActPath, type Client, Failure } from '../client.ts';
import { mondayOf } from '../format.ts';
import { bodyOf, computed, factsOf, soonest } from '../guard.ts';
import type { Target } from '../handing.ts';
import type { Act } from '../moves.ts';
import type { OpenEvent } from '../opening.ts';
import type { Turn } from '../turns.ts';
import type { Vault } from '../worker.ts';
import type { Me } from './session.ts';

/** What the server says of a consent that allows no hand-over. */
const REFUSED = ['consent_missing', 'consent_wish', 'consent_over', 'consent_used'] as const;

/** A Trouble is why an act did not go through. */
export type Trouble =
  | { readonly what: 'conflict'; readonly path: ActPath; readonly others: readonly OpenEvent[] }
  | { readonly what: 'transition' | (typeof REFUSED)[number]; readonly path: ActPath }
  | {
      readonly what: 'unclear' | 'failed' | 'nokey' | 'forbidden' | 'large';
      readonly path: ActPath;
      readonly id: string;
    };

/** A FileStatus says how far opening is. */
export type FileStatus = 'none' | 'loading' | 'open' | 'missing' | 'erased' | 'failed';

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
  /** writeCard writes the card anew, with some fields changed. */
  writeCard(change: Partial<Card>): Promise<boolean>;
  /** leave drops the case if it is the one on the screen: its page may go after the next one has begun to load. */
  leave(id: string): void;
  clear(): void;
}

/** FileParts are what an open case works with. */
export interface FileParts {
  readonly client: Client;
  readonly vault: Vault;
  readonly turn: Turn;
  readonly me: () => Me | undefined;
  /** rules gives the deadline rules, or undefined if they cannot be had now. */
  readonly rules: () => Promise<Rules | undefined>;
  /** target gives a desk with the key that residents' browsers seal to; it fails if the form says otherwise. */
  readonly target: (desk: string) => Promise<Target>;
  /** today by the office's calendar. */
  readonly today: () => string;
  /** ended is called when the session is over. */
  ended(): void;
}

interface Pending {
  readonly text: string;
  readonly rev: number;
  readonly body: object;
}

/** Post sends one act of an opening and remembers the head that follows. */
type Post = (path: ActPath, body: object) => Promise<void>;

/** createFile makes a state with no case open. */
export function createFile(parts: FileParts): FileState {
  return new OpenCase(parts);
}

class OpenCase implements FileState {
  readonly status = signal<FileStatus>('none');
  readonly view = signal<CaseView | undefined>(undefined);
  readonly busy = signal<ActPath | ''>('');
  readonly trouble = signal<Trouble | undefined>(undefined);
  private readonly parts: FileParts;
  private current = '';
  private pending: Pending | undefined;
  // What an opening writes moves the head: an act waits for it, or it would lose against its own member.
  private opening: Promise<void> = Promise.resolve();
  /** The acts of the open case that have begun or wait, and how each of them ends. */
  private readonly acting = new Map<ActPath, Promise<boolean>>();

  constructor(parts: FileParts) {
    this.parts = parts;
  }

  async load(id: string): Promise<void> {
    this.clear();
    this.current = id;
    this.status.value = 'loading';
    try {
      await this.parts.turn(id, async () => {
        const first = await this.fetch(id);
        this.show(id, first);
        this.opening = this.record(id, first).catch(() => undefined);
        await this.opening;
      });
    } catch (error) {
      if (id !== this.current) return;
      if (error instanceof Failure && error.status === 401) return this.parts.ended();
      this.status.value = error instanceof Failure && error.status === 404 ? 'missing' : 'failed';
    }
  }

  async send(act: Act): Promise<boolean> {
    const id = this.current;
    // Two clicks are one act. Another act waits for the one before, for example for the card behind a form.
    if (this.view.value === undefined || this.acting.has(act.path)) return false;
    const before = [...this.acting.values()].at(-1);
    const { acting } = this;
    const mine: Promise<boolean> = this.sendAfter(before, id, act).finally(() => {
      if (acting.get(act.path) === mine) acting.delete(act.path);
    });
    acting.set(act.path, mine);
    return mine;
  }

  private async sendAfter(before: Promise<boolean> | undefined, id: string, act: Act): Promise<boolean> {
    // What did not work is told, and can be sent again: nothing goes past it.
    if (before !== undefined && (!(await before.catch(() => false)) || id !== this.current)) return false;
    this.busy.value = act.path;
    try {
      await this.opening;
      const now = this.view.value;
      // The member has gone on to another case, and what was meant for this one must never reach that one.
      if (now === undefined || id !== this.current) return false;
      return await this.parts.turn(id, () => this.sendTo(now, act));
    } finally {
      if (id === this.current) this.busy.value = '';
    }
  }

  private async sendTo(now: CaseView, act: Act): Promise<boolean> {
    const { case: id, rev } = now.summary;
    try {
      const done = await this.parts.client.act(id, act.path, await this.prepare(now, act));
      this.pending = undefined;
      if (id !== this.current) return true;
      this.trouble.value = undefined;
      if (done.state === 'erased') {
        // An approved erasure is done at once: nothing is left to be shown.
        this.clear();
        this.status.value = 'erased';
        return true;
      }
      this.show(id, await this.fetch(id));
      return true;
    } catch (error) {
      if (!(error instanceof Failure && error.unclear)) this.pending = undefined;
      await this.fail(id, act, error, rev);
      return false;
    }
  }

  async writeCard(change: Partial<Card>): Promise<boolean> {
    const now = this.view.value;
    if (now?.report === undefined) return false;
    const card = { ...makeCard({ report: now.report, coding: now.coding, pin: now.pin, before: now.card }), ...change };
    const box = await this.parts.vault.call('sealCard', [now.summary.case, now.summary.desk, card]);
    return this.send({ path: 'cards', kind: 'card', open: { op: box.op, epoch: box.epoch, box: box.box } });
  }

  leave(id: string): void {
    if (id === this.current) this.clear();
  }

  clear(): void {
    this.current = '';
    this.pending = undefined;
    this.acting.clear();
    batch(() => {
      this.view.value = undefined;
      this.trouble.value = undefined;
      this.busy.value = '';
      this.status.value = 'none';
    });
  }

  private async fetch(id: string): Promise<CaseView> {
    const file = await this.parts.client.openCase(id);
    return viewOf(file, await this.parts.vault.call('openFile', [id, file.summary.desk, file.events]));
  }

  private show(id: string, next: CaseView): void {
    if (id !== this.current) return;
    const card = next.cardEvent && next.card && { op: next.cardEvent.op, body: next.card };
    void this.parts.vault.call('takeCase', [next.summary, card]).catch(() => undefined);
    batch(() => {
      this.view.value = next;
      this.status.value = 'open';
    });
  }

  /** record writes what an opening must record; if somebody was first, the next opening finds it done. */
  private async record(id: string, first: CaseView): Promise<void> {
    const me = this.parts.me();
    if (me === undefined || first.reportEvent?.seal !== 'open') return;
    let rev = first.summary.rev;
    const post: Post = async (path, body) => {
      rev = (await this.parts.client.act(id, path, { ...body, rev })).rev;
    };
    try {
      const op = await this.parts.vault.call('newOp', []);
      if (needsAccess(first, me.member, this.parts.today())) await post('access', { op });
      const found = await this.guard(first);
      await this.recordCard(id, first, post, found);
      await this.recordDeadline(first, post, found);
      await this.recordTicks(first, post);
    } catch (error) {
      if (error instanceof Failure && error.status === 401) return this.parts.ended();
      if (error instanceof Failure && error.key === 'conflict') rev = 0;
    }
    if (rev !== first.summary.rev) this.show(id, await this.fetch(id));
  }

  /** guard computes the deadlines of a case in which nobody has written any. */
  private async guard(now: CaseView): Promise<readonly Deadline[] | undefined> {
    if (now.events.some((event) => event.kind === 'deadline')) return undefined;
    const rules = await this.parts.rules();
    return rules && computed(rules, now, factsOf(now), this.parts.today());
  }

  private async recordDeadline(now: CaseView, post: Post, found: readonly Deadline[] | undefined): Promise<void> {
    if (found === undefined) return;
    const body = bodyOf(found, factsOf(now));
    const day = soonest(found);
    const open = day === '' ? {} : { due: mondayOf(day) };
    await post(
      'deadlines',
      await this.seal(now, { path: 'deadlines', kind: 'deadline', body, told: now.canAnswer, open }),
    );
  }

  private async recordCard(id: string, now: CaseView, post: Post, found?: readonly Deadline[]): Promise<void> {
    if (now.report === undefined || now.replaced) return;
    const made = makeCard({ report: now.report, coding: now.coding, pin: now.pin, before: now.card });
    const card = found === undefined ? made : { ...made, due: soonest(found) || made.due };
    if (now.card !== undefined && sameCard(card, now.card)) return;
    await post('cards', await this.parts.vault.call('sealCard', [id, now.summary.desk, card]));
  }

  private async recordTicks(now: CaseView, post: Post): Promise<void> {
    if (!now.canAnswer || !needsTicks(now)) return;
    const body = { rung: now.rung, texts: now.report?.consents ?? [] };
    const open = { rung: now.rung, text: TICKS, track: now.summary.track };
    await post('consents', await this.seal(now, { path: 'consents', kind: 'consent', body, told: true, open }));
  }

  /** prepare gives the body of an act: the very same bytes if the same act is sent again at the same head. */
  private async prepare(now: CaseView, act: Act): Promise<object> {
    const words = JSON.stringify(act);
    const { rev } = now.summary;
    if (this.pending?.text !== words || this.pending.rev !== rev) {
      this.pending = { text: words, rev, body: await this.seal(now, act) };
    }
    return this.pending.body;
  }

  private async seal(now: CaseView, act: Act): Promise<object> {
    const { vault, me, today } = this.parts;
    const { case: id, desk, rev } = now.summary;
    if (act.body === undefined) return { rev, op: await vault.call('newOp', []), ...act.open };
    const told = act.told ?? false;
    const by = act.kind === 'answer' ? 'office' : (me()?.member ?? '');
    const seen = told ? now.seen : '';
    const request = { case: id, desk, kind: act.kind, body: act.body, told, seen, by, at: today() };
    if (act.hand !== undefined) {
      const { desk: other, report } = act.hand;
      return { rev, ...(await vault.call('handOver', [request, await this.parts.target(other), report])), ...act.open };
    }
    const { op, epoch, box } = await vault.call('seal', [request]);
    return { rev, op, epoch, box, ...act.open };
  }

  private async fail(id: string, act: Act, error: unknown, rev: number): Promise<void> {
    const { path } = act;
    if (error instanceof Failure && error.status === 401) return this.parts.ended();
    // The member has gone on to another case: what was typed waits in the draft of this one.
    if (id !== this.current) return;
    if (!(error instanceof Failure)) {
      this.trouble.value = { what: 'nokey', path, id: '' };
      return;
    }
    const refusal = REFUSED.find((key) => key === error.key);
    if (error.key === 'conflict' || error.key === 'transition' || refusal !== undefined) {
      const next = await this.fetch(id).catch(() => undefined);
      if (next !== undefined) this.show(id, next);
      if (id !== this.current) return;
      const others = next === undefined ? [] : since(next, rev, this.parts.me()?.member ?? '');
      this.trouble.value =
        error.key === 'conflict' ? { what: 'conflict', path, others } : { what: refusal ?? 'transition', path };
      return;
    }
    if (error.status === 404) {
      // Erased while it was open here: its words go from the screen too.
      this.clear();
      this.status.value = 'missing';
      return;
    }
    const refused = error.status === 403 ? 'forbidden' : error.status === 413 ? 'large' : 'failed';
    this.trouble.value = { what: error.unclear ? 'unclear' : refused, path, id: error.id };
  }
}
