// How much of a long text is left: shown from four fifths on, spoken when the
// writer pauses. The text is never cut off.
import { make, type Page, text } from './page.ts';

/** LIMIT is the longest text in code points, line breaks counted once. */
export const LIMIT = 12_000;

const SHOWN_FROM = LIMIT * 0.8;
const PAUSE = 1_000;

/** length counts code points, as the server does. */
export function length(words: string): number {
  let n = 0;
  for (const _ of words.replace(/\r\n?/g, '\n')) n++;
  return n;
}

/** startCount puts a count under a text field. */
export function startCount(page: Page, area: HTMLTextAreaElement): void {
  const seen = make('p', 'kern-hint count');
  seen.ariaHidden = 'true';
  const spoken = make('p', 'unseen');
  spoken.role = 'status';
  area.after(seen, spoken);
  let pause = 0;
  const show = (): void => {
    const left = LIMIT - length(area.value);
    let words = '';
    if (left < 0) words = text(page, 'js.count.over', { Count: -left });
    else if (left <= LIMIT - SHOWN_FROM) words = text(page, 'js.count', { Count: left });
    seen.textContent = words;
    clearTimeout(pause);
    pause = setTimeout(() => {
      spoken.textContent = words;
    }, PAUSE) as unknown as number;
  };
  area.addEventListener('input', show);
  show();
}
