// Another language without loss: the other page is fetched empty, what was typed
// is carried over inside the browser, and the history keeps its one entry.
import { type Field, fieldsOf, isFile, isTick, nameOf } from './page.ts';

/** Carried are the answers of a form, to be put into the same form in another language. */
export type Carried = readonly { readonly name: string; readonly value: string; readonly tick: boolean }[];

/** carry reads all answers of a form. */
export function carry(form: ParentNode): Carried {
  return fieldsOf(form)
    .filter((field) => !isFile(field) && (!isTick(field) || field.checked))
    .map((field) => ({ name: nameOf(field), value: field.value, tick: isTick(field) }));
}

/** unpack puts answers into a form, and opens what would hide them. */
export function unpack(form: ParentNode, carried: Carried): void {
  const ticked = new Set(carried.filter((c) => c.tick).map((c) => `${c.name}=${c.value}`));
  const texts = new Map(carried.filter((c) => !c.tick).map((c) => [c.name, c.value]));
  for (const field of fieldsOf(form)) {
    if (isFile(field)) continue;
    if (isTick(field)) field.checked = ticked.has(`${nameOf(field)}=${field.value}`);
    else if (texts.has(nameOf(field))) field.value = texts.get(nameOf(field)) as string;
    if (isTick(field) ? field.checked : field.value !== '') reveal(field);
  }
}

function reveal(field: Field): void {
  for (let outer = field.closest('details'); outer !== null; outer = outer.parentElement?.closest('details') ?? null) {
    outer.open = true;
  }
}

/** startLanguage listens on the whole document. Before gives what is carried, after builds the new page. */
export function startLanguage<T>(before: () => T, after: (other: Document, kept: T) => void, failed: () => void): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as Element).closest('button[name=lang]');
    const address = link?.getAttribute('formaction');
    // A page that the server opened for somebody carries its own words along.
    if (!address || document.querySelector('[data-name]') === null) return;
    event.preventDefault();
    void fetchPage(address)
      .then((other) => {
        const kept = before();
        replacePage(other, address);
        after(other, kept);
      })
      .catch(failed);
  });
}

/** fetchPage reads a page without running it. Only a request of this kind gives a document under Trusted Types. */
export function fetchPage(address: string): Promise<Document> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('GET', address);
    request.responseType = 'document';
    request.onload = () => {
      if (request.status === 200 && request.responseXML) resolve(request.responseXML);
      else reject(new Error('no page'));
    };
    request.onerror = () => reject(new Error('no connection'));
    request.send();
  });
}

function replacePage(other: Document, address: string): void {
  const root = document.documentElement;
  root.lang = other.documentElement.lang;
  root.dir = other.documentElement.dir;
  document.title = other.title;
  const body = document.importNode(other.body, true);
  // The data block is read from the other document; scripts are not carried.
  for (const script of body.querySelectorAll('script')) script.remove();
  document.body.replaceChildren(...body.childNodes);
  history.replaceState(null, '', address);
}
