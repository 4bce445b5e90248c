// What an event says of a file that it names, and how long its sealed pieces
// are. It opens and seals nothing, so that a page which only lists files loads
// no cryptography.
import { MAX_FILE } from './filetype.ts';

/** HEAD and SPARE are what stands before and behind a file inside its seal, at least. */
export const HEAD = 4_096;
export const SPARE = 8_192;
/** PIECE is the length of every piece but the last. */
export const PIECE = 262_144;

/** A FileEntry is what the event that names a file says of it, inside its own seal. */
export interface FileEntry {
  readonly id: string;
  /** Pieces. */
  readonly n: number;
  readonly sha256: string;
  readonly size: number;
  readonly cleaned: readonly string[];
  readonly original: boolean;
}

/** pieces gives how many pieces a file of so many bytes has. */
export function pieces(size: number): number {
  return Math.ceil((HEAD + size + SPARE) / PIECE);
}

/** readEntries reads the files that a body names, and leaves out what is malformed: anybody can seal a report. */
export function readEntries(body: Readonly<Record<string, unknown>>): FileEntry[] {
  const list = Array.isArray(body['files']) ? (body['files'] as unknown[]) : [];
  return list.filter((one): one is FileEntry => {
    const { id, n, sha256: sum, size, cleaned, original } = (one ?? {}) as Record<string, unknown>;
    return (
      /^[0-9a-f]{32}$/.test(String(id)) &&
      /^[0-9a-f]{64}$/.test(String(sum)) &&
      Number.isInteger(n) &&
      Number.isInteger(size) &&
      (size as number) >= 0 &&
      (size as number) <= MAX_FILE &&
      n === pieces(size as number) &&
      Array.isArray(cleaned) &&
      cleaned.every((key) => typeof key === 'string') &&
      typeof original === 'boolean'
    );
  });
}
