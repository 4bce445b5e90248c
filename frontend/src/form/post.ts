// The three calls of the public script. Bodies are padded to steps of 16 KiB, so
// that their length on the wire does not tell one wish or desk from another.
const STEP = 16_384;
const PATIENCE = 30_000;
const PAUSES = [0, 500, 2_000];

/** An Answer is what the server said. Status 0: it said nothing, and nobody knows what it did. */
export interface Answer {
  readonly status: number;
  /** The key of an error, or "". */
  readonly error: string;
  readonly body: unknown;
}

/** post sends one JSON body. What may not have arrived is sent again, twice: nothing is ever doubled. */
export async function post(path: string, value: unknown): Promise<Answer> {
  const json = JSON.stringify(value);
  const body = json.padEnd(Math.ceil(json.length / STEP) * STEP);
  let last: Answer = { status: 0, error: navigator.onLine ? 'unclear' : 'offline', body: undefined };
  for (const pause of PAUSES) {
    if (!navigator.onLine) return { status: 0, error: 'offline', body: undefined };
    await new Promise((resolve) => setTimeout(resolve, pause));
    last = await once(path, body);
    if (last.status !== 0 && last.status !== 503) return last;
  }
  return last;
}

async function once(path: string, body: string): Promise<Answer> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json' },
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE),
    });
    const said: unknown = await response.json();
    const error = (said as { error?: unknown }).error;
    return { status: response.status, error: typeof error === 'string' ? error : '', body: said };
  } catch {
    return { status: 0, error: navigator.onLine ? 'unclear' : 'offline', body: undefined };
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
