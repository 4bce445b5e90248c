// The recovery sheet (protocol.md §2.3): one key on paper, or three of which any
// two open it, by one age file inside another; no arithmetic of ours. The letters
// of a sheet are typed in this browser only and are never sent.

import { decrypt, encrypt, hybridOpener } from '../shared/age.ts';
import type { Grant, NewSheet, NewSheets, PinnedKey, RecoveredDesk, Recovery, Sheet } from '../shared/api.ts';
import { toBase64, toKeyText, utf8 } from '../shared/bytes.ts';
import { lockIdentity, loginKeys, vouch } from '../shared/login.ts';
import { fingerprint, fromBase64, newIdentity, newOp, openText, recipientOf, sealText } from '../shared/seal.ts';
import { PAPER } from './founding.ts';
import type { Keyring } from './keys.ts';
import { type Progress, TaskError } from './rpc.ts';

/** A Paper is what is printed: one key, or one for each of three trustees. */
export interface Paper {
  readonly letters: readonly string[];
}

/** An EpochKey is a desk's key of one epoch. */
interface EpochKey {
  readonly desk: string;
  readonly epoch: number;
  readonly identity: string;
}

/** split seals a key so that any two of three trustees open it together. */
export async function split(key: string, trustees: readonly string[]): Promise<string[]> {
  const to = await Promise.all(trustees.map(recipientOf));
  const shares: string[] = [];
  for (const [i, j] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ] as const) {
    const inner = await encrypt(utf8(key), [to[i] ?? '']);
    shares.push(toBase64(await encrypt(inner, [to[j] ?? ''])));
  }
  return shares;
}

/** tidyLetters makes a key of what was typed from a sheet. */
export function tidyLetters(typed: string): string {
  return typed.replace(/\s+/g, '').toUpperCase();
}

async function whole(letters: string): Promise<string> {
  const key = tidyLetters(letters);
  try {
    await recipientOf(key);
  } catch {
    throw new TaskError('paper');
  }
  return key;
}

async function unshare(share: string, outer: string, inner: string): Promise<string | undefined> {
  try {
    const file = await decrypt(fromBase64(share), hybridOpener(outer));
    return await openText(file, inner);
  } catch {
    return undefined;
  }
}

/** paperOf gives a sheet's key from its letters: the key itself, or two of three. It throws `paper` where they are none. */
export async function paperOf(sheet: Sheet, typed: readonly string[]): Promise<string | undefined> {
  const keys = await Promise.all(typed.filter((letters) => letters.trim() !== '').map(whole));
  if (keys.length === 0) throw new TaskError('paper');
  for (const key of keys) if ((await recipientOf(key)) === sheet.ppk) return key;
  const [a, b] = keys;
  if (a === undefined || b === undefined) return undefined;
  for (const share of sheet.shares) {
    const found = (await unshare(share, a, b)) ?? (await unshare(share, b, a));
    if (found !== undefined && (await recipientOf(found)) === sheet.ppk) return found;
  }
  return undefined;
}

/** A Drill says for one desk how many of the epochs that we know the sheet opens. */
export interface Drill {
  readonly desk: string;
  readonly opened: number;
  readonly of: number;
}

/** drill tries a sheet on all wraps that were made for it, and changes nothing. It throws `paper` for letters that are no key. */
export async function drill(
  ring: Keyring,
  sheets: readonly Sheet[],
  typed: readonly string[],
): Promise<readonly Drill[]> {
  const results: Drill[] = [];
  for (const sheet of sheets) {
    const paper = await paperOf(sheet, typed);
    const keys = ring.all().filter((key) => key.desk === sheet.desk);
    let opened = 0;
    for (const key of keys) {
      const wrap = sheet.wraps.find((one) => one.epoch === key.epoch);
      if (paper === undefined || wrap === undefined) continue;
      if ((await openText(fromBase64(wrap.wrap), paper).catch(() => '')) === key.identity) opened += 1;
    }
    results.push({ desk: sheet.desk, opened, of: keys.length });
  }
  return results;
}

async function grantTo(key: EpochKey, member: string, mpk: string, name: string): Promise<Grant> {
  return {
    desk: key.desk,
    epoch: key.epoch,
    wrap: toBase64(await sealText(mpk, key.identity)),
    vouch: toKeyText(vouch(key.identity, member, mpk, name)),
  };
}

async function sheetFor(desk: string, keys: readonly EpochKey[], pid: string, shares: string[]): Promise<NewSheet> {
  const ppk = await recipientOf(pid);
  const grants = await Promise.all(keys.map((key) => grantTo(key, PAPER, ppk, PAPER)));
  return { desk, ppk, grants, shares };
}

async function newPaper(trustees: boolean): Promise<{ pid: string; shares: string[]; paper: Paper }> {
  const pid = newIdentity();
  if (!trustees) return { pid, shares: [], paper: { letters: [pid] } };
  const letters = [newIdentity(), newIdentity(), newIdentity()];
  return { pid, shares: await split(pid, letters), paper: { letters } };
}

/** renew makes new sheets for desks: one key, or two of three. */
export async function renew(
  ring: Keyring,
  desks: readonly string[],
  trustees: boolean,
): Promise<{ body: NewSheets; paper: Paper }> {
  const { pid, shares, paper } = await newPaper(trustees);
  const sheets: NewSheet[] = [];
  for (const desk of desks) {
    const keys = ring.all().filter((key) => key.desk === desk);
    if (keys.length === 0) throw new TaskError('nokey');
    sheets.push(await sheetFor(desk, keys, pid, shares));
  }
  return { body: { op: newOp(), sheets }, paper };
}

/** A RecoveryInput is what somebody with a recovery sheet chose, and what the server keeps for the sheet. */
export interface RecoveryInput {
  readonly site: string;
  readonly code: string;
  /** The member that the code makes. */
  readonly member: string;
  readonly name: string;
  readonly words: string;
  readonly display: string;
  readonly sheets: readonly Sheet[];
  readonly pinned: readonly PinnedKey[];
  /** One key, or two of three. */
  readonly typed: readonly string[];
  readonly trustees: boolean;
}

/** A Recovered is what was made: the request, the new sheets, and the digits for the operator. */
export interface Recovered {
  readonly body: Recovery;
  readonly paper: Paper;
  readonly fingerprints: readonly { readonly desk: string; readonly digits: string }[];
}

/** openSheet opens the pinned keys of a desk with its sheet. It gives undefined if the sheet is another desk's, and throws `swapped` if a key is not the pinned one. */
async function openSheet(sheet: Sheet, input: RecoveryInput): Promise<EpochKey[] | undefined> {
  const paper = await paperOf(sheet, input.typed);
  if (paper === undefined) return undefined;
  const keys: EpochKey[] = [];
  for (const pin of input.pinned.filter(({ desk }) => desk === sheet.desk)) {
    const wrap = sheet.wraps.find(({ epoch }) => epoch === pin.epoch);
    const identity = wrap && (await openText(fromBase64(wrap.wrap), paper).catch(() => undefined));
    if (identity === undefined || (await recipientOf(identity)) !== pin.recipient) throw new TaskError('swapped');
    keys.push({ desk: sheet.desk, epoch: pin.epoch, identity });
  }
  return keys;
}

/** recover makes a coordinator out of the sheet, with the next key of each desk and new sheets. */
export async function recover(input: RecoveryInput, progress?: Progress): Promise<Recovered> {
  const opened = [];
  for (const sheet of input.sheets) {
    // Desks with a sheet of their own are not opened by another's, and stay as they are.
    const keys = await openSheet(sheet, input);
    if (keys === undefined) continue;
    const identity = newIdentity();
    opened.push({ desk: sheet.desk, keys: [...keys, { desk: sheet.desk, epoch: keys.length + 1, identity }] });
  }
  if (opened.length === 0) throw new TaskError('paper');
  const login = await loginKeys(input.site, input.name, input.words, (share) =>
    progress?.(Math.round(share * 90), 100),
  );
  const mid = newIdentity();
  const mpk = await recipientOf(mid);
  const { pid, shares, paper } = await newPaper(input.trustees);
  const desks: RecoveredDesk[] = [];
  const fingerprints: { desk: string; digits: string }[] = [];
  const readable: string[] = [];
  for (const { desk, keys } of opened) {
    const opk = await recipientOf(keys.at(-1)?.identity ?? '');
    for (const key of keys.slice(-2)) readable.push(await recipientOf(key.identity));
    const grants = await Promise.all(keys.map((key) => grantTo(key, input.member, mpk, input.display)));
    desks.push({ opk, grants, sheet: await sheetFor(desk, keys, pid, shares) });
    fingerprints.push({ desk, digits: fingerprint(opk) });
  }
  const body: Recovery = {
    code: input.code,
    op: newOp(),
    name: login.salt,
    auth: toKeyText(login.auth),
    lock: toBase64(await lockIdentity(login.unlock, mid)),
    mpk,
    profile: toBase64(await sealText(readable, input.display)),
    desks,
  };
  progress?.(100, 100);
  return { body, paper, fingerprints };
}
