// The first script of the public site: quick exit on every page, and on the form
// one question a page. The cryptography comes with the first answer. Without
// this script the page is whole; with it no word leaves unsealed.

import { startCount } from './count.ts';
import { startDesk } from './desk.ts';
import { showTrouble, type Way } from './errors.ts';
import { startExit } from './exit.ts';
import { createFilesField } from './files.ts';
import { type Carried, carry, startLanguage, unpack } from './language.ts';
import type { MailboxScreen } from './mailbox.ts';
import {
  fieldsOf,
  focusOn,
  giveNames,
  isFile,
  isTick,
  make,
  nameOf,
  type Page,
  readPage,
  takeNames,
  text,
} from './page.ts';
import type { Sender } from './send.ts';
import { type Place, type Steps, startSteps } from './steps.ts';

let page = readPage();
let sender: Promise<Sender> | undefined;
const place: Place = { id: '', returning: false, seen: [] };
let sending = false;
// A form that came back from the server was sent with its receipt, and that may
// have arrived: the same receipt makes sure that nothing is stored twice.
const known = document.querySelector('#trouble, #summary')
  ? document.querySelector<HTMLInputElement>('form#report input[name=receipt]')?.value
  : undefined;
let mailbox: Promise<MailboxScreen> | undefined;
const files = createFilesField(() => {
  const on = document.querySelector('#attach');
  if (page !== undefined && on !== null) showTrouble(page, on, 'js.offline');
});

startExit(() => page);

// A link inside the page would make a history entry; it moves the focus instead.
document.addEventListener('click', (event) => {
  const id = (event.target as Element).closest('a[href^="#"]')?.getAttribute('href')?.slice(1);
  if (id === undefined) return;
  event.preventDefault();
  focusOn(document.getElementById(id));
});

startLanguage(
  () => ({ answers: carry(formOf('report') ?? formOf('mailbox') ?? document), opened: mailbox }),
  async (other, { answers, opened }) => {
    page = readPage(other);
    start(answers);
    if (page !== undefined) (await opened)?.translated(page, answers);
  },
  () => page && showTrouble(page, document.getElementById('main') as Element, 'js.offline'),
);

start();

/** start takes over the form of this page, if there is one. */
function start(carried?: Carried): void {
  if (page === undefined) return;
  const report = formOf('report');
  if (report !== null) startReport(page, report, carried);
  const typed = formOf('mailbox')?.querySelector<HTMLInputElement>('input#receipt');
  if (typed) startMailbox(page, typed, carried);
}

function formOf(id: string): HTMLFormElement | null {
  return document.querySelector(`form#${id}`);
}

function startReport(page: Page, form: HTMLFormElement, carried?: Carried): void {
  takeNames(form);
  if (carried !== undefined) unpack(form, carried);
  files.take(page, form);
  form.querySelector('.bare')?.remove();
  const way = document.getElementById('way');
  if (way !== null) way.textContent = text(page, 'js.way.browser');
  const area = form.querySelector('textarea');
  if (area !== null) startCount(page, area);
  const steps = startSteps(page, form, place, (section) => {
    if (section.id === 'send' || section.id === 'keep') void arriveAtSend(page, form);
  });
  startDesk(page, form, steps.moved);
  const dates = (): void => {
    import('./dates.ts').then((chunk) => chunk.askDates(page, form, steps.moved)).catch(() => undefined);
  };
  form.addEventListener('change', dates);
  if (carried || known) dates();
  // A failure shows at the end, where something can be done about it.
  form.addEventListener('input', () => void load().catch(() => undefined), { once: true });
  onEnter(form, steps.next);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (place.id === 'send') void send(page, form, steps);
    else steps.next();
  });
}

/** onEnter gives the key back the meaning that it lost: without script it would change the language. */
function onEnter(form: HTMLFormElement, act: () => void): void {
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    if (!(event.target instanceof HTMLInputElement) || isTick(event.target) || isFile(event.target)) return;
    event.preventDefault();
    act();
  });
}

/** load fetches the cryptography and makes the receipt, once. */
function load(): Promise<Sender> {
  sender ??= import('./send.ts').then((chunk) => chunk.createSender(known));
  sender.catch(() => {
    sender = undefined;
  });
  return sender;
}

/** arriveAtSend shows the browser's own receipt in place of the one that the server made. */
async function arriveAtSend(page: Page, form: HTMLFormElement): Promise<void> {
  const code = form.querySelector<HTMLElement>('#shown');
  if (code !== null) code.hidden = true;
  try {
    const own = await load();
    own.near(page);
    const hidden = fieldsOf(form).find((field) => nameOf(field) === 'receipt');
    if (hidden !== undefined) hidden.value = own.receipt;
    if (code !== null) own.show(code);
  } catch {
    failed(page, form, 'js.seal.failed', true);
  }
  if (code !== null) code.hidden = false;
}

async function send(page: Page, form: HTMLFormElement, steps: Steps): Promise<void> {
  if (sending || steps.faulty()) return;
  sending = true;
  document.getElementById('trouble')?.remove();
  const status = make('p', 'kern-hint', text(page, 'js.sending'));
  status.role = 'status';
  form.querySelector('#send')?.append(status);
  try {
    const chosen = await files.get();
    // A file that was still being read may want a tick.
    if (steps.faulty()) return;
    const own = await load();
    const result = await own.send(page, form, chosen);
    if ('sent' in result) await own.done(page, form, result.sent);
    else failed(page, form, result.trouble, result.plain);
  } catch {
    failed(page, form, 'js.seal.failed', true);
  } finally {
    status.remove();
    sending = false;
  }
}

/** failed says what is in the way. Only a press on its button sends without sealing in the browser. */
function failed(page: Page, form: HTMLFormElement, key: string, plain: boolean): void {
  const on = form.querySelector('#send') ?? form;
  showTrouble(page, on, key, plain ? waysOut(form, 'js.seal.plain') : [], plain ? 'js.seal.plain.hint' : '');
}

/** waysOut are to try again, and to let the browser send the form as it is. */
function waysOut(form: HTMLFormElement, plain: string): Way[] {
  const retry = (): void => {
    document.getElementById('trouble')?.remove();
    form.requestSubmit();
  };
  const bare = (): void => {
    giveNames(form);
    // The form has a button called "submit", which hides the method of that name.
    HTMLFormElement.prototype.submit.call(form);
  };
  return [
    { key: 'js.seal.retry', act: retry },
    { key: plain, act: bare },
  ];
}

function startMailbox(page: Page, typed: HTMLInputElement, carried?: Carried): void {
  const form = typed.form as HTMLFormElement;
  takeNames(form);
  if (carried !== undefined) unpack(form, carried);
  const way = document.getElementById('way');
  if (way !== null) way.textContent = text(page, 'mailbox.way.browser');
  const open = async (): Promise<MailboxScreen> => {
    mailbox ??= import('./mailbox.ts').then((chunk) => chunk.createMailbox());
    mailbox.catch(() => {
      mailbox = undefined;
    });
    return mailbox;
  };
  const understood = make('p', 'kern-hint');
  understood.role = 'status';
  typed.after(understood);
  typed.addEventListener('input', async () => {
    const words = await open()
      .then((screen) => screen.understood(page, typed.value))
      .catch(() => '');
    understood.textContent = words;
  });
  onEnter(form, () => form.requestSubmit());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    open()
      .then((screen) => screen.open(page, typed.value))
      .catch(() =>
        showTrouble(page, form, 'mailbox.js.failed', waysOut(form, 'mailbox.js.plain'), 'mailbox.js.plain.hint'),
      );
  });
}
