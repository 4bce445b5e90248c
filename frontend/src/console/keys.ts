// The keyring: a member's opened key and the office keys that it unwraps. It
// lives in the worker's memory and nowhere else; dropping the worker drops it.
// Every key is held against what the operator pinned and against what the
// public form hands to residents, before it is used for anything.

import type { PinnedKey, Wrap } from '../shared/api.ts';
import { cardKey } from '../shared/card.ts';
import { identityOf } from '../shared/keys.ts';
import { lockInSeries, openSeries, unlockIdentity } from '../shared/login.ts';
import { fromBase64, officeMac, openText, recipientOf, sealText } from '../shared/seal.ts';

/** An OfficeKey is one desk's key of one epoch, with what follows from it. */
export interface OfficeKey {
  readonly desk: string;
  readonly epoch: number;
  readonly identity: string;
  readonly recipient: string;
  /** The MAC key of what only the office reads. */
  readonly mac: Uint8Array;
  /** The key of the desk's cards. */
  readonly card: CryptoKey;
}

/** A Material is what the server keeps for a member, and what it must agree with. */
export interface Material {
  /** The member's key as the passphrase locks it, base64; "" where passkeys lock it too. */
  readonly lock: string;
  /** The member's key as passphrase and the passkey just shown lock it, base64; or "". */
  readonly series?: string;
  /** What the passkey answered, for the second lock. */
  readonly prf?: Uint8Array | undefined;
  readonly mpk: string;
  readonly wraps: readonly Wrap[];
  /** What the operator pinned, as the server tells it. */
  readonly pinned: readonly PinnedKey[];
  /** The recipients found in the public form; undefined if it could not be read or holds none. */
  readonly form: readonly string[] | undefined;
  /** The month of today, to know which key is in use. */
  readonly month: string;
}

/** A Fault is a key that is not what it should be. */
export interface Fault {
  readonly desk: string;
  readonly epoch: number;
  /** Where the difference was found. */
  readonly where: 'member' | 'wrap' | 'pinned' | 'form' | 'vouch';
}

/** An Opened says how unlocking ended. Any fault means: no further work. */
export interface Opened {
  readonly faults: readonly Fault[];
  /** Desks whose key is not pinned yet: their operator has still to do it. */
  readonly unpinned: readonly { readonly desk: string; readonly fingerprintOf: string }[];
  /** Desks that can be worked for. */
  readonly desks: readonly string[];
  /** Whether the public form was read and compared. */
  readonly compared: boolean;
}

/** A Keyring holds the keys. */
export interface Keyring {
  unlock(material: Material, unlock: Uint8Array): Promise<Opened>;
  find(desk: string, epoch: number): OfficeKey | undefined;
  /** current gives the key that everything new is sealed to. */
  current(desk: string): OfficeKey | undefined;
  all(): readonly OfficeKey[];
  /** self gives the member's own identity, for drafts. */
  self(): string | undefined;
  /** relock locks the member's key anew: by the passphrase alone, or by a passkey's answer too. */
  relock(prf?: Uint8Array): Promise<Uint8Array | undefined>;
}

/** currentPin gives the pinned key that is in use in a month: the newest that has begun and not ended. */
export function currentPin(pinned: readonly PinnedKey[], desk: string, month: string): PinnedKey | undefined {
  const keys = pinned.filter((pin) => pin.desk === desk).sort((a, b) => b.epoch - a.epoch);
  return keys.find((pin) => pin.from <= month && (pin.until === '' || month <= pin.until)) ?? keys[0];
}

/** formFaults compares the form's keys with the pinned ones: each desk's current key must be there, and no stranger. */
export function formFaults(form: readonly string[], pinned: readonly PinnedKey[], month: string): readonly Fault[] {
  const known = new Set(pinned.map((pin) => pin.recipient));
  const faults: Fault[] = [];
  if (form.some((recipient) => !known.has(recipient))) faults.push({ desk: '', epoch: 0, where: 'form' });
  for (const desk of new Set(pinned.map((pin) => pin.desk))) {
    const pin = currentPin(pinned, desk, month);
    if (pin !== undefined && !form.includes(pin.recipient)) faults.push({ desk, epoch: pin.epoch, where: 'form' });
  }
  return faults;
}

async function unwrap(wrap: Wrap, self: string): Promise<OfficeKey | undefined> {
  try {
    const identity = await openText(fromBase64(wrap.wrap), self);
    const recipient = await recipientOf(identity);
    return {
      desk: wrap.desk,
      epoch: wrap.epoch,
      identity,
      recipient,
      mac: officeMac(identity),
      card: await cardKey(identity),
    };
  } catch {
    return undefined;
  }
}

/** createKeyring makes an empty keyring. */
export function createKeyring(): Keyring {
  let keys: OfficeKey[] = [];
  let pins: readonly PinnedKey[] = [];
  let month = '';
  let self: string | undefined;
  /** The public half of what the passphrase opens; no secret, but enough to lock anew. */
  let locker = '';

  const openSelf = async (material: Material, unlock: Uint8Array): Promise<string | undefined> => {
    try {
      const { series = '', prf } = material;
      const identity =
        series !== '' && prf !== undefined
          ? await openSeries(unlock, prf, fromBase64(series))
          : await unlockIdentity(unlock, fromBase64(material.lock));
      return (await recipientOf(identity)) === material.mpk ? identity : undefined;
    } catch {
      return undefined;
    }
  };

  return {
    async unlock(material, unlock) {
      const identity = await openSelf(material, unlock);
      if (identity === undefined) {
        return { faults: [{ desk: '', epoch: 0, where: 'member' }], unpinned: [], desks: [], compared: false };
      }
      const faults: Fault[] = [];
      const unpinned: { desk: string; fingerprintOf: string }[] = [];
      const good: OfficeKey[] = [];
      for (const wrap of material.wraps) {
        const key = await unwrap(wrap, identity);
        const pin = material.pinned.find((p) => p.desk === wrap.desk && p.epoch === wrap.epoch);
        if (key === undefined) faults.push({ desk: wrap.desk, epoch: wrap.epoch, where: 'wrap' });
        else if (pin === undefined) unpinned.push({ desk: wrap.desk, fingerprintOf: key.recipient });
        else if (pin.recipient !== key.recipient) faults.push({ desk: wrap.desk, epoch: wrap.epoch, where: 'pinned' });
        else good.push(key);
      }
      if (material.form !== undefined) faults.push(...formFaults(material.form, material.pinned, material.month));
      if (faults.length === 0) {
        keys = good;
        pins = material.pinned;
        month = material.month;
        self = identity;
        locker = await recipientOf(identityOf(unlock));
      }
      return {
        faults,
        unpinned,
        desks: [...new Set(good.map((key) => key.desk))],
        compared: material.form !== undefined,
      };
    },
    find: (desk, epoch) => keys.find((key) => key.desk === desk && key.epoch === epoch),
    current(desk) {
      const pin = currentPin(pins, desk, month);
      return pin && keys.find((key) => key.desk === desk && key.epoch === pin.epoch);
    },
    all: () => keys,
    self: () => self,
    async relock(prf) {
      if (self === undefined) return undefined;
      return prf === undefined ? sealText(locker, self) : lockInSeries(locker, prf, self);
    },
  };
}
