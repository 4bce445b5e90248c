// Opens the files of a case, in the worker: whole and checked, or not at all. The
// bytes decide once more what a file is; what its sender called it does not.
import { fileName, openFile } from '../shared/attach.ts';
import type { FileEntry } from '../shared/entry.ts';
import { typeOf } from '../shared/filetype.ts';
import type { Keyring } from './keys.ts';
import { MOST, pixelsOf } from './pixels.ts';
import { TaskError } from './rpc.ts';

/** An OpenAttachment is a file in the clear. */
export interface OpenAttachment {
  readonly name: string;
  /** The type by the first bytes; only pictures that browsers show have one, all others are "". */
  readonly picture: string;
  /** A picture that says it is larger than any camera makes, or does not say how large: it is not shown. */
  readonly huge: boolean;
  readonly bytes: ArrayBuffer;
}

/** openAttachment puts the pieces together and opens them with the desk's key of that epoch. */
export async function openAttachment(
  ring: Keyring,
  caseId: string,
  desk: string,
  epoch: number,
  entry: FileEntry,
  pieces: readonly ArrayBuffer[],
): Promise<OpenAttachment> {
  const key = ring.find(desk, epoch);
  if (key === undefined) throw new TaskError('nokey');
  try {
    const sealed = pieces.map((piece) => new Uint8Array(piece));
    const { head, bytes } = await openFile(sealed, key.identity, caseId, entry);
    const type = typeOf(bytes);
    const picture = type?.treat === 'clean' && type.name === head.type ? type.name : '';
    const pixels = picture === '' ? 0 : pixelsOf(bytes);
    const huge = picture !== '' && (pixels === 0 || pixels > MOST);
    return {
      name: fileName(head.name),
      picture: huge ? '' : picture,
      huge,
      bytes: bytes.buffer,
    };
  } catch {
    throw new TaskError('damaged');
  }
}
