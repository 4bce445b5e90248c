// What an opened mailbox looks like: where the case stands, what was written by
// whom, and a field to write again. The words are those of the page without
// script. Everything that somebody wrote enters as text.
import { type FileEntry, readEntries } from '../shared/entry.ts';
import type { Warning } from '../shared/sequence.ts';
import { isoDay } from './check.ts';
import { day, month } from './day.ts';
import { make, type Page, text } from './page.ts';
import { fullDay, showLines, toldLines } from './told.ts';

/** A MailboxEvent is one line as the server tells it. */
export interface MailboxEvent {
  readonly rev: number;
  readonly kind: string;
  /** A day of the office, or a month of the resident. */
  readonly day: string;
  readonly op: string;
  readonly by: 'resident' | 'office';
  /** The role of who opened the case, where it is known; never a name. */
  readonly role?: string;
  readonly box?: string;
}

/** A Mailbox is what a locator opens. */
export interface Mailbox {
  readonly found: boolean;
  readonly state: string;
  /** Whether advice was wished for: "report" or "counselling". */
  readonly track: string;
  readonly desk: string;
  readonly events: readonly MailboxEvent[];
  /** The op of the newest event that one side wrote to the other. */
  readonly head: string;
}

/** A Letter is a line that was opened, as far as there was something to open. */
export interface Letter {
  readonly event: MailboxEvent;
  readonly seen: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The code of the mailbox at the desk that this was handed over to. */
  readonly code?: string;
  readonly damaged: boolean;
  readonly warnings: readonly Warning[];
}

/** passedOn gives to whom an answer says that something was handed over. */
export function passedOn(body: Letter['body']): { readonly name: string; readonly code: string } | undefined {
  const { name, code } = (body['passed'] ?? {}) as { name?: unknown; code?: unknown };
  return typeof name === 'string' && typeof code === 'string' ? { name, code } : undefined;
}

/** An Opened page, and where it can be written in if the case is not over. */
export interface Opened {
  readonly whole: DocumentFragment;
  readonly form?: HTMLFormElement;
  readonly area?: HTMLTextAreaElement;
}

/** withdrawn says whether everything is to be erased. */
export function withdrawn(mailbox: Mailbox): boolean {
  return mailbox.events.some((event) => event.kind === 'withdrawal');
}

/** A Fetch brings a file of the office onto the device; what it says on the way stands on the element. */
export type Fetch = (file: FileEntry, n: number, on: Element) => Promise<void>;

/** renderMailbox builds the page of an opened mailbox. Done is the key of what has just arrived, or "". */
export function renderMailbox(
  page: Page,
  mailbox: Mailbox,
  letters: readonly Letter[],
  done: string,
  fetch: Fetch,
): Opened {
  const t = (key: string): string => text(page, key);
  const whole = document.createDocumentFragment();
  const heading = make('h1', 'kern-heading-x-large', t('mailbox.yours'));
  heading.tabIndex = -1;
  whole.append(heading);
  if (done !== '') {
    const said = make('p', 'done', t(done));
    said.role = 'status';
    whole.append(said);
  }
  if (letters.some((letter) => letter.damaged)) whole.append(make('p', 'note', t('mailbox.js.damaged')));
  if (letters.some((letter) => letter.warnings.some((one) => one.reason !== 'unread'))) {
    whole.append(make('p', 'note', t('mailbox.js.sequence')));
  }
  const state = section(t('mailbox.state'), 'h-state');
  const gone = withdrawn(mailbox);
  const stands = make('p', gone ? 'note' : '');
  if (gone) {
    stands.role = 'status';
    stands.textContent = t('mailbox.delete.waiting');
  } else stands.append(make('strong', '', t(`state.${mailbox.state}`)), ` ${t(`state.${mailbox.state}.next`)}`);
  state.append(stands);
  const thread = section(t('mailbox.thread'), 'h-thread');
  const list = make('ol', 'thread');
  // The later copy of an act that was put in twice is not shown; that it was there is said above.
  const once = letters.filter((letter) => !letter.warnings.some((one) => one.reason === 'double'));
  list.append(...once.map((letter) => entry(page, letter, fetch)));
  thread.append(list);
  if (!letters.some((letter) => letter.event.kind === 'answer')) {
    const soon = `${t('mailbox.noanswer')} ${text(page, 'receipt.answer', { Count: page.days })}`;
    thread.append(make('p', '', mailbox.track === 'report' ? t('mailbox.unasked') : soon));
  }
  const told = letters.findLast((letter) => letter.event.kind === 'deadline' && !letter.damaged);
  const running = showLines(page, told ? toldLines(told.body) : [], isoDay(new Date()));
  whole.append(state, ...(running === undefined ? [] : [running]), thread, make('p', 'note', t('deadline.notice')));
  if (mailbox.state === 'erased' || mailbox.state === 'anonymised') return { whole };
  return { whole, ...writing(page, whole) };
}

function section(heading: string, id: string): HTMLElement {
  const element = make('section');
  const head = make('h2', 'kern-heading-medium', heading);
  head.id = id;
  element.setAttribute('aria-labelledby', id);
  element.append(head);
  return element;
}

/** writing is the field for a message; it has no name, so no browser can send it by itself. */
function writing(page: Page, whole: DocumentFragment): { form: HTMLFormElement; area: HTMLTextAreaElement } {
  const form = make('form');
  form.id = 'mailbox';
  form.method = 'post';
  form.autocomplete = 'off';
  const group = make('div', 'kern-form-input');
  const label = make('label', 'kern-label', text(page, 'mailbox.message'));
  label.htmlFor = 'text';
  const hint = make('p', 'kern-hint', text(page, 'what.warning'));
  hint.id = 'text-hint';
  const area = make('textarea', 'kern-form-input__input');
  area.id = 'text';
  area.rows = 6;
  area.dataset['name'] = 'text';
  area.spellcheck = false;
  for (const [name, value] of [
    ['aria-describedby', 'text-hint'],
    ['autocomplete', 'off'],
    ['autocorrect', 'off'],
    ['writingsuggestions', 'false'],
    ['translate', 'no'],
    ['dir', 'auto'],
  ] as const) {
    area.setAttribute(name, value);
  }
  group.append(label, hint, area);
  const attach = make('div', 'kern-form-input');
  const choose = make('label', 'kern-label', text(page, 'files.choose'));
  choose.htmlFor = 'files';
  const about = make('p', 'kern-hint', text(page, 'files.hint'));
  about.id = 'files-hint';
  const field = make('input', 'kern-form-input__input');
  field.type = 'file';
  field.id = 'files';
  field.multiple = true;
  field.dataset['name'] = 'files';
  field.setAttribute('aria-describedby', 'files-hint');
  attach.append(choose, about, field);
  const acts = make('p', 'acts');
  const send = make('button', 'kern-btn kern-btn--primary');
  send.append(make('span', 'kern-label', text(page, 'mailbox.send')));
  acts.append(send);
  form.append(group, attach, acts, make('p', 'kern-hint', text(page, 'js.way.browser')));
  const write = section(text(page, 'mailbox.write'), 'h-write');
  write.append(form);
  whole.append(write);
  return { form, area };
}

function entry(page: Page, { event, body, code, damaged, warnings }: Letter, fetch: Fetch): HTMLElement {
  const item = make('li', `entry ${event.kind}`);
  const words = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  const say = (key: string, name: 'Day' | 'Month', value: string): string => text(page, key, { [name]: value });
  const own = event.by === 'resident';
  const when = own ? month(page, event.day) : day(page, event.day);
  if (damaged) {
    const title = make('p');
    title.append(make('strong', '', when));
    item.append(title, make('p', 'kern-error', text(page, 'entry.damaged')));
  } else if (event.kind === 'answer' && code !== undefined) {
    const Desk = passedOn(body)?.name ?? '';
    item.append(
      make('h3', 'kern-heading-small', text(page, 'entry.passed', { Day: when, Desk })),
      make('p', '', text(page, 'entry.passed.words')),
      paragraphs(words('text'), words('lang')),
      make('p', '', text(page, 'entry.passed.code', { Desk })),
      digits(code),
      make('p', 'kern-hint', text(page, 'entry.passed.back')),
    );
  } else if (event.kind === 'answer') {
    item.append(
      make('h3', 'kern-heading-small', say('entry.answer', 'Day', when)),
      paragraphs(words('text'), words('lang')),
    );
    if (words('german') !== '') {
      const more = make('details');
      const summary = make('summary', '', 'Deutsch');
      summary.lang = 'de';
      more.append(summary, paragraphs(words('german'), 'de'));
      item.append(more);
    }
    item.append(...enclosures(page, readEntries(body), fetch));
  } else if (event.kind === 'deadline') {
    item.append(deadline(page, words('safe_day'), words('act'), when));
  } else {
    const opener = event.role === undefined ? '' : `.${event.role}`;
    const whose = event.kind === 'access' ? opener : own ? '' : '.office';
    const kind = event.kind === 'attachment' ? 'file' : event.kind;
    item.append(say(`entry.${kind}${whose}`, own ? 'Month' : 'Day', when));
  }
  for (const { reason } of warnings) {
    item.append(make('p', 'kern-error', text(page, reason === 'unread' ? 'entry.unread' : 'entry.order')));
  }
  return item;
}

/** digits keeps a code in its order, also on pages that run from right to left. */
function digits(code: string): HTMLElement {
  const line = make('p', 'receipt', code);
  line.dir = 'ltr';
  line.translate = false;
  return line;
}

/** enclosures offers the files of an answer; each button does one thing at a time. */
function enclosures(page: Page, files: readonly FileEntry[], fetch: Fetch): HTMLElement[] {
  if (files.length === 0) return [];
  const list = make('ul', 'files');
  files.forEach((file, i) => {
    const line = make('li');
    const size = Math.ceil(file.size / 2 ** 20);
    const save = make('button', 'kern-link', text(page, 'entry.file', { N: i + 1, Size: size }));
    save.type = 'button';
    let busy = false;
    save.addEventListener('click', async () => {
      if (busy) return;
      busy = true;
      await fetch(file, i + 1, line).finally(() => {
        busy = false;
      });
    });
    line.append(save);
    list.append(line);
  });
  return [make('p', 'kern-hint', text(page, 'entry.file.hint')), list];
}

function deadline(page: Page, safeDay: string, act: string, told: string): Node {
  if (safeDay === '') return document.createTextNode(text(page, 'entry.deadline.none', { Day: told }));
  const note = make('p', 'note');
  note.append(make('strong', '', text(page, 'entry.deadline', { Day: fullDay(page, safeDay) })));
  if (act !== '') {
    const words = make('span', '', act);
    words.lang = 'de';
    words.dir = 'auto';
    note.append(' ', words);
  }
  return note;
}

function paragraphs(words: string, lang: string): HTMLElement {
  const element = make('div');
  if (lang !== '') element.lang = lang;
  for (const line of words.split('\n')) {
    if (line.trim() === '') continue;
    const paragraph = make('p', '', line.trim());
    paragraph.dir = 'auto';
    element.append(paragraph);
  }
  return element;
}
