// Acts on many cases at once: each through its normal route, one after the other,
// so that the server checks each as if it were alone. What was refused is named
// with the reason and stays selected. For a minute all of it can be taken back,
// by acts of the same kind: nothing is ever deleted.
import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { CaseFile, Offer, Summary } from '../../shared/api.ts';
import { type ActPath, type Client, Failure } from '../client.ts';
import { TaskError } from '../rpc.ts';
import type { Turn } from '../turns.ts';
import type { Vault } from '../worker.ts';

/** A Job is what shall be done to each case. */
export type Job =
  | {
      readonly what: 'assign';
      readonly member: string;
      readonly note: string;
      /** Labels that go with the case, for example whom somebody covers for. */
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly what: 'label'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly what: 'move'; readonly to: string; readonly code: string };

/** A Why says why a case was refused. */
export type Why =
  | 'changed'
  | 'forbidden'
  | 'transition'
  | 'nocard'
  | 'nokey'
  | 'gone'
  | 'unclear'
  | 'failed'
  | 'unlabelled';

/** A Refusal is a case that stayed as it was. */
export interface Refusal {
  readonly case: string;
  readonly why: Why;
  /** What is missing for a move, by the keys of guards and checks. */
  readonly missing: readonly string[];
}

/** A Result is what became of a job. */
export interface Result {
  readonly job: Job;
  readonly done: number;
  /** How many cases were like that already. */
  readonly same: number;
  readonly refused: readonly Refusal[];
  /** Whether this was the taking back of another job. */
  readonly undo: boolean;
}

/** A Way is a move that some of the chosen cases can make without anybody looking into them. */
export interface Way {
  readonly to: string;
  readonly cases: number;
  /** One of these reasons must be named; empty if none. */
  readonly codes: readonly string[];
}

/** A BulkState holds the selection and what goes on with it. */
export interface BulkState {
  readonly chosen: Signal<ReadonlySet<string>>;
  readonly progress: Signal<{ readonly done: number; readonly total: number } | undefined>;
  readonly result: Signal<Result | undefined>;
  /** How many acts can still be taken back. */
  readonly undoable: ReadonlySignal<number>;
  toggle(id: string): void;
  choose(ids: readonly string[]): void;
  /** ways asks the server for each chosen case where it can go. */
  ways(): Promise<readonly Way[]>;
  run(job: Job): Promise<void>;
  undo(): Promise<void>;
  /** stop ends a run after the case that is being written. */
  stop(): void;
  clear(): void;
}

/** BulkParts are what the acts work with. */
export interface BulkParts {
  readonly client: Client;
  readonly vault: Vault;
  readonly turn: Turn;
  readonly me: () => string;
  readonly coordinates: () => boolean;
  readonly today: () => string;
  /** minute resolves when an act can no longer be taken back. */
  readonly minute: () => Promise<void>;
  /** changed is called after a run: the lists are to be drawn anew. */
  changed(): void;
  /** ended is called when the session is over. */
  ended(): void;
}

/** A Counter takes an act back; 'final' if nothing can, 'same' if nothing was to be done. */
type Counter = Job | 'final' | 'same';

interface Step {
  readonly case: string;
  readonly job: Job;
}

/** MISTAKE is the reason under which a step is taken back. */
const MISTAKE = 'mistake';

class Refused extends Error {
  readonly why: Why;
  readonly missing: readonly string[];
  constructor(why: Why, missing: readonly string[] = []) {
    super(`refused: ${why}`);
    this.why = why;
    this.missing = missing;
  }
}

/** createBulk makes a state in which nothing is chosen. */
export function createBulk(parts: BulkParts): BulkState {
  return new Bulk(parts);
}

class Bulk implements BulkState {
  readonly chosen = signal<ReadonlySet<string>>(new Set());
  readonly progress = signal<{ readonly done: number; readonly total: number } | undefined>(undefined);
  readonly result = signal<Result | undefined>(undefined);
  private readonly back = signal<readonly Step[]>([]);
  readonly undoable = computed(() => this.back.value.length);
  private readonly parts: BulkParts;
  private turn = 0;

  constructor(parts: BulkParts) {
    this.parts = parts;
  }

  toggle(id: string): void {
    const next = new Set(this.chosen.value);
    if (!next.delete(id)) next.add(id);
    this.chosen.value = next;
  }

  choose(ids: readonly string[]): void {
    this.chosen.value = new Set(ids);
  }

  async ways(): Promise<readonly Way[]> {
    const ways = new Map<string, { cases: number; codes: readonly string[] }>();
    await this.each([...this.chosen.value], async (id) => {
      const file = await this.parts.client.openCase(id);
      for (const offer of file.allowed) {
        if (!isPlain(offer) || (await this.unmet(file, offer)).length > 0) continue;
        const { cases, codes } = ways.get(offer.to) ?? { cases: 0, codes: [] };
        ways.set(offer.to, { cases: cases + 1, codes: [...new Set([...codes, ...offer.codes])] });
      }
    });
    return [...ways].map(([to, way]) => ({ to, ...way }));
  }

  run(job: Job): Promise<void> {
    return this.all(
      [...this.chosen.value].map((id) => ({ case: id, job })),
      job,
      false,
    );
  }

  async undo(): Promise<void> {
    const steps = this.back.value;
    const job = steps[0]?.job;
    this.back.value = [];
    if (job !== undefined) await this.all(steps, job, true);
  }

  stop(): void {
    this.turn += 1;
  }

  clear(): void {
    this.turn += 1;
    batch(() => {
      this.chosen.value = new Set();
      this.progress.value = undefined;
      this.result.value = undefined;
      this.back.value = [];
    });
  }

  /** each goes through cases one after the other, tells how far it is, and ends early if it is stopped. */
  private async each(ids: readonly string[], act: (id: string, i: number) => Promise<void>): Promise<boolean> {
    this.turn += 1;
    const mine = this.turn;
    try {
      for (const [i, id] of ids.entries()) {
        this.progress.value = { done: i, total: ids.length };
        await act(id, i);
        if (mine !== this.turn) return false;
      }
      return true;
    } finally {
      this.progress.value = undefined;
    }
  }

  private async all(steps: readonly Step[], job: Job, undo: boolean): Promise<void> {
    const refused: Refusal[] = [];
    const back: Step[] = [];
    let done = 0;
    let same = 0;
    let reached = 0;
    this.result.value = undefined;
    this.back.value = [];
    try {
      await this.each(
        steps.map((step) => step.case),
        async (id, i) => {
          reached = i + 1;
          try {
            const counter = await this.parts.turn(id, () => this.one(id, steps[i]?.job ?? job));
            if (counter === 'same') same += 1;
            else done += 1;
            if (typeof counter === 'object') back.push({ case: id, job: counter });
          } catch (error) {
            const { why, missing } = refusalOf(error);
            refused.push({ case: id, why, missing });
          }
        },
      );
    } catch (error) {
      // The console was locked, or the session is over: what was written stays written.
      if (error instanceof Failure && error.status === 401) this.parts.ended();
      return;
    }
    batch(() => {
      this.result.value = { job, done, same, refused, undo };
      // What was refused, or not reached before a stop, stays chosen.
      const left = steps.slice(reached);
      this.chosen.value = new Set([...refused, ...left].map((one) => one.case));
      // Taking back is not taken back again: the same act can simply be done anew.
      this.back.value = undo ? [] : back;
    });
    this.parts.changed();
    const offered = this.back.value;
    void this.parts.minute().then(() => {
      if (this.back.value === offered) this.back.value = [];
    });
  }

  /** one does a job to one case and gives what takes it back, if anything can. */
  private async one(id: string, job: Job): Promise<Counter> {
    const [row] = await this.parts.vault.call('rowsOf', [[id], this.parts.today()]);
    if (row === undefined) throw new Refused('gone');
    const { summary } = row;
    switch (job.what) {
      case 'assign':
        return this.assign(summary, job);
      case 'label':
        return this.label(summary, job.add, job.remove);
      case 'move':
        return this.move(summary, job.to, job.code);
    }
  }

  private async assign(first: Summary, job: Job & { readonly what: 'assign' }): Promise<Counter> {
    const { member, note, add, remove } = job;
    if (first.assignee === member) return 'same';
    const { vault, me, today } = this.parts;
    const request = { case: first.case, desk: first.desk, kind: 'assignment', told: false, seen: '', by: me() };
    const sealed =
      note === ''
        ? { op: await vault.call('newOp', []) }
        : await vault.call('seal', [{ ...request, body: { reason: note }, at: today() }]);
    const now = await this.write(first, 'assignments', { ...sealed, member }, async (file) => {
      if (file.summary.assignee !== first.assignee) throw new Refused('changed');
      return undefined;
    });
    const given = { ...now.summary, rev: now.rev, assignee: member };
    await vault.call('takeCase', [given, undefined]);
    const labels = { add: [] as readonly string[], remove: [] as readonly string[] };
    if (add.length > 0 || remove.length > 0) {
      const label = await this.label(given, add, remove).catch(() => {
        throw new Refused('unlabelled');
      });
      if (typeof label === 'object' && label.what === 'label')
        Object.assign(labels, { add: label.add, remove: label.remove });
    }
    // Only a coordinator takes a case from a colleague.
    if (member !== '' && member !== me() && !this.parts.coordinates()) return 'final';
    return { what: 'assign', member: first.assignee, note: '', ...labels };
  }

  private async label(first: Summary, add: readonly string[], remove: readonly string[]): Promise<Counter> {
    const { vault } = this.parts;
    let made = await vault.call('relabel', [first.case, add, remove]);
    if (made === undefined) return 'same';
    const body = ({ op, epoch, box }: NonNullable<typeof made>) => ({ op, epoch, box });
    const now = await this.write(first, 'cards', body(made), async () => {
      // Somebody wrote another card in between: theirs is the one to change.
      made = await vault.call('relabel', [first.case, add, remove]);
      return made && body(made);
    });
    await vault.call('keepCard', [first.case, made.op, now.rev]);
    return { what: 'label', add: made.removed, remove: made.added };
  }

  private async move(first: Summary, to: string, code: string): Promise<Counter> {
    const { client, vault } = this.parts;
    const file = await client.openCase(first.case);
    const before = file.summary.state;
    if (before === to) return 'same';
    const offer = file.allowed.find((one) => one.to === to && isPlain(one, false));
    if (offer === undefined) throw new Refused('transition');
    const missing = [...offer.missing, ...(await this.unmet(file, offer))];
    if (missing.length > 0) throw new Refused('transition', missing);
    // A reason that this move does not know is never replaced by another one.
    if (offer.codes.length > 0 && !offer.codes.includes(code)) throw new Refused('transition', ['reason']);
    const reason = offer.codes.length === 0 ? {} : { code };
    const body = { op: await vault.call('newOp', []), to, checks: offer.checks, ...reason };
    await this.write(file.summary, 'transitions', body, async (now) => {
      if (now.summary.state !== before) throw new Refused('changed');
      return undefined;
    });
    const after = await client.openCase(first.case);
    await vault.call('takeCase', [after.summary, undefined]);
    // Not every step has a way back; then none is offered.
    const way = after.allowed.find((one) => one.to === before && isPlain(one));
    if (way === undefined || (way.codes.length > 0 && !way.codes.includes(MISTAKE))) return 'final';
    return (await this.unmet(after, way)).length > 0 ? 'final' : { what: 'move', to: before, code: MISTAKE };
  }

  /** unmet lists the checks of an offer that do not hold, or that only a reader of the case can make. */
  private unmet(file: CaseFile, offer: Offer): Promise<readonly string[]> {
    return this.parts.vault.call('unmet', [file.summary, file.events, offer.checks]);
  }

  /**
   * write sends an act. If somebody wrote to the case in between, it is read anew: `again` says by an error
   * that the act no longer fits, or gives another body. If nobody knows what became of it, the same bytes go once more.
   */
  private async write(
    summary: Summary,
    path: ActPath,
    body: object,
    again: (file: CaseFile) => Promise<object | undefined>,
  ): Promise<{ readonly rev: number; readonly summary: Summary }> {
    const { client, vault } = this.parts;
    let now = summary;
    let send = body;
    for (let tries = 0; ; tries += 1) {
      try {
        const { rev } = await client.act(now.case, path, { ...send, rev: now.rev });
        return { rev, summary: now };
      } catch (error) {
        if (!(error instanceof Failure) || tries >= 2) throw error;
        if (error.unclear) continue;
        if (error.key !== 'conflict') throw error;
        const file = await client.openCase(now.case);
        await vault.call('takeEvents', [file.summary, file.events]);
        send = (await again(file)) ?? send;
        now = file.summary;
      }
    }
  }
}

/** isPlain says whether an offer is a move that needs neither a second person nor a day of return. */
function isPlain(offer: Offer, ready = true): boolean {
  return offer.kind === 'transition' && offer.resume !== true && (!ready || offer.missing.length === 0);
}

function refusalOf(error: unknown): { readonly why: Why; readonly missing: readonly string[] } {
  if (error instanceof Refused) return error;
  const none: readonly string[] = [];
  if (error instanceof TaskError) {
    if (error.key === 'nocard' || error.key === 'nokey') return { why: error.key, missing: none };
    throw error;
  }
  if (!(error instanceof Failure)) throw error;
  if (error.status === 401) throw error;
  if (error.unclear) return { why: 'unclear', missing: none };
  const known: Readonly<Record<string, Why>> = {
    conflict: 'changed',
    transition: 'transition',
    forbidden: 'forbidden',
  };
  return { why: error.status === 404 ? 'gone' : (known[error.key] ?? 'failed'), missing: none };
}
