// What the first coordinator's browser makes: a member key, a key for each desk
// with its paper recovery key, the wraps and the vouches (protocol.md §2).
// Private halves leave the worker once: the paper key, to be printed.

import type { NewDesk, SetUp } from '../shared/api.ts';
import { fromKeyText, toBase64, toHex, toKeyText } from '../shared/bytes.ts';
import { lockIdentity, loginKeys, vouch } from '../shared/login.ts';
import { fingerprint, newIdentity, newOp, recipientOf, sealText } from '../shared/seal.ts';
import type { Progress } from './rpc.ts';

/** PAPER is the member under whose name the recovery key is vouched for. */
export const PAPER = 'paper';

/** A FoundingInput is what the coordinator chose, and the passphrase that was made. */
export interface FoundingInput {
  readonly site: string;
  readonly code: string;
  readonly name: string;
  readonly words: string;
  /** The name that colleagues see. */
  readonly display: string;
  readonly desks: readonly string[];
}

/** A Founding is what was made: the request to send, and what must be shown once. */
export interface Founding {
  readonly body: SetUp;
  /** The paper key, 77 letters. */
  readonly paper: string;
  readonly fingerprints: readonly { readonly desk: string; readonly digits: string }[];
}

async function makeDesk(desk: string, member: Member, paper: Member): Promise<{ row: NewDesk; digits: string }> {
  const identity = newIdentity();
  const opk = await recipientOf(identity);
  const [wrap, paperWrap] = await Promise.all([sealText(member.key, identity), sealText(paper.key, identity)]);
  return {
    row: {
      desk,
      opk,
      wrap: toBase64(wrap),
      vouch: toKeyText(vouch(identity, member.id, member.key, member.name)),
      paper: {
        ppk: paper.key,
        wrap: toBase64(paperWrap),
        vouch: toKeyText(vouch(identity, paper.id, paper.key, paper.name)),
      },
    },
    digits: fingerprint(opk),
  };
}

interface Member {
  readonly id: string;
  readonly key: string;
  readonly name: string;
}

/** memberOf gives the id of the member that a set-up code makes: half of the code's hash, which the server stores. */
export async function memberOf(code: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', fromKeyText(code)));
  return toHex(digest.subarray(0, 16));
}

/** found makes everything for a new office. */
export async function found(input: FoundingInput, progress?: Progress): Promise<Founding> {
  const login = await loginKeys(input.site, input.name, input.words, (share) =>
    progress?.(Math.round(share * 90), 100),
  );
  const mid = newIdentity();
  const pid = newIdentity();
  const op = newOp();
  const member: Member = { id: await memberOf(input.code), key: await recipientOf(mid), name: input.display };
  const paper: Member = { id: PAPER, key: await recipientOf(pid), name: PAPER };
  const desks: NewDesk[] = [];
  const fingerprints: { desk: string; digits: string }[] = [];
  for (const desk of input.desks) {
    const made = await makeDesk(desk, member, paper);
    desks.push(made.row);
    fingerprints.push({ desk, digits: made.digits });
  }
  const lock = await lockIdentity(login.unlock, mid);
  const profile = await sealText(
    desks.map((desk) => desk.opk),
    input.display,
  );
  progress?.(100, 100);
  const body: SetUp = {
    code: input.code,
    op,
    name: login.salt,
    auth: toKeyText(login.auth),
    lock: toBase64(lock),
    mpk: member.key,
    profile: toBase64(profile),
    desks,
  };
  return { body, paper: pid, fingerprints };
}
