// Makes a file ready that a member encloses with an answer, in the worker: the
// same types, the same cleaning and the same seal as for what residents send. It
// is sealed to the resident and to the desk.
import { fileName, sealFile } from '../shared/attach.ts';
import type { Bytes } from '../shared/bytes.ts';
import { BrokenError, clean } from '../shared/clean.ts';
import { type FileEntry, pieces } from '../shared/entry.ts';
import { MAX_FILE, typeOf } from '../shared/filetype.ts';
import { newOp } from '../shared/seal.ts';
import { TaskError } from './rpc.ts';

/** A Prepared file is cleaned and waits for the answer. */
export interface Prepared {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Whether metadata was removed, could not be, or need not be. */
  readonly treat: 'clean' | 'ask' | 'text';
  readonly found: readonly string[];
  readonly bytes: ArrayBuffer;
}

/** An Enclosed file is sealed and cut into pieces that wait to be sent. */
export interface Enclosed {
  readonly entry: FileEntry;
  readonly pieces: readonly ArrayBuffer[];
}

/** prepare takes and cleans a file, or throws a TaskError: large, type, broken. */
export function prepare(name: string, buffer: ArrayBuffer): Prepared {
  const raw: Bytes = new Uint8Array(buffer);
  if (raw.length > MAX_FILE) throw new TaskError('large');
  if (raw.length === 0) throw new TaskError('broken');
  const type = typeOf(raw);
  if (type === undefined) throw new TaskError('type');
  try {
    const { bytes, found } = clean(raw, type);
    const own = bytes.slice().buffer;
    return { name: fileName(name), type: type.name, size: bytes.length, treat: type.treat, found, bytes: own };
  } catch (error) {
    if (error instanceof BrokenError) throw new TaskError('broken');
    throw error;
  }
}

/** enclose seals a prepared file for a case. */
export async function enclose(caseId: string, to: readonly string[], file: Prepared): Promise<Enclosed> {
  const id = newOp();
  const bytes = new Uint8Array(file.bytes);
  const sealed = sealFile({ case: caseId, id, name: file.name, type: file.type, original: false }, bytes, to);
  const list: ArrayBuffer[] = [];
  for (;;) {
    const { done, value } = await sealed.next();
    if (done) {
      const entry = {
        id,
        n: pieces(bytes.length),
        sha256: value,
        size: bytes.length,
        cleaned: file.found,
        original: false,
      };
      return { entry, pieces: list };
    }
    list.push(value.slice().buffer);
  }
}
