// Runs an act of a page of members or keys and keeps what went wrong with it.
import { useState } from 'preact/hooks';
import { Failure } from '../client.ts';
import { type Console, useConsole } from '../console.ts';
import { TaskError } from '../rpc.ts';
import type { Key } from '../texts.ts';

/** tell gives the text for what went wrong with a member or a key. */
export function tell(error: unknown): Key {
  const key = (error as { key?: unknown } | undefined)?.key;
  if (
    error instanceof TaskError &&
    (key === 'digits' || key === 'vouch' || key === 'paper' || key === 'nokey' || key === 'twin')
  ) {
    return `members.fault.${key}`;
  }
  if (key === 'series' || key === 'words') return `access.fault.${key}`;
  if (error instanceof DOMException) {
    return error.name === 'InvalidStateError' ? 'access.fault.known' : 'access.fault.cancelled';
  }
  if (key === 'last' || key === 'forbidden' || key === 'conflict') return `members.fault.${key}`;
  // Nobody knows whether it was stored; to say that nothing was changed could be false.
  if (error instanceof Failure && error.unclear) return 'members.fault.unclear';
  return 'members.fault';
}

/** useAct runs an act on members, reads the office anew, and keeps what went wrong. */
export function useAct(): {
  fault: Key | '';
  busy: boolean;
  act: (what: (console: Console) => Promise<void>) => Promise<boolean>;
} {
  const console = useConsole();
  const [fault, setFault] = useState<Key | ''>('');
  const [busy, setBusy] = useState(false);
  const act = async (what: (console: Console) => Promise<void>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setFault('');
    try {
      await what(console);
      await console.session.refresh();
      return true;
    } catch (error) {
      if (error instanceof Failure && error.status === 401 && error.key === 'session') {
        await console.session.lock('unlock.reason.ended');
        return false;
      }
      setFault(tell(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { fault, busy, act };
}
