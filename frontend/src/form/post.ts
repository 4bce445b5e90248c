// The three calls of the public script. Bodies are padded to steps of 16 KiB, so
// that their length on the wire does not tell one wish or desk from another.
import type { FileEntry } from '../shared/entry.ts';

const STEP = 16_384;
const PATIENCE = 30_000;
/** How long to wait before each try. */
export const PAUSES = [0, 500, 2_000];

/** An Answer is what the server said. Status 0: it said nothing, and nobody knows what it did. */
export interface Answer {
  readonly status: number;
  /** The key of an error, or "". */
  readonly error: string;
  readonly body: unknown;
}

/** padded writes a body with spaces up to the next step. */
export function padded(value: unknown): string {
  const json = JSON.stringify(value);
  return json.padEnd(Math.ceil(json.length / STEP) * STEP);
}

/** post sends one JSON body. What may not have arrived is sent again, twice: nothing is ever doubled. */
export async function post(path: string, value: unknown): Promise<Answer> {
  const body = padded(value);
  let last: Answer = { status: 0, error: navigator.onLine ? 'unclear' : 'offline', body: undefined };
  for (const pause of PAUSES) {
    if (!navigator.onLine) return { status: 0, error: 'offline', body: undefined };
    await new Promise((resolve) => setTimeout(resolve, pause));
    last = await once(path, body);
    if (![0, 429, 503].includes(last.status)) return last;
  }
  return last;
}

/** once sends a body one time. A piece of a file on a slow line takes minutes, so those are stopped by hand. */
export async function once(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  type = 'application/json',
  stopped?: AbortSignal,
): Promise<Answer> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  const timer = setTimeout(end, stopped === undefined ? PATIENCE : 6 * PATIENCE);
  stopped?.addEventListener('abort', end, { once: true });
  try {
    const response = await fetch(path, {
      method: 'POST',
      body,
      headers: { 'Content-Type': type },
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: stop.signal,
    });
    const said: unknown = await response.json();
    const error = (said as { error?: unknown }).error;
    return { status: response.status, error: typeof error === 'string' ? error : '', body: said };
  } catch {
    return { status: 0, error: navigator.onLine ? 'unclear' : 'offline', body: undefined };
  } finally {
    clearTimeout(timer);
    stopped?.removeEventListener('abort', end);
  }
}

/** troubleOf is the key of what can truly be said about a failure. */
export function troubleOf(answer: Answer): string {
  if (answer.error === 'offline') return 'js.offline';
  if (answer.error === 'epoch') return 'later.epoch';
  // What was refused with these was not stored; of anything else nobody can be sure.
  const nothing =
    answer.error === 'unavailable' || (answer.status >= 400 && answer.status < 500 && answer.status !== 408);
  return nothing ? 'later.unavailable' : 'later.unclear';
}

/** withFiles names sealed files in the body of the event; a body without files says nothing about them. */
export function withFiles<T extends object>(body: T, files: readonly FileEntry[]): T {
  return files.length === 0 ? body : { ...body, files };
}

/** named is what the server is told of them. */
export function named(files: readonly FileEntry[]): { id: string; chunks: number }[] {
  return files.map(({ id, n }) => ({ id, chunks: n }));
}
