// Starts the one worker that holds the keys. Trusted Types let exactly one URL
// become a worker: the built module that Vite names here. Ending the worker is
// how keys are dropped: its memory goes with it.
import url from './crypto.worker.ts?worker&url';
import { type Caller, createCaller, type Progress } from './rpc.ts';
import type { VaultTasks } from './vault.ts';

interface Policy {
  createScriptURL(url: string): string;
}
interface Factory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy;
}

/** A Vault calls the worker's tasks by name. */
export interface Vault {
  call<K extends keyof VaultTasks>(
    name: K,
    args: Parameters<VaultTasks[K]>,
    more?: { readonly progress?: Progress; readonly transfer?: Transferable[] },
  ): Promise<Awaited<ReturnType<VaultTasks[K]>>>;
  /** drop ends the worker with all that it holds and starts an empty one. */
  drop(): void;
}

function createPolicy(): Policy {
  const rules = {
    createScriptURL(wanted: string): string {
      if (wanted !== url) throw new TypeError('beistand-worker: another URL');
      return wanted;
    },
  };
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  return factory?.createPolicy('beistand-worker', rules) ?? rules;
}

/** createVault starts the worker. */
export function createVault(): Vault {
  // A policy's name can be taken only once, so it outlives the worker.
  const policy = createPolicy();
  let worker: Worker;
  let caller: Caller;
  const start = () => {
    worker = new Worker(policy.createScriptURL(url), { type: 'module' });
    caller = createCaller(worker);
  };
  start();
  return {
    call: (name, args, more) =>
      caller.call(name, args, more?.progress, more?.transfer) as ReturnType<Vault['call']> as never,
    drop() {
      worker.terminate();
      caller.fail('locked');
      start();
    },
  };
}
