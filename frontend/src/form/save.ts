// What somebody takes along: made in the browser, sent nowhere.
import { make } from './page.ts';

/** saveText offers a text as a file. The name should say nothing. */
export function saveText(name: string, words: string): void {
  saveBlob(name, new Blob([words.replace(/\r?\n/g, '\r\n')], { type: 'text/plain' }));
}

/** saveBlob offers bytes as a file. The name should say nothing. */
export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = make('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
