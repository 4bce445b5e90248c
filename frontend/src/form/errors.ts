// Faults: a summary on top that takes the focus, and the same words at each
// field. Nothing that was typed goes.
import { button, focusOn, make, type Page, text } from './page.ts';

/** A Fault is the id of a field or section, and the key of its text. */
export interface Fault {
  readonly id: string;
  readonly key: string;
}

function alert(title: string): { box: HTMLElement; body: HTMLElement } {
  const box = make('div', 'kern-alert kern-alert--danger');
  box.role = 'alert';
  box.tabIndex = -1;
  const head = make('div', 'kern-alert__header');
  const icon = make('span', 'kern-icon kern-icon--danger');
  icon.ariaHidden = 'true';
  head.append(icon, make('h2', 'kern-title', title));
  const body = make('div', 'kern-alert__body');
  box.append(head, body);
  return { box, body };
}

/** clearFaults takes all faults and troubles off the page. */
export function clearFaults(): void {
  for (const old of document.querySelectorAll('#summary, #trouble, .kern-error')) old.remove();
  for (const field of document.querySelectorAll('[aria-invalid]')) {
    field.removeAttribute('aria-invalid');
    const rest = (field.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => !id.endsWith('-error'));
    if (rest.join('') === '') field.removeAttribute('aria-describedby');
    else field.setAttribute('aria-describedby', rest.join(' '));
    field.classList.remove('kern-form-input__input--error');
    field.closest('.kern-form-input')?.classList.remove('kern-form-input--error');
  }
}

/** showFaults puts faults on the page and the focus on their summary. Says may fill texts. */
export function showFaults(page: Page, faults: readonly Fault[], on: Element, say = text): void {
  clearFaults();
  const { box, body } = alert(text(page, 'js.error.title'));
  box.id = 'summary';
  const list = make('ul');
  for (const fault of faults) {
    const words = `${text(page, 'js.error.prefix')} ${say(page, fault.key)}`;
    const link = make('a', 'kern-link', words);
    link.href = `#${fault.id}`;
    const item = make('li');
    item.append(link);
    list.append(item);
    mark(fault.id, words);
  }
  body.append(list);
  on.prepend(box);
  focusOn(box);
}

function mark(id: string, words: string): void {
  const field = document.getElementById(id);
  const group = field?.closest('.kern-form-input');
  if (field === null || !group) return;
  const error = make('p', 'kern-error');
  error.id = `${id}-error`;
  error.append(make('span', 'kern-body', words));
  group.append(error);
  group.classList.add('kern-form-input--error');
  field.classList.add('kern-form-input__input--error');
  field.setAttribute('aria-invalid', 'true');
  field.setAttribute('aria-describedby', `${field.getAttribute('aria-describedby') ?? ''} ${error.id}`.trim());
}

/** A Way out of a trouble: the key of its button, and what it does. */
export interface Way {
  readonly key: string;
  readonly act: () => void;
}

/** showTrouble says what went wrong on the way, and offers ways on. Hint is a key or "". */
export function showTrouble(page: Page, on: Element, key: string, ways: readonly Way[] = [], hint = ''): void {
  clearFaults();
  const { box, body } = alert(text(page, key));
  box.id = 'trouble';
  if (hint !== '') body.append(make('p', '', text(page, hint)));
  const acts = make('p', 'acts');
  acts.append(...ways.map((way, i) => button(text(page, way.key), i === 0, way.act)));
  if (ways.length > 0) body.append(acts);
  on.prepend(box);
  focusOn(box);
}
