// Leaving fast: the button on every page, or Shift three times within five
// seconds. The page is blank before the browser goes anywhere, and it is not
// there again when somebody goes back. The browser's history stays as it is.
import { make, type Page, text } from './page.ts';

const PRESSES = 3;
const WITHIN = 5_000;
const FORGET = 5 * 60_000;

/** startExit listens on the whole document, so it outlives a change of language. */
export function startExit(page: () => Page | undefined): void {
  let presses: number[] = [];
  let left = false;
  let hidden = 0;

  const leave = (): void => {
    left = true;
    document.title = '';
    document.body.replaceChildren();
    location.replace('/exit');
  };

  document.addEventListener('click', (event) => {
    if ((event.target as Element).closest('#exit') === null) return;
    event.preventDefault();
    leave();
  });

  document.addEventListener('keydown', (event) => {
    if (event.repeat) return;
    const now = event.timeStamp;
    presses = event.key === 'Shift' ? [...presses.filter((at) => now - at < WITHIN), now] : [];
    if (presses.length >= PRESSES) leave();
    else show(page(), presses.length);
  });

  // A page that comes back from the browser's memory still holds what was typed.
  addEventListener('pagehide', () => {
    hidden = Date.now();
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted && (left || Date.now() - hidden > FORGET)) location.reload();
  });
}

/** show tells how often Shift is still to be pressed: dots for the eye, words for a screen reader. */
function show(page: Page | undefined, presses: number): void {
  const nav = document.querySelector('.escape');
  const [dots, words] = [nav?.querySelector('.dots'), nav?.querySelector('.unseen')];
  if (!dots || !words) {
    if (presses === 0 || nav === null) return;
    const status = make('span', 'unseen');
    status.role = 'status';
    const signs = make('span', 'dots');
    signs.ariaHidden = 'true';
    nav.append(signs, status);
    show(page, presses);
    return;
  }
  dots.textContent = presses === 0 ? '' : '●'.repeat(presses) + '○'.repeat(PRESSES - presses);
  const left = PRESSES - presses;
  words.textContent = presses === 0 || page === undefined ? '' : text(page, 'js.exit.more', { Count: left });
}
