// A text that somebody takes along: made in the browser, sent nowhere.
import { make } from './page.ts';

/** saveText offers a text as a file. The name should say nothing. */
export function saveText(name: string, words: string): void {
  const address = URL.createObjectURL(new Blob([words.replace(/\r?\n/g, '\r\n')], { type: 'text/plain' }));
  const link = make('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
