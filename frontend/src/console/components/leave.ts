// Something of a case leaves the house: a line stands in the office's ledger
// first, and only then the browser prints, saves or copies.
import { useState } from 'preact/hooks';
import type { Export } from '../../shared/api.ts';
import type { CaseView } from '../casefile.ts';
import { useConsole } from '../console.ts';
import type { Key } from '../texts.ts';

/** Leave notes in which form something leaves, and does it then; what it does may name what to say about it. */
export type Leave = (form: Export['form'], then: () => Said | Promise<Said>) => Promise<void>;

// biome-ignore lint/suspicious/noConfusingVoidType: most ways out return nothing
type Said = Key | void;

/** useLeave gives it for a case, and says whether the last try failed: then nothing has left. */
export function useLeave(view: CaseView): { readonly failed: boolean; readonly leave: Leave } {
  const { client, session, texts, vault, said } = useConsole();
  const [failed, setFailed] = useState(false);
  const leave: Leave = async (form, then) => {
    setFailed(false);
    try {
      await client.export(view.summary.case, await vault.call('newOp', []), form);
      said.value = texts.t((await then()) ?? 'export.saved');
    } catch {
      setFailed(session.phase.value === 'open');
    }
  };
  return { failed, leave };
}
