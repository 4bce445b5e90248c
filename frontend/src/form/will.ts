// Beside the message: another wish, and that everything be erased. The words are
// those of the page without script.
import { clearFaults, showFaults } from './errors.ts';
import { answer, button, focusOn, make, type Page, text } from './page.ts';

const RUNGS = ['count_it', 'read_it', 'answer_me', 'act_for_me', 'pass_on'];
const ADVISED = new Set(RUNGS.slice(2));
const ART9 = 'art9/1';

/** A Wish is another step of what somebody allows; text is what was agreed to, or "". */
export interface Wish {
  readonly rung: string;
  readonly text: string;
}

/** Acts are what the sections lead to; on is where a trouble is shown. */
export interface Acts {
  wish(wish: Wish, on: Element): void;
  withdraw(on: Element): void;
}

/** renderWill makes both sections. */
export function renderWill(page: Page, acts: Acts): HTMLElement[] {
  return [wishSection(page, acts), deleteSection(page, acts)];
}

function section(page: Page, key: string, id: string): HTMLElement {
  const whole = make('section');
  const head = make('h2', 'kern-heading-medium', text(page, key));
  head.id = id;
  head.tabIndex = -1;
  whole.setAttribute('aria-labelledby', id);
  whole.append(head);
  return whole;
}

function wishSection(page: Page, acts: Acts): HTMLElement {
  const whole = section(page, 'mailbox.wish', 'h-wish');
  whole.id = 'wish';
  const more = make('details');
  const form = make('form');
  form.autocomplete = 'off';
  const options = make('div', 'opts');
  options.role = 'radiogroup';
  options.setAttribute('aria-labelledby', 'h-wish');
  options.append(...RUNGS.map((rung) => option(page, rung)));
  const agreed = tick('checkbox', 'consents', ART9);
  const label = make('label', 'kern-label', text(page, `consent.${ART9}`));
  agreed.id = 'art9';
  label.htmlFor = 'art9';
  const agree = make('div', 'kern-form-check');
  agree.append(agreed, label);
  const send = make('button', 'kern-btn kern-btn--secondary');
  send.append(make('span', 'kern-label', text(page, 'mailbox.wish.send')));
  const row = make('p', 'acts');
  row.append(send);
  form.append(options, agree, row);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const rung = answer(form, 'rung');
    if (rung === '') showFaults(page, [{ id: `will-${RUNGS[0]}`, key: 'fault.rung' }], whole);
    else if (ADVISED.has(rung) && !agreed.checked) showFaults(page, [{ id: 'art9', key: 'fault.consent' }], whole);
    else acts.wish({ rung, text: ADVISED.has(rung) ? ART9 : '' }, whole);
  });
  more.append(make('summary', '', text(page, 'mailbox.wish.hint')), form);
  whole.append(more);
  return whole;
}

function tick(type: 'radio' | 'checkbox', name: string, value: string): HTMLInputElement {
  const input = make('input', `kern-form-check__${type}`);
  input.type = type;
  // A radio button needs its name to be one of a group; nothing here is sent by the browser itself.
  if (type === 'radio') input.name = name;
  input.dataset['name'] = name;
  input.value = value;
  return input;
}

function option(page: Page, rung: string): HTMLElement {
  const label = make('label', 'kern-form-check');
  const words = make('span', 'kern-label', `${text(page, `rung.${rung}`)} `);
  words.append(make('small', '', text(page, `rung.${rung}.line`)));
  const radio = tick('radio', 'rung', rung);
  radio.id = `will-${rung}`;
  label.append(radio, words);
  return label;
}

/** deleteSection asks once more before it does anything. */
function deleteSection(page: Page, acts: Acts): HTMLElement {
  const whole = section(page, 'mailbox.delete', 'h-delete');
  const head = whole.firstElementChild as HTMLElement;
  const what = make('p', '', text(page, 'mailbox.delete.what'));
  const row = make('p', 'acts');
  const ask = button(text(page, 'mailbox.delete'), false, () => {
    // What was missing for another act is no longer asked for.
    clearFaults();
    head.textContent = text(page, 'mailbox.delete.sure');
    row.replaceChildren(no, yes);
    focusOn(head);
  });
  const no = button(text(page, 'mailbox.delete.no'), false, () => {
    head.textContent = text(page, 'mailbox.delete');
    row.replaceChildren(ask);
    focusOn(ask);
  });
  const yes = button(text(page, 'mailbox.delete.yes'), true, () => acts.withdraw(whole));
  row.append(ask);
  whole.append(what, row);
  return whole;
}
