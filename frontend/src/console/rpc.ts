// Calls between the page and the worker that holds the keys: one message out,
// one answer back, progress in between. Errors cross as keys, never as text
// with content in it.

/** A Progress tells how far a long task is; total 0 means that nobody knows. */
export type Progress = (done: number, total: number) => void;

/** A Request asks the worker for one task. */
export interface Request {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A Reply is what comes back under the same id: progress, then exactly one result or error. */
export type Reply =
  | { readonly id: number; readonly done: number; readonly total: number }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };

/** A TaskError carries the key of what went wrong in the worker. */
export class TaskError extends Error {
  readonly key: string;
  constructor(key: string) {
    super(`task failed: ${key}`);
    this.name = 'TaskError';
    this.key = key;
  }
}

/** Tasks are functions by name; the last argument the worker gives them is the progress. */
// biome-ignore lint/complexity/noBannedTypes: any function that takes and gives cloneable values
export type Tasks = Readonly<Record<string, Function>>;

/** A Port is a Worker, or anything else that passes messages. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent) => void) | null;
  onerror?: ((event: ErrorEvent) => void) | null;
}

/** serve answers requests on a port with tasks. */
export function serve(port: Port, tasks: Tasks): void {
  port.onmessage = (event: MessageEvent) => {
    const request = event.data as Request;
    void answer(port, tasks, request);
  };
}

async function answer(port: Port, tasks: Tasks, request: Request): Promise<void> {
  const { id, name, args } = request;
  try {
    const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
    if (task === undefined) throw new TaskError('unknown-task');
    // Deriving a key tells ten thousand times how far it is: what nobody sees is not sent.
    let told = -1;
    const progress: Progress = (done, total) => {
      if (done !== told) port.postMessage({ id, done, total });
      told = done;
    };
    const result: unknown = await (task as (...a: unknown[]) => unknown)(...args, progress);
    port.postMessage({ id, result });
  } catch (error) {
    port.postMessage({ id, error: error instanceof TaskError ? error.key : 'internal' });
  }
}

/** A Caller sends requests to a port and matches the replies. */
export interface Caller {
  call(name: string, args: readonly unknown[], progress?: Progress, transfer?: Transferable[]): Promise<unknown>;
  /** fail ends all open calls with this key: the worker is gone. */
  fail(key: string): void;
}

interface Open {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: TaskError) => void;
  readonly progress: Progress | undefined;
}

/** createCaller makes the page's end. */
export function createCaller(port: Port): Caller {
  const open = new Map<number, Open>();
  let last = 0;
  port.onmessage = (event: MessageEvent) => {
    const reply = event.data as Reply;
    const entry = open.get(reply.id);
    if (entry === undefined) return;
    if ('total' in reply) {
      entry.progress?.(reply.done, reply.total);
      return;
    }
    open.delete(reply.id);
    if ('error' in reply) entry.reject(new TaskError(reply.error));
    else entry.resolve(reply.result);
  };
  const fail = (key: string) => {
    for (const entry of open.values()) entry.reject(new TaskError(key));
    open.clear();
  };
  port.onerror = () => fail('worker');
  return {
    fail,
    call: (name, args, progress, transfer) =>
      new Promise((resolve, reject) => {
        last += 1;
        open.set(last, { resolve, reject, progress });
        port.postMessage({ id: last, name, args } satisfies Request, transfer ?? []);
      }),
  };
}
