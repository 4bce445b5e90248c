// Keeps the place of whoever works with the keyboard. A form that closes, a
// button that was pressed and is gone: the browser drops the focus to the body,
// and Tab begins at the top of the page again. The heading of the part that it
// stood in takes it instead. Views and dialogs move the focus themselves.

/** HEADINGS are what a part of a page begins with. */
const HEADINGS = ['summary', 'h3', 'h2', 'h1', 'header h1'].map((name) => `:scope > ${name}`).join();

/** headingOf gives the heading of the innermost part that is still there. */
function headingOf(path: readonly Element[]): HTMLElement | undefined {
  for (const one of path) {
    const found = one.isConnected ? one.querySelector<HTMLElement>(HEADINGS) : null;
    if (found !== null) return found;
  }
  return undefined;
}

/** keepPlace watches the page until the function that it returns is called. */
export function keepPlace(): () => void {
  let path: readonly Element[] = [];
  let frame = 0;
  const remember = (event: FocusEvent) => {
    const found: Element[] = [];
    for (let one = event.target; one instanceof Element; one = one.parentElement) found.push(one);
    path = found;
  };
  const give = () => {
    if (document.activeElement !== document.body) return;
    const heading = headingOf(path);
    if (heading === undefined) return;
    if (heading.tagName !== 'SUMMARY') heading.tabIndex = -1;
    heading.focus();
  };
  const watch = new MutationObserver(() => {
    if (path[0] === undefined || path[0].isConnected) return;
    cancelAnimationFrame(frame);
    // One frame is for those who move it on purpose.
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(give);
    });
  });
  addEventListener('focusin', remember);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => {
    removeEventListener('focusin', remember);
    watch.disconnect();
    cancelAnimationFrame(frame);
  };
}
