// Writes the card of every report that has none yet, for example of one that was
// sent without JavaScript: otherwise list and search would know nothing of it
// before somebody opens it. A browser does this by itself, so it records no
// `access`: nobody has read the report, and it stays unread.
import { type Signal, signal } from '@preact/signals';
import type { Summary } from '../../shared/api.ts';
import type { Rules } from '../../shared/deadline.ts';
import { type Client, Failure } from '../client.ts';
import type { Turn } from '../turns.ts';
import type { Vault } from '../worker.ts';

/** BATCH is how many reports are opened before a rest. */
export const BATCH = 10;

/** A CardProgress tells how far the writing is. */
export interface CardProgress {
  readonly done: number;
  readonly total: number;
  /** How many reports did not open here, so that no card could be made. */
  readonly failed: number;
}

/** A CardWriter writes missing cards in the background. */
export interface CardWriter {
  /** What is going on; undefined if nothing is. */
  readonly progress: Signal<CardProgress | undefined>;
  /** How many reports did not open, the last time. */
  readonly failed: Signal<number>;
  /** run writes all missing cards; it ends early if it is stopped. */
  run(): Promise<void>;
  stop(): void;
}

/** CardParts are what the writer works with. */
export interface CardParts {
  readonly client: Client;
  readonly vault: Vault;
  readonly turn: Turn;
  readonly rules: () => Promise<Rules | undefined>;
  readonly today: () => string;
  /** rest lets the page breathe between two batches. */
  readonly rest: () => Promise<void>;
  /** quiet resolves when nobody is typing: a keystroke shall not wait for a report that is being opened. */
  readonly quiet: () => Promise<void>;
  /** wrote is called when a run has ended that wrote n cards. */
  wrote(n: number): void;
}

type Outcome = 'written' | 'skipped' | 'failed' | 'over';

/** createCardWriter makes a writer that does nothing yet. */
export function createCardWriter({
  client,
  vault,
  turn: inTurn,
  rules,
  today,
  rest,
  quiet,
  wrote,
}: CardParts): CardWriter {
  const progress = signal<CardProgress | undefined>(undefined);
  const failed = signal(0);
  let turn = 0;

  const write = async (summary: Summary, known: Rules | undefined): Promise<Outcome> => {
    try {
      const { summary: now, events } = await client.openCase(summary.case, true);
      if (events.some(({ kind }) => kind === 'card')) return 'skipped';
      const sealed = await vault.call('cardFor', [now, events, known, today()]);
      if (sealed === undefined) return 'failed';
      const { rev } = await client.act(now.case, 'cards', { ...sealed, rev: now.rev }, true);
      await vault.call('keepCard', [now.case, sealed.op, rev]);
      return 'written';
    } catch (error) {
      // Somebody was first, or the case is gone: the next list brings what they wrote.
      if (error instanceof Failure) return [404, 409].includes(error.status) ? 'skipped' : 'over';
      return 'over';
    }
  };

  const all = async (mine: number) => {
    const list = await vault.call('cardless', []);
    const total = list.length;
    if (total > 0 && mine === turn) progress.value = { done: 0, total, failed: 0 };
    const known = total === 0 ? undefined : await rules();
    const count = { written: 0, skipped: 0, failed: 0, over: 0 };
    for (const [done, summary] of list.entries()) {
      if (mine !== turn) return;
      // Drawing it costs as much as writing a card: a batch moves it one step.
      if (done % BATCH === 0) progress.value = { done, total, failed: count.failed };
      await quiet();
      const outcome = await inTurn(summary.case, () => write(summary, known));
      if (mine !== turn || outcome === 'over') break;
      count[outcome] += 1;
      if (done % BATCH === BATCH - 1) await rest();
    }
    if (mine !== turn) return;
    failed.value = count.failed;
    if (count.written > 0) wrote(count.written);
  };

  return {
    progress,
    failed,
    async run() {
      turn += 1;
      const mine = turn;
      try {
        await all(mine);
      } catch {
        // The console was locked in between: the next unlock begins anew.
      } finally {
        if (mine === turn) progress.value = undefined;
      }
    },
    stop() {
      turn += 1;
      progress.value = undefined;
      failed.value = 0;
    },
  };
}
