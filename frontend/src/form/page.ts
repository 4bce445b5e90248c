// What the server told this page beside its words: the texts of the script, the
// pinned keys, the site. And the few moves on the document that all parts share.

/** A Desk is one that can be chosen, with its key of today. */
export interface Desk {
  readonly id: string;
  readonly epoch: number;
  readonly recipient: string;
  /** Codes about which this desk would judge its own house. */
  readonly conflict: readonly string[];
}

/** Page is the data block of the page. Texts are plain, or one for each plural of the language. */
export interface Page {
  readonly site: string;
  readonly lang: string;
  readonly taxonomy: number;
  readonly desks: readonly Desk[];
  /** Address of what is shown after sending; empty on the mailbox. */
  readonly later: string;
  readonly texts: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  /** Working days until a first answer, on the mailbox. */
  readonly days: number;
  /** The day to look again, on the form; "" if it is not known. */
  readonly look: string;
}

/** readPage reads the data block of a document; a page without one has no script of its own. */
export function readPage(from: Document = document): Page | undefined {
  const block = from.getElementById('data');
  if (block === null) return undefined;
  const { days, look = '' } = block.dataset;
  return { ...(JSON.parse(block.textContent) as Page), days: Number(days), look };
}

/** text gives a text in the page's language. Count chooses the plural; a missing text shows its key. */
export function text(page: Page, key: string, args: Readonly<Record<string, string | number>> = {}): string {
  const found = page.texts[key] ?? key;
  let words = typeof found === 'string' ? found : (found['other'] ?? key);
  if (typeof found !== 'string' && args['Count'] !== undefined) {
    words = found[new Intl.PluralRules(page.lang).select(Number(args['Count']))] ?? words;
  }
  return words.replace(/\{\{\.(\w+)\}\}/g, (_, name: string) => String(args[name] ?? ''));
}

/** make makes an element with a class and a text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  words = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  element.textContent = words;
  return element;
}

/** button makes a button that sends nothing by itself. */
export function button(words: string, primary: boolean, act: () => void): HTMLButtonElement {
  const element = make('button', `kern-btn kern-btn--${primary ? 'primary' : 'secondary'}`);
  element.type = 'button';
  element.append(make('span', 'kern-label', words));
  element.addEventListener('click', act);
  return element;
}

/** focusOn moves focus to an element, or to the heading of a section. */
export function focusOn(target: Element | null): void {
  const goal = target?.matches('section') ? target.querySelector('[tabindex]') : target;
  (goal as HTMLElement | null)?.focus();
  goal?.scrollIntoView({ block: 'nearest' });
}

/** A Field is anything in a form that holds an answer. */
export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** fieldsOf lists the fields of a form or of one section. */
export function fieldsOf(within: ParentNode): Field[] {
  return [...within.querySelectorAll<Field>('input:not([data-own], [data-if][hidden] *), textarea, select')];
}

/** isAsked is false for a field that another answer makes meaningless; the style sheet hides it, and it is not sent. */
export function isAsked(field: Field): boolean {
  return getComputedStyle(field.closest('.kern-form-input, .kern-form-check') ?? field).display !== 'none';
}

/** nameOf is the name of a field, which the script has taken away from the browser. */
export function nameOf(field: Field): string {
  return field.dataset['name'] ?? field.name;
}

/** isFile tells the field for files, whose value nobody can set. */
export function isFile(field: Field): field is HTMLInputElement {
  return field.type === 'file';
}

/** isTick tells boxes and radio buttons from what holds text. */
export function isTick(field: Field): field is HTMLInputElement {
  return field.type === 'checkbox' || field.type === 'radio';
}

/** answers lists what was answered under a name: codes of ticks, or the text. */
export function answers(form: ParentNode, name: string): string[] {
  return fieldsOf(form)
    .filter((field) => nameOf(field) === name && (!isTick(field) || field.checked))
    .map((field) => field.value)
    .filter((value) => value !== '');
}

/** answer is the first of them, or "". */
export function answer(form: ParentNode, name: string): string {
  return answers(form, name)[0] ?? '';
}

/**
 * takeNames takes the name away from every field but radio buttons, which need it
 * to be a group: a form that the browser sends by accident then carries no word.
 */
export function takeNames(form: HTMLFormElement): void {
  for (const field of fieldsOf(form)) {
    if (field.type === 'radio' || field.name === '') continue;
    field.dataset['name'] = field.name;
    field.removeAttribute('name');
  }
}

/** giveNames puts the names back, for somebody who chose to send without sealing in the browser. */
export function giveNames(form: HTMLFormElement): void {
  for (const field of fieldsOf(form)) field.name = nameOf(field);
}
