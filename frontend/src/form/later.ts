// What is shown after sending. It is fetched with the first answer, like the
// cryptography, so that the form itself stays small and a connection that breaks
// after sending cannot keep the receipt back.
import { fetchPage } from './language.ts';
import type { Page } from './page.ts';

const pages = new Map<string, Promise<Document>>();

/** later gives that page in the language of the form. What failed is tried again. */
export function later(page: Page): Promise<Document> {
  let found = pages.get(page.later);
  if (found === undefined) {
    found = fetchPage(page.later);
    pages.set(page.later, found);
    found.catch(() => pages.delete(page.later));
  }
  return found;
}
