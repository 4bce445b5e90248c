// Sending of sealed files, piece by piece. A piece that did not arrive is sent
// again with growing pauses; what was acknowledged is not sent twice. Nothing is
// kept on the device: a page that is loaded anew starts anew.
import { fileName, sealFile } from '../shared/attach.ts';
import { fromHex, join } from '../shared/bytes.ts';
import { type FileEntry, pieces } from '../shared/entry.ts';
import { newOp } from '../shared/seal.ts';
import { once, PAUSES } from './post.ts';

/** An Upload is one file on its way, kept so that it goes on where it stopped. */
export interface Upload {
  readonly name: string;
  readonly all: number;
  /** How many pieces are acknowledged. */
  readonly done: number;
  /** run sends what is missing; it throws an UploadError and may be called again. */
  run(signal: AbortSignal, moved: () => void): Promise<FileEntry>;
}

/** UploadError carries the key of what can be said. */
export class UploadError extends Error {
  readonly key: string;
  constructor(key: string) {
    super(key);
    this.key = key;
  }
}

/** A Content is what is to be sealed. */
export interface Content {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly cleaned: readonly string[];
  readonly original: boolean;
}

const LATER_PAUSES: readonly number[] = [...PAUSES, 4_000, 8_000, 15_000, 30_000, 30_000];

/** createUpload begins a file; it is sealed while it is sent. */
export function createUpload(locator: Uint8Array, caseId: string, recipient: string, content: Content): Upload {
  const id = newOp();
  const head = { case: caseId, id, name: fileName(content.name), type: content.type, original: content.original };
  const sealed = sealFile(head, content.bytes, [recipient]);
  const all = pieces(content.bytes.length);
  let waiting: Uint8Array | undefined;
  let entry: FileEntry | undefined;
  let done = 0;
  return {
    name: head.name,
    all,
    get done() {
      return done;
    },
    async run(signal, moved) {
      while (entry === undefined) {
        if (waiting === undefined) {
          const next = await sealed.next();
          if (next.done) {
            const { cleaned, original } = content;
            entry = { id, n: all, sha256: next.value, size: content.bytes.length, cleaned, original };
            break;
          }
          waiting = next.value;
        }
        await sendPiece(join(locator, fromHex(id), u32(done), waiting), signal);
        waiting = undefined;
        done += 1;
        moved();
      }
      return entry;
    },
  };
}

function u32(n: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
}

async function sendPiece(body: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
  for (const pause of LATER_PAUSES) {
    await wait(pause, signal);
    const said = await once('/api/v1/chunks', body, 'application/octet-stream', signal);
    if (signal.aborted) throw new UploadError('later.file.cancelled');
    if (said.status === 201) return;
    // Whatever else it is, sending the same again would not help.
    if (![0, 408, 429, 503].includes(said.status)) throw new UploadError('later.unavailable');
  }
  throw new UploadError('later.file.failed');
}

/** wait waits, or throws at once when it is cancelled. */
function wait(pause: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new UploadError('later.file.cancelled'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, pause);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
