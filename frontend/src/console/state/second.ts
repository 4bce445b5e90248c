// The second half of a login: the passkey. The browser's dialog is asked at once
// and, where the person closed it, again as often as they like; the seven words
// need not be typed a second time for it.
import { type Signal, signal } from '@preact/signals';
import type { PasskeyStep, Session } from '../../shared/api.ts';
import { type Client, Failure } from '../client.ts';
import type { Passkeys } from '../passkey.ts';
import { TaskError } from '../rpc.ts';
import type { Vault } from '../worker.ts';

/** A Waiting says why the login stands still: the passkey was not shown, or a first one is to be made. */
export type Waiting = '' | 'again' | 'first';

/** A Second asks for the passkey. */
export interface Second {
  readonly waiting: Signal<Waiting>;
  /** pass resolves with the session and the passkey's answer. It throws `passkey`, `nopasskey`, or a Failure. */
  pass(step: PasskeyStep, site: string, name: string): Promise<{ session: Session; prf: Uint8Array | undefined }>;
  /** go asks the browser after a wait. */
  go(): void;
  /** stop ends the login. */
  stop(): void;
}

/** createSecond makes the state of a login that has not come to its passkey yet. */
export function createSecond(client: Client, vault: Vault, passkeys: Passkeys): Second {
  const waiting = signal<Waiting>('');
  let settle: { go(): void; stop(): void } | undefined;

  const wait = async (why: Waiting) => {
    waiting.value = why;
    try {
      await new Promise<void>((go, stop) => {
        settle = { go, stop: () => stop(new TaskError('passkey')) };
      });
    } finally {
      settle = undefined;
      waiting.value = '';
    }
  };

  const once = async (step: PasskeyStep, site: string, name: string) => {
    if (step.purpose === 'first') {
      const { enrolment } = await passkeys.make(step, site, name, false);
      const op = await vault.call('newOp', []);
      return { session: await client.loginEnrol({ op, ...enrolment }), prf: undefined };
    }
    const { assertion, prf } = await passkeys.use(step, site);
    return { session: await client.loginPasskey(assertion), prf };
  };

  return {
    waiting,
    async pass(step, site, name) {
      if (!passkeys.able) throw new TaskError('nopasskey');
      // A dialog that makes something new is opened by a press, never by itself.
      if (step.purpose === 'first') await wait('first');
      for (;;) {
        try {
          return await once(step, site, name);
        } catch (error) {
          if (error instanceof Failure) throw error.status === 401 ? new TaskError('passkey') : error;
          await wait('again');
        }
      }
    },
    go: () => settle?.go(),
    stop: () => settle?.stop(),
  };
}
