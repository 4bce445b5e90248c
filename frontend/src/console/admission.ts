// What the browsers of a newcomer and of a coordinator make when somebody joins,
// changes or when a desk gets its next key (protocol.md §2.3). A public key from
// the database is never believed: a newcomer's is held against digits that a
// person told and another typed, a colleague's against the vouches.

import type { ChangeMember, Grant, Join, Member, NewEpoch, Sheet, Vouch } from '../shared/api.ts';
import { equal, fromKeyText, toBase64, toKeyText } from '../shared/bytes.ts';
import { lockIdentity, loginKeys, vouch } from '../shared/login.ts';
import { fingerprint, fromBase64, newIdentity, newOp, openText, recipientOf, sealText } from '../shared/seal.ts';
import { PAPER } from './founding.ts';
import type { Fault, Keyring, OfficeKey } from './keys.ts';
import { type Progress, TaskError } from './rpc.ts';

/** A JoinInput is what a newcomer chose, and the passphrase that was made. */
export interface JoinInput {
  readonly site: string;
  readonly code: string;
  readonly name: string;
  readonly words: string;
}

/** joinKeys makes a newcomer's key; digits are to be told to the coordinator by voice. */
export async function joinKeys(input: JoinInput, progress?: Progress): Promise<{ body: Join; digits: string }> {
  const login = await loginKeys(input.site, input.name, input.words, (share) =>
    progress?.(Math.round(share * 95), 100),
  );
  const mid = newIdentity();
  const mpk = await recipientOf(mid);
  const lock = toBase64(await lockIdentity(login.unlock, mid));
  progress?.(100, 100);
  const body = { code: input.code, name: login.salt, auth: toKeyText(login.auth), lock, mpk };
  return { body, digits: fingerprint(mpk) };
}

/** A Place is what a member shall be. */
export interface Place {
  readonly member: string;
  readonly role: 'caseworker' | 'coordinator' | 'admin';
  readonly desks: readonly string[];
  /** Whether the keys of past epochs are given too, and with them the old reports. */
  readonly past: boolean;
}

/** An Admission lets a newcomer in. */
export interface Admission extends Place {
  readonly mpk: string;
  /** As the coordinator heard and typed them; never shown by this program. */
  readonly digits: string;
  readonly display: string;
}

async function grantsFor(ring: Keyring, place: Place, mpk: string, name: string): Promise<Grant[]> {
  const grants: Grant[] = [];
  for (const desk of place.desks) {
    const current = ring.current(desk);
    if (current === undefined) throw new TaskError('nokey');
    const keys = ring.all().filter((key) => key.desk === desk && (place.past || key.epoch === current.epoch));
    for (const key of keys) grants.push(await grantOf(key, place.member, mpk, name));
  }
  return grants;
}

async function grantOf(key: OfficeKey, member: string, mpk: string, name: string): Promise<Grant> {
  return {
    desk: key.desk,
    epoch: key.epoch,
    wrap: toBase64(await sealText(mpk, key.identity)),
    vouch: toKeyText(vouch(key.identity, member, mpk, name)),
  };
}

async function profileFor(ring: Keyring, desks: readonly string[], name: string): Promise<string | undefined> {
  const keys = desks.map((desk) => ring.current(desk)?.recipient ?? '').filter((key) => key !== '');
  return keys.length === 0 ? undefined : toBase64(await sealText(keys, name));
}

/** admit compares the typed digits with the newcomer's key and wraps to it. It throws `digits` where they differ. */
export async function admit(ring: Keyring, input: Admission): Promise<ChangeMember> {
  const typed = input.digits.replace(/\D/g, '');
  if (typed.length !== 24 || typed !== fingerprint(input.mpk).replace(/\D/g, '')) throw new TaskError('digits');
  const name = input.display.trim();
  const profile = await profileFor(ring, input.desks, name);
  return {
    op: newOp(),
    role: input.role,
    desks: [...input.desks],
    mpk: input.mpk,
    ...(profile === undefined ? {} : { profile }),
    grants: await grantsFor(ring, input, input.mpk, name),
  };
}

/** change wraps anew to a colleague whose key a vouch proves. It throws `vouch` where none does. */
export async function change(ring: Keyring, colleague: Member, place: Place): Promise<ChangeMember> {
  const role = place.role;
  // Who holds no key takes desks away or changes a role, and gives nothing.
  if (place.desks.length === 0 || ring.all().length === 0)
    return { op: newOp(), role, desks: [...place.desks], mpk: colleague.mpk, grants: [] };
  const name = await provenName(ring, colleague);
  if (name === undefined) throw new TaskError('vouch');
  const profile = await profileFor(ring, place.desks, name);
  const grants = await grantsFor(ring, place, colleague.mpk, name);
  const sealed = profile === undefined ? {} : { profile };
  return { op: newOp(), role, desks: [...place.desks], mpk: colleague.mpk, ...sealed, grants };
}

async function openName(ring: Keyring, profile: string): Promise<string | undefined> {
  for (const key of ring.all()) {
    try {
      return await openText(fromBase64(profile), key.identity);
    } catch {
      // Sealed to another epoch or desk.
    }
  }
  return undefined;
}

function holds(key: OfficeKey, id: string, mpk: string, name: string, tag: string): boolean {
  try {
    return equal(vouch(key.identity, id, mpk, name), fromKeyText(tag));
  } catch {
    return false;
  }
}

/** provenName gives a colleague's name if a vouch of one of our keys binds it to the public key. */
export async function provenName(ring: Keyring, member: Member): Promise<string | undefined> {
  const name = await openName(ring, member.profile);
  if (name === undefined) return undefined;
  const proven = member.vouches.some((tag) => {
    const key = ring.find(tag.desk, tag.epoch);
    return key !== undefined && holds(key, member.member, member.mpk, name, tag.vouch);
  });
  return proven ? name : undefined;
}

/** A Vetting is what the vouches say about colleagues. */
export interface Vetting {
  readonly faults: readonly Fault[];
  /** Names that a vouch proves, by member. */
  readonly names: Readonly<Record<string, string>>;
  /** Members whose key the newest key of each of their desks that we know vouches for. */
  readonly current: readonly string[];
}

/** vet checks every vouch that one of our keys can check; a wrong one means that a key or a name was swapped. */
export async function vet(ring: Keyring, members: readonly Member[]): Promise<Vetting> {
  const faults: Fault[] = [];
  const names: Record<string, string> = {};
  const current: string[] = [];
  for (const member of members) {
    const name = member.profile === '' ? undefined : await openName(ring, member.profile);
    if (name !== undefined) names[member.member] = name;
    if (member.off || member.role === 'admin') continue;
    const known = member.vouches.filter((tag) => ring.find(tag.desk, tag.epoch) !== undefined);
    for (const tag of known) {
      const key = ring.find(tag.desk, tag.epoch) as OfficeKey;
      if (name === undefined || !holds(key, member.member, member.mpk, name, tag.vouch)) {
        faults.push({ desk: tag.desk, epoch: tag.epoch, where: 'vouch' });
      }
    }
    const due = member.desks.map((desk) => ring.current(desk)).filter((key) => key !== undefined);
    if (due.every((key) => known.some((tag) => tag.desk === key.desk && tag.epoch === key.epoch))) {
      current.push(member.member);
    }
  }
  return { faults, names, current };
}

/** A Turn is what a rotation needs to know. */
export interface Turn {
  readonly desk: string;
  /** All members as the server lists them; only who stays gets the key. */
  readonly members: readonly Member[];
  readonly sheet: Sheet;
  /** Public keys of the members' other desks, as pinned, so that names stay readable there. */
  readonly others: Readonly<Record<string, string>>;
}

/** rotate makes a desk's next key for everybody who stays. It throws `vouch` if one public key is not proven. */
export async function rotate(ring: Keyring, turn: Turn): Promise<{ body: NewEpoch; digits: string }> {
  const before = ring.current(turn.desk);
  if (before === undefined) throw new TaskError('nokey');
  const proof = (tags: readonly Vouch[]) =>
    tags.find((tag) => tag.desk === before.desk && tag.epoch === before.epoch)?.vouch ?? '';
  if (!holds(before, PAPER, turn.sheet.ppk, PAPER, proof(turn.sheet.vouches))) throw new TaskError('vouch');
  const identity = newIdentity();
  const next: OfficeKey = { ...before, epoch: before.epoch + 1, identity, recipient: await recipientOf(identity) };
  const body: NewEpoch = {
    op: newOp(),
    desk: turn.desk,
    epoch: next.epoch,
    opk: next.recipient,
    members: [],
    paper: await paperGrant(next, turn.sheet.ppk),
  };
  for (const member of turn.members) {
    if (member.off || member.role === 'admin' || !member.desks.includes(turn.desk)) continue;
    const name = await openName(ring, member.profile);
    if (name === undefined || !holds(before, member.member, member.mpk, name, proof(member.vouches))) {
      throw new TaskError('vouch');
    }
    const { wrap, vouch: tag } = await grantOf(next, member.member, member.mpk, name);
    const others = member.desks.map((desk) => (desk === turn.desk ? '' : (turn.others[desk] ?? '')));
    // Until the operator has pinned the new key, only the one before it opens names.
    const keys = [before.recipient, next.recipient, ...others.filter((key) => key !== '')];
    body.members.push({ member: member.member, wrap, vouch: tag, profile: toBase64(await sealText(keys, name)) });
  }
  return { body, digits: fingerprint(next.recipient) };
}

async function paperGrant(next: OfficeKey, ppk: string): Promise<NewEpoch['paper']> {
  const { wrap, vouch: tag } = await grantOf(next, PAPER, ppk, PAPER);
  return { wrap, vouch: tag };
}
