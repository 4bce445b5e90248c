// The receipt page, in the same document: the digits large, ways to keep them,
// and what happens next. The last four digits can be typed back; nobody must.
import { digitsOf, shown } from '../shared/receipt.ts';
import { type Report, track } from './answers.ts';
import { lowered } from './check.ts';
import { day } from './day.ts';
import { focusOn, make, type Page, text } from './page.ts';
import { saveText } from './save.ts';

/** showReceipt puts the page that was fetched for this in place of the form. */
export function showReceipt(
  other: Document,
  form: HTMLFormElement,
  receipt: string,
  report: Report,
  sent: 'accepted' | 'message',
): void {
  const done = document.createDocumentFragment();
  for (const part of [...other.body.children]) done.append(document.importNode(part, true));
  const answered = track(report) === 'counselling' ? 'answer' : report['may_ask'] === true ? 'mayask' : 'noanswer';
  const shownParts = [sent, answered, lowered(form) ? 'lowered' : ''];
  for (const part of done.querySelectorAll<HTMLElement>('[data-for]')) {
    if (!shownParts.includes(part.dataset['for'] ?? '')) part.remove();
  }
  const code = done.querySelector('.receipt') as HTMLElement;
  writeCode(code, receipt);
  const picture = done.querySelector<HTMLImageElement>('.slip img');
  if (picture !== null) void draw(picture, receipt);
  keep(done, receipt);
  retype(done, receipt, code);
  // What was typed is not needed any more, and the form must not be sent again.
  form.remove();
  document.querySelector('.languages')?.remove();
  const main = document.getElementById('main') as HTMLElement;
  main.replaceChildren(done);
  document.title = other.title;
  focusOn(main.querySelector('h1'));
  scrollTo({ top: 0 });
}

/** draw shows the receipt as a picture, if the chunk for it came in time. */
async function draw(picture: HTMLImageElement, receipt: string): Promise<void> {
  try {
    picture.src = (await import('./picture.ts')).pictureOf(receipt);
  } catch {
    picture.remove();
  }
}

/** look names the day on which a first answer should lie in the mailbox. */
export function look(page: Page): void {
  const line = document.querySelector('[data-act=look]');
  if (line !== null && page.look !== '')
    line.textContent = text(page, 'receipt.look.day', { Day: day(page, page.look) });
}

/** writeCode writes a receipt as eight groups that can be selected as one text. */
export function writeCode(code: Element, receipt: string): void {
  const groups = shown(receipt).split(' ');
  code.replaceChildren(...groups.flatMap((group, i) => [...(i > 0 ? [' '] : []), make('span', '', group)]));
}

/** keep makes the buttons work that copy, print and save. */
function keep(done: DocumentFragment, receipt: string): void {
  const act = (name: string, press: () => void): void =>
    done.querySelector(`[data-act=${name}]`)?.addEventListener('click', press);
  const said = done.querySelector<HTMLElement>('#copied');
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(shown(receipt));
    if (said !== null) said.textContent = said.dataset['text'] ?? '';
  };
  // A browser without this gift keeps its digits selectable; one that refuses has said so itself.
  if (navigator.clipboard === undefined) done.querySelector('[data-act=copy]')?.remove();
  act('copy', () => void copy().catch(() => undefined));
  act('print', () => print());
  act('save', () => saveText('notiz.txt', `${shown(receipt)}\n`));
}

/** retype compares the last four digits, in any script of digits. Nobody must type them. */
function retype(done: DocumentFragment, receipt: string, code: HTMLElement): void {
  const field = done.querySelector<HTMLInputElement>('#retype');
  const said = done.querySelector<HTMLElement>('#retyped');
  if (field === null || said === null) return;
  field.addEventListener('input', () => {
    const digits = digitsOf(field.value);
    const right = digits === receipt.slice(-4);
    said.textContent = digits.length < 4 ? '' : (said.dataset[right ? 'right' : 'wrong'] ?? '');
    if (digits.length >= 4 && !right) code.scrollIntoView({ block: 'nearest' });
  });
}
