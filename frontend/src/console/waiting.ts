// The worker's tasks for the waiting times: it opens one case after the other
// and keeps a number of days of each.
import type { CaseEvent, Summary } from '../shared/api.ts';
import type { Keyring } from './keys.ts';
import { openFile } from './opening.ts';
import { TaskError } from './rpc.ts';
import { type Wait, type Waits, waitOf, waitsOf } from './waits.ts';

/** WaitTasks are the tasks by name. */
export interface WaitTasks {
  /** waitStart forgets an earlier count and begins one, on a day. */
  waitStart(today: string): Promise<void>;
  waitCase(summary: Summary, events: readonly CaseEvent[]): Promise<void>;
  /** waitEnd puts together what was found. promised is in working days. */
  waitEnd(promised: number): Promise<Waits>;
}

/** createWaitTasks makes the tasks with nothing counted. */
export function createWaitTasks(ring: Keyring): WaitTasks {
  let day = '';
  let found: (Wait | 'unwished')[] = [];
  let closed: string[] = [];
  return {
    async waitStart(today) {
      day = today;
      found = [];
      closed = [];
    },
    async waitCase(summary, events) {
      if (day === '') throw new TaskError('internal');
      const { events: opened } = await openFile(ring, summary.case, summary.desk, events);
      const wait = waitOf(summary, opened, day);
      if (wait === 'closed') closed.push(summary.case);
      else found.push(wait);
    },
    waitEnd: async (promised) => waitsOf(found, closed, promised),
  };
}
