// Passkeys: what the browser's own dialog is asked, and the parts of its answer
// that are sent. What a passkey answers to the PRF question never is: it goes to
// the worker, to open or to make the second lock (ADR 0019).
import type { Assertion, Enrolment, PasskeyStep } from '../shared/api.ts';
import { fromKeyText, random, toKeyText } from '../shared/bytes.ts';
import { passkeyInput } from '../shared/login.ts';

/** A Shown is what a passkey signed, and what it answered. */
export interface Shown {
  readonly assertion: Assertion;
  readonly prf: Uint8Array | undefined;
}

/** A Made is a new passkey, and what it answered if it can be a second lock. */
export interface Made {
  readonly enrolment: Omit<Enrolment, 'op'>;
  readonly prf: Uint8Array | undefined;
}

/** Passkeys asks the browser. Its calls fail with a DOMException where the person says no. */
export interface Passkeys {
  /** Whether this browser knows passkeys, at this address. */
  readonly able: boolean;
  /** use asks for one of the member's passkeys. */
  use(step: PasskeyStep, site: string): Promise<Shown>;
  /** make asks for a new one, which shows the login name in the device's own list; lock: as a second lock too, if it can. */
  make(step: PasskeyStep, site: string, name: string, lock: boolean): Promise<Made>;
}

/** PATIENCE is how long the browser's dialog stands, in milliseconds: as long as the challenge is good. */
const PATIENCE = 120_000;

type Answer = { prf?: { enabled?: boolean; results?: { first?: BufferSource } } };

/** createPasskeys works with the browser's credentials, undefined where there are none. */
export function createPasskeys(browser: CredentialsContainer | undefined): Passkeys {
  const descriptors = (ids: readonly string[]) =>
    ids.map((id) => ({ type: 'public-key' as const, id: fromKeyText(id) }));
  const get = async (step: PasskeyStep, challenge: Uint8Array<ArrayBuffer>, ids: readonly string[], site: string) => {
    const found = await browser?.get({
      publicKey: {
        challenge,
        rpId: step.host,
        allowCredentials: descriptors(ids),
        userVerification: 'required',
        timeout: PATIENCE,
        extensions: asking(site),
      },
    });
    if (!found) throw new DOMException('no passkey', 'NotAllowedError');
    return found as PublicKeyCredential;
  };
  return {
    able: browser !== undefined && 'PublicKeyCredential' in globalThis,
    async use(step, site) {
      const found = await get(step, fromKeyText(step.challenge), step.keys, site);
      const response = found.response as AuthenticatorAssertionResponse;
      const assertion = {
        step: step.step,
        id: toKeyText(new Uint8Array(found.rawId)),
        clientData: text(response.clientDataJSON),
        authority: text(response.authenticatorData),
        signature: text(response.signature),
      };
      return { assertion, prf: answered(found) };
    },
    async make(step, site, name, lock) {
      const made = (await browser?.create({
        publicKey: {
          challenge: fromKeyText(step.challenge),
          rp: { id: step.host, name: site },
          user: { id: fromKeyText(step.user), name, displayName: name },
          pubKeyCredParams: step.algorithms.map((alg) => ({ type: 'public-key' as const, alg })),
          excludeCredentials: descriptors(step.keys),
          authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
          attestation: 'none',
          timeout: PATIENCE,
          extensions: lock ? asking(site) : {},
        },
      })) as PublicKeyCredential | null | undefined;
      if (!made) throw new DOMException('no passkey', 'NotAllowedError');
      const response = made.response as AuthenticatorAttestationResponse;
      const id = toKeyText(new Uint8Array(made.rawId));
      const enrolment = {
        step: step.step,
        id,
        clientData: text(response.clientDataJSON),
        attestation: text(response.attestationObject),
      };
      if (!lock || (made.getClientExtensionResults() as Answer).prf?.enabled !== true) {
        return { enrolment, prf: undefined };
      }
      // Some devices answer at once, others only when they are asked again.
      return { enrolment, prf: answered(made) ?? answered(await get(step, random(32), [id], site)) };
    },
  };
}

function asking(site: string): AuthenticationExtensionsClientInputs {
  return { prf: { eval: { first: passkeyInput(site) } } } as AuthenticationExtensionsClientInputs;
}

function text(bytes: ArrayBuffer): string {
  return toKeyText(new Uint8Array(bytes));
}

function answered(credential: PublicKeyCredential): Uint8Array | undefined {
  const first = (credential.getClientExtensionResults() as Answer).prf?.results?.first;
  if (first === undefined) return undefined;
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first);
  return bytes.length === 32 ? bytes.slice() : undefined;
}
