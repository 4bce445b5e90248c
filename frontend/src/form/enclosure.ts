// A file from the office: fetched piece by piece, opened here, and saved when all
// of it is checked. It is never shown by the browser, and the name that it is
// saved under says nothing: somebody else may look into the folder of downloads.
import { openFile } from '../shared/attach.ts';
import type { FileEntry } from '../shared/entry.ts';
import type { ReceiptKeys } from '../shared/receipt.ts';
import { toKeyText } from '../shared/seal.ts';
import { showTrouble } from './errors.ts';
import { button, make, type Page, text } from './page.ts';
import { PAUSES, padded } from './post.ts';
import { saveBlob } from './save.ts';

// Endings that a saved file may keep: whatever opens one shows it and does nothing else.
const ENDINGS =
  /\.(jpe?g|png|webp|heic|pdf|txt|csv|rtf|docx?|odt|xlsx?|ods|pptx?|odp|mp3|m4a|wav|ogg|flac|aac|amr|mp4|mov|m4v|3gp|webm)$/i;

/** plainName is what a file is saved under. */
export function plainName(n: number, name: string): string {
  return `datei-${n}${(ENDINGS.exec(name)?.[0] ?? '').toLowerCase()}`;
}

/** saveEnclosure fetches, checks and saves one file, or says on the element why not. */
export async function saveEnclosure(
  page: Page,
  keys: ReceiptKeys,
  entry: FileEntry,
  n: number,
  on: Element,
): Promise<void> {
  const stop = new AbortController();
  const { bar, status, whole } = progress(page, entry, () => stop.abort());
  on.append(whole);
  const trouble = (key: string): void => showTrouble(page, on, key);
  try {
    const pieces: Uint8Array[] = [];
    while (pieces.length < entry.n) {
      const piece = await fetchPiece(keys, entry.id, pieces.length, stop.signal);
      if (stop.signal.aborted) return;
      if (typeof piece === 'string') return trouble(piece);
      pieces.push(piece);
      bar.value = pieces.length;
      status.textContent = text(page, 'entry.file.loading', { Done: pieces.length, All: entry.n });
    }
    const { head, bytes } = await openFile(pieces, keys.identity, keys.caseId, entry);
    saveBlob(plainName(n, head.name), new Blob([bytes], { type: 'application/octet-stream' }));
  } catch {
    showTrouble(page, on, 'trouble.file.title', [], 'trouble.file.text');
  } finally {
    whole.remove();
  }
}

function progress(page: Page, entry: FileEntry, cancel: () => void) {
  const whole = make('div', 'uploads');
  const bar = make('progress');
  bar.max = entry.n;
  bar.value = 0;
  const status = make('p', 'kern-hint', text(page, 'entry.file.loading', { Done: 0, All: entry.n }));
  status.role = 'status';
  status.id = `loading-${entry.id.slice(0, 8)}`;
  bar.setAttribute('aria-labelledby', status.id);
  whole.append(bar, status, button(text(page, 'later.file.cancel'), false, cancel));
  return { whole, bar, status };
}

/** fetchPiece gives one sealed piece, or the key of why not. It tries again where that can help. */
async function fetchPiece(keys: ReceiptKeys, id: string, n: number, signal: AbortSignal): Promise<Uint8Array | string> {
  const body = padded({ locator: toKeyText(keys.locator), id, n });
  for (const pause of PAUSES) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      const response = await fetch('/api/v1/pieces', {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json' },
        credentials: 'omit',
        cache: 'no-store',
        redirect: 'error',
        signal,
      });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
      if (response.status === 404) return 'trouble.file.title';
      if (response.status !== 503) return 'mailbox.js.away';
    } catch {
      if (signal.aborted) return '';
      // The line broke: the next try may find it whole again.
    }
  }
  return navigator.onLine ? 'mailbox.js.away' : 'mailbox.js.offline';
}
