// A summary that goes to another desk (protocol.md §2.1: no desk hands over
// ciphertext). It is sealed twice: to the resident and the own desk, as the
// answer that tells what went; and to the other desk, as a report under a receipt
// of its own. That receipt is made here for the resident, sealed to the
// resident's key alone, and dropped. Runs in the worker.
import { toBase64 } from '../shared/bytes.ts';
import { deriveKeys, makeReceipt } from '../shared/receipt.ts';
import { newOp, seal, toKeyText } from '../shared/seal.ts';
import type { Mailbox } from './model.ts';

/** A SealRequest is what is to be sealed into an event. */
export interface SealRequest {
  readonly case: string;
  readonly desk: string;
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Whether the resident shall be able to read it. */
  readonly told: boolean;
  /** op of the newest mailbox event that the author has read; "" for office kinds. */
  readonly seen: string;
  readonly by: string;
  readonly at: string;
}

/** A Sealed is an event's sealed part, ready to be sent. */
export interface Sealed {
  readonly op: string;
  readonly epoch: number;
  /** Base64. */
  readonly box: string;
}

/** CODE is the kind of the envelope that holds the new receipt, inside the answer. */
export const CODE = 'handover';

/** A Target is the desk that gets the summary, with the key that the operator pinned for it. */
export interface Target {
  readonly site: string;
  readonly desk: string;
  readonly name: string;
  readonly epoch: number;
  readonly recipient: string;
}

/** HandedOver are both boxes, ready to be sent. */
export interface HandedOver extends Sealed {
  readonly to: Sealed & { readonly desk: string; readonly case: string };
}

/** handOver seals the answer and the report; report are the answers that the other desk gets. */
export async function handOver(
  own: { readonly recipient: string; readonly epoch: number },
  resident: Mailbox & { readonly key: Uint8Array },
  request: SealRequest,
  target: Target,
  report: Readonly<Record<string, unknown>>,
): Promise<HandedOver> {
  const { case: id, seen, at } = request;
  const [op, other] = [newOp(), newOp()];
  const by = 'office';
  const receipt = makeReceipt();
  const keys = await deriveKeys(target.site, receipt);
  const mailbox = { recipient: keys.recipient, mac: toKeyText(keys.mac) };
  const code = { v: 1 as const, case: id, kind: CODE, op, seen: '', by, at, body: { code: receipt } };
  const passed = {
    desk: target.desk,
    name: target.name,
    code: toBase64(await seal(code, resident.key, [resident.recipient])),
  };
  const answer = { v: 1 as const, case: id, kind: 'answer', op, seen, by, at, body: { ...request.body, passed } };
  const there = { v: 1 as const, case: keys.caseId, kind: 'report', op: other, seen: '', by, at };
  return {
    op,
    epoch: own.epoch,
    box: toBase64(await seal(answer, resident.key, [resident.recipient, own.recipient])),
    to: {
      desk: target.desk,
      case: keys.caseId,
      op: other,
      epoch: target.epoch,
      box: toBase64(await seal({ ...there, body: { ...report, mailbox } }, keys.mac, [target.recipient])),
    },
  };
}
