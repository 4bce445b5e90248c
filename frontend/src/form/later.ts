// What is shown after sending. It is fetched before that, so that the form itself
// stays small and a connection that breaks after sending cannot keep the receipt
// back; but not before the last page, since browsers do not remember a page whose
// script asked the network, and somebody may go back and forward with a text.
import { fetchPage } from './language.ts';
import type { Page } from './page.ts';

const pages = new Map<string, Promise<Document>>();

/** later gives that page in the language of the form, and takes in its texts. What failed is tried again. */
export function later(page: Page): Promise<Document> {
  let found = pages.get(page.later);
  if (found === undefined) {
    found = fetchPage(page.later).then((other) => {
      Object.assign(page.texts, JSON.parse(other.getElementById('texts')?.textContent ?? '{}'));
      return other;
    });
    pages.set(page.later, found);
    found.catch(() => pages.delete(page.later));
  }
  return found;
}
