// What can be said about answers before they are sent: their faults, by the
// rules of the server, and the list in which people check them. A sealed report
// cannot be checked anywhere else.
import { LIMIT, length } from './count.ts';
import type { Fault } from './errors.ts';
import { answer, answers, fieldsOf, isAsked, isFile, isTick, make, nameOf, type Page, text } from './page.ts';

const LINE = 200;

/** tells says whether anybody would read this form: a text, or one tick beside it. */
function tells(form: ParentNode): boolean {
  return answer(form, 'text').trim() !== '' || answers(form, 'manifestations').length > 0;
}

/** wantsAdvice tells whether an answer is wished for, so that contact matters. */
export function wantsAdvice(form: ParentNode): boolean {
  return ['answer_me', 'act_for_me', 'pass_on'].includes(answer(form, 'rung'));
}

/** lowered tells whether advice is wished for without the consent that it needs. */
export function lowered(form: ParentNode): boolean {
  return wantsAdvice(form) && !answers(form, 'consents').some((id) => id.startsWith('art9/'));
}

/** faultsOf finds the faults of one section, or of the whole form. */
export function faultsOf(form: HTMLFormElement, section: Element = form, today = new Date()): Fault[] {
  const faults: Fault[] = [];
  const at = (id: string, key: string): void => {
    if (section.querySelector(`#${id}`) !== null) faults.push({ id, key });
  };
  if (!tells(form)) at('text', 'js.fault.text');
  if (length(answer(form, 'text')) > LIMIT) at('text', 'js.fault.text.long');
  for (const field of fieldsOf(section)) {
    const line = !isTick(field) && !isFile(field) && field.type !== 'hidden' && field.id !== 'text';
    if (line && isAsked(field) && length(field.value) > LINE) faults.push({ id: field.id, key: 'js.fault.long' });
  }
  const [from, to] = [dayOf(answer(form, 'when.from')), dayOf(answer(form, 'when.to'))];
  // A day ahead, because the sender may be in another time zone.
  const last = isoDay(new Date(today.getTime() + 24 * 3_600_000));
  const unknown = answer(form, 'when.precision') === 'unknown';
  const before = faults.length;
  for (const field of fieldsOf(section)) {
    if (!/^(facts|when)-/.test(field.id) || (unknown && field.id[0] === 'w')) continue;
    const date = dayOf(field.value);
    if (!isDay(date)) at(field.id, 'js.fault.date');
    else if (date > last) at(field.id, 'js.fault.future');
  }
  const ordered = unknown || from === '' || to === '' || to >= from || answer(form, 'when.precision') === 'day';
  if (!ordered && faults.length === before) at('when-to', 'js.fault.order');
  if (section.querySelector('[data-open]') !== null) at('files', 'later.file.unticked');
  const way = answer(form, 'contact.way');
  if (
    wantsAdvice(form) &&
    !lowered(form) &&
    way !== 'mailbox' &&
    way !== '' &&
    answer(form, 'contact.value').trim() === ''
  ) {
    at('contact-value', 'js.fault.contact');
  }
  return faults;
}

/** dayOf reads what a date field gives, and what people type where the browser knows none: 22.11.2026. */
export function dayOf(typed: string): string {
  const found = /^(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})$/.exec(typed.trim());
  if (found === null) return typed.trim();
  const [, day, month, year] = found as unknown as [string, string, string, string];
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function isDay(iso: string): boolean {
  if (iso === '') return true;
  const at = /^\d{4}-\d\d-\d\d$/.test(iso) ? new Date(`${iso}T00:00:00Z`) : undefined;
  return at !== undefined && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(iso);
}

/** isoDay writes the sender's own day, 2026-11-22. */
export function isoDay(at: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** listAnswers fills the check page: each question, what was answered, and a way to change it. */
export function listAnswers(
  page: Page,
  form: HTMLFormElement,
  sections: readonly HTMLElement[],
  change: (section: HTMLElement) => void,
): void {
  const list = form.querySelector('#check dl');
  if (list === null) return;
  list.replaceChildren();
  for (const section of sections) {
    const heading = headingOf(section);
    const item = make('div', 'kern-description-list-item');
    item.append(make('dt', 'kern-description-list-item__key', heading));
    const value = make('dd', 'kern-description-list-item__value');
    const said = answersOf(section);
    for (const words of said) {
      const line = make('p', '', words);
      line.dir = 'auto';
      value.append(line);
    }
    if (said.length === 0) value.append(make('p', 'kern-hint', text(page, 'js.none')));
    const link = make('button', 'kern-link', text(page, 'js.change'));
    link.type = 'button';
    link.ariaLabel = `${text(page, 'js.change')}: ${heading}`;
    link.addEventListener('click', () => change(section));
    value.append(link);
    item.append(value);
    list.append(item);
  }
  form.querySelector('#check .lowered')?.remove();
  if (lowered(form)) list.after(make('p', 'note lowered', text(page, 'js.lowered')));
}

/** headingOf is the question of a section without the word "optional". */
export function headingOf(section: Element): string {
  const heading = section.querySelector('h1, h2');
  return (heading?.firstChild?.textContent ?? heading?.textContent ?? '').trim();
}

/** answersOf lists what a section says, each answer in the words of the page. */
export function answersOf(section: Element): string[] {
  const said: string[] = [];
  for (const field of fieldsOf(section).filter(isAsked)) {
    const label = field.labels?.[0];
    if (isTick(field)) {
      const words = label?.querySelector('.kern-label') ?? label;
      if (field.checked && words) said.push((words.firstChild?.textContent || words.textContent).trim());
    } else if (isFile(field)) {
      said.push(...[...section.querySelectorAll<HTMLElement>('[data-file]')].map((one) => one.dataset['file'] ?? ''));
    } else if (field.value.trim() !== '' && field.type !== 'hidden') {
      const shown = field instanceof HTMLSelectElement ? (field.selectedOptions[0]?.text ?? '') : written(field);
      said.push(nameOf(field) === 'text' ? shown : `${label?.textContent.trim() ?? ''}: ${shown}`);
    }
  }
  return said;
}

/** written is what a field holds; a day as people write it, which stands the same in both writing directions. */
function written(field: HTMLInputElement | HTMLTextAreaElement): string {
  return field.type === 'date' ? field.value.split('-').reverse().join('.') : field.value.trim();
}
