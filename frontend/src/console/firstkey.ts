// The first key of a desk that came into the settings after the set-up: made by a
// coordinator of another desk for the members who are placed there, with a
// recovery sheet of its own (protocol.md §2.3).
import type { EpochGrant, FirstKey, Member } from '../shared/api.ts';
import { toBase64, toKeyText } from '../shared/bytes.ts';
import { vouch } from '../shared/login.ts';
import { fingerprint, newIdentity, newOp, recipientOf, sealText } from '../shared/seal.ts';
import { provenName } from './admission.ts';
import { PAPER } from './founding.ts';
import type { Keyring } from './keys.ts';
import { TaskError } from './rpc.ts';

/** A FirstTurn says who is placed at which desk. */
export interface FirstTurn {
  readonly desk: string;
  readonly placed: readonly Member[];
  /** Public keys of the members' other desks, as pinned, so that names stay readable there. */
  readonly others: Readonly<Record<string, string>>;
}

/** A FirstMade is the request, the sheet to be printed, and the digits for the operator. */
export interface FirstMade {
  readonly body: FirstKey;
  readonly paper: string;
  readonly digits: string;
}

/** firstKey makes the key and wraps it. It throws `vouch` if one public key is not proven by a key of ours. */
export async function firstKey(ring: Keyring, turn: FirstTurn): Promise<FirstMade> {
  const identity = newIdentity();
  const opk = await recipientOf(identity);
  const members: EpochGrant[] = [];
  for (const member of turn.placed) {
    const name = await provenName(ring, member);
    if (name === undefined) throw new TaskError('vouch');
    const keys = member.desks.map((desk) => turn.others[desk] ?? '').filter((key) => key !== '' && key !== opk);
    members.push({
      member: member.member,
      wrap: toBase64(await sealText(member.mpk, identity)),
      vouch: toKeyText(vouch(identity, member.member, member.mpk, name)),
      profile: toBase64(await sealText([opk, ...keys], name)),
    });
  }
  const paper = newIdentity();
  const ppk = await recipientOf(paper);
  const wrap = toBase64(await sealText(ppk, identity));
  const sheet = { ppk, wrap, vouch: toKeyText(vouch(identity, PAPER, ppk, PAPER)) };
  return { body: { op: newOp(), desk: turn.desk, opk, members, paper: sheet }, paper, digits: fingerprint(opk) };
}
