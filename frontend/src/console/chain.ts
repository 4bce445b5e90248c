// Checks the hash chain of a case in the browser (store.md §3): every event
// names the hash of the one before it. It proves order to whoever trusts the
// newest hash; it holds no secret and cannot tell that a tail was cut off.

import type { CaseEvent } from '../shared/api.ts';
import { type Bytes, fromHex, join, toHex, utf8 } from '../shared/bytes.ts';

const LABEL = utf8('beistand/event/v1\n');

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function field(bytes: Uint8Array): Bytes {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return join(length, bytes);
}

/** eventHash computes the hash that an event must carry. */
export async function eventHash(caseId: string, event: CaseEvent, box: Bytes | undefined): Promise<string> {
  const bytes = join(
    LABEL,
    field(utf8(`${caseId}:${String(event.rev).padStart(8, '0')}`)),
    field(utf8(event.kind)),
    field(utf8(event.actor)),
    field(utf8(event.day)),
    field(utf8(event.state)),
    field(fromHex(event.op)),
    field(utf8(event.public)),
    field(box === undefined ? new Uint8Array(0) : await sha256(box)),
    fromHex(event.prev),
  );
  return toHex(await sha256(bytes));
}

/** linked says whether an event carries its right hash and follows the one before it. */
export async function linked(
  caseId: string,
  event: CaseEvent,
  box: Bytes | undefined,
  before: CaseEvent | undefined,
): Promise<boolean> {
  const prev = before?.hash ?? '0'.repeat(64);
  const rev = (before?.rev ?? 0) + 1;
  return event.rev === rev && event.prev === prev && event.hash === (await eventHash(caseId, event, box));
}
