// The receipt page, in the same document: the digits large, ways to keep them,
// and what happens next. The last four digits can be typed back; nobody must.
import { digitsOf, shown } from '../shared/receipt.ts';
import { type Report, track } from './answers.ts';
import { lowered } from './check.ts';
import { button, focusOn, make, type Page, text } from './page.ts';

/** showReceipt puts the page of the template "done" in place of the form. */
export function showReceipt(
  page: Page,
  form: HTMLFormElement,
  receipt: string,
  report: Report,
  sent: 'accepted' | 'message',
): void {
  const template = document.getElementById('done') as HTMLTemplateElement;
  const done = document.importNode(template.content, true);
  const answered = track(report) === 'counselling' ? 'answer' : report['may_ask'] === true ? 'mayask' : 'noanswer';
  const shownParts = [sent, answered, lowered(form) ? 'lowered' : ''];
  for (const part of done.querySelectorAll<HTMLElement>('[data-for]')) {
    if (!shownParts.includes(part.dataset['for'] ?? '')) part.remove();
  }
  const code = done.querySelector('.receipt') as HTMLElement;
  writeCode(code, receipt);
  code.after(...keeping(page, receipt), ...retype(page, receipt, code));
  // What was typed is not needed any more, and the form must not be sent again.
  form.remove();
  template.remove();
  document.querySelector('.languages')?.remove();
  const main = document.getElementById('main') as HTMLElement;
  main.replaceChildren(done);
  document.title = main.querySelector('h1')?.textContent ?? '';
  focusOn(main.querySelector('h1'));
  scrollTo({ top: 0 });
}

/** writeCode writes a receipt as eight groups that can be selected as one text. */
export function writeCode(code: Element, receipt: string): void {
  const groups = shown(receipt).split(' ');
  code.replaceChildren(...groups.flatMap((group, i) => [...(i > 0 ? [' '] : []), make('span', '', group)]));
}

/** keeping offers to copy, print and save. */
function keeping(page: Page, receipt: string): HTMLElement[] {
  const said = make('p', 'kern-hint');
  said.role = 'status';
  const acts = make('p', 'acts');
  if (navigator.clipboard !== undefined) {
    const copy = async (): Promise<void> => {
      await navigator.clipboard.writeText(shown(receipt));
      said.textContent = text(page, 'receipt.copied');
    };
    // A browser that refuses has said so itself; the digits can be selected.
    acts.append(button(text(page, 'receipt.copy'), false, () => void copy().catch(() => undefined)));
  }
  acts.append(
    button(text(page, 'receipt.print'), false, () => print()),
    button(text(page, 'receipt.save'), false, () => save(receipt)),
  );
  return [acts, said];
}

/** save makes a small text file with a name that says nothing. */
function save(receipt: string): void {
  const address = URL.createObjectURL(new Blob([`${shown(receipt)}\r\n`], { type: 'text/plain' }));
  const link = make('a');
  link.href = address;
  link.download = 'notiz.txt';
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** retype asks for the last four digits, in any script of digits. */
function retype(page: Page, receipt: string, code: HTMLElement): HTMLElement[] {
  const group = make('div', 'kern-form-input');
  const label = make('label', 'kern-label', text(page, 'receipt.retype'));
  label.htmlFor = 'retype';
  const field = make('input', 'kern-form-input__input code');
  field.id = 'retype';
  field.inputMode = 'numeric';
  field.dir = 'ltr';
  field.spellcheck = false;
  for (const [name, value] of [
    ['autocomplete', 'off'],
    ['autocorrect', 'off'],
    ['writingsuggestions', 'false'],
    ['translate', 'no'],
    ['aria-describedby', 'retyped'],
  ] as const) {
    field.setAttribute(name, value);
  }
  const said = make('p', 'kern-hint');
  said.id = 'retyped';
  said.role = 'status';
  field.addEventListener('input', () => {
    const digits = digitsOf(field.value);
    const right = digits === receipt.slice(-4);
    if (digits.length < 4) said.textContent = '';
    else said.textContent = text(page, right ? 'receipt.retype.right' : 'receipt.retype.wrong');
    if (digits.length >= 4 && !right) code.scrollIntoView({ block: 'nearest' });
  });
  group.append(label, field, said);
  return [group];
}
