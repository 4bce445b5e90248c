// How far the files are: a bar for each and one line of words, which is said at
// most every five seconds, and a button to stop.
import { button, make, type Page, text } from './page.ts';
import type { Upload } from './upload.ts';

const QUIET = 5_000;

/** A Shown progress. End takes it off the page. */
export interface Shown {
  readonly signal: AbortSignal;
  moved(): void;
  end(): void;
}

/** showProgress puts the bars of the uploads at the end of an element. */
export function showProgress(page: Page, on: Element, uploads: readonly Upload[]): Shown {
  const stop = new AbortController();
  const box = make('div', 'uploads');
  const status = make('p', 'kern-hint');
  status.role = 'status';
  const bars = uploads.map((upload) => {
    const line = make('p');
    const bar = make('progress');
    bar.max = upload.all;
    bar.ariaLabel = upload.name;
    line.append(make('bdi', '', upload.name), bar);
    box.append(line);
    return bar;
  });
  box.append(
    status,
    button(text(page, 'later.file.cancel'), false, () => stop.abort()),
  );
  if (uploads.length > 0) on.append(box);
  let said = 0;
  const moved = (): void => {
    uploads.forEach((upload, i) => {
      (bars[i] as HTMLProgressElement).value = upload.done;
    });
    const now = uploads.find((upload) => upload.done < upload.all);
    if (now === undefined || Date.now() - said < QUIET) return;
    said = Date.now();
    status.textContent = text(page, 'later.file.progress', { Name: now.name, Done: now.done, All: now.all });
  };
  moved();
  return { signal: stop.signal, moved, end: () => box.remove() };
}
