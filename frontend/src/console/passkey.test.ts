import { expect, test } from 'vitest';
import type { PasskeyStep } from '../shared/api.ts';
import { fromKeyText, utf8 } from '../shared/bytes.ts';
import { createPasskeys } from './passkey.ts';

const STEP: PasskeyStep = {
  step: 'token',
  purpose: 'login',
  challenge: 'AQID',
  host: 'localhost',
  user: 'BAUG',
  keys: ['Bwg'],
  series: true,
  algorithms: [-8, -7],
};
const PRF = new Uint8Array(32).fill(5);

type Asked = { publicKey: Record<string, unknown> };

/** A browser whose answers the test chooses. */
function browser(results: object, again: object = results) {
  const asked: Asked[] = [];
  const answer = (extensions: object, response: object) => ({
    rawId: new Uint8Array([7, 8]).buffer,
    response,
    getClientExtensionResults: () => extensions,
  });
  const bytes = new Uint8Array([1]).buffer;
  return {
    asked,
    container: {
      create: async (options: Asked) => {
        asked.push(options);
        return answer(results, { clientDataJSON: bytes, attestationObject: bytes });
      },
      get: async (options: Asked) => {
        asked.push(options);
        return answer(again, { clientDataJSON: bytes, authenticatorData: bytes, signature: bytes });
      },
    } as unknown as CredentialsContainer,
  };
}

const answered = { prf: { enabled: true, results: { first: PRF.buffer } } };

test('what a passkey answers to the PRF question is in no part that is sent', async () => {
  const { container, asked } = browser(answered);
  const { assertion, prf } = await createPasskeys(container).use(STEP, 'melden.example');
  expect(prf).toEqual(PRF);
  expect(assertion).toEqual({ step: 'token', id: 'Bwg', clientData: 'AQ', authority: 'AQ', signature: 'AQ' });
  expect(asked[0]?.publicKey).toMatchObject({
    rpId: 'localhost',
    userVerification: 'required',
    challenge: fromKeyText('AQID'),
    allowCredentials: [{ type: 'public-key', id: fromKeyText('Bwg') }],
    extensions: { prf: { eval: { first: utf8('passkey-lock/v1:melden.example') } } },
  });
});

test('a new passkey is asked for its answer where it did not give it at once', async () => {
  const { container, asked } = browser({ prf: { enabled: true } }, answered);
  const made = await createPasskeys(container).make(STEP, 'melden.example', 'a.yilmaz', true);
  expect(made.prf).toEqual(PRF);
  expect(Object.keys(made.enrolment).sort()).toEqual(['attestation', 'clientData', 'id', 'step']);
  expect(asked).toHaveLength(2);
  expect(asked[0]?.publicKey).toMatchObject({
    attestation: 'none',
    pubKeyCredParams: [{ alg: -8 }, { alg: -7 }],
    excludeCredentials: [{ id: fromKeyText('Bwg') }],
    authenticatorSelection: { userVerification: 'required' },
  });
  // The second question is for this browser alone: its challenge is not the server's.
  expect(asked[1]?.publicKey['challenge']).not.toEqual(fromKeyText('AQID'));
});

test('a passkey that cannot be a lock, or shall be none, gives no answer', async () => {
  const unable = browser({}, {});
  expect((await createPasskeys(unable.container).make(STEP, 's', 'n', true)).prf).toBeUndefined();
  const unwanted = browser(answered);
  expect((await createPasskeys(unwanted.container).make(STEP, 's', 'n', false)).prf).toBeUndefined();
  expect(unwanted.asked[0]?.publicKey['extensions']).toEqual({});
  const short = browser({ prf: { results: { first: new Uint8Array(16).buffer } } });
  expect((await createPasskeys(short.container).use(STEP, 's')).prf).toBeUndefined();
});

test('a browser that gives nothing fails like one that was told no', async () => {
  const none = { get: async () => null, create: async () => null } as unknown as CredentialsContainer;
  await expect(createPasskeys(none).use(STEP, 's')).rejects.toThrow('no passkey');
  await expect(createPasskeys(undefined).make(STEP, 's', 'n', true)).rejects.toThrow('no passkey');
  expect(createPasskeys(undefined).able).toBe(false);
});
