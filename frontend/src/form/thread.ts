// What an opened mailbox looks like: where the case stands, what was written by
// whom, and a field to write again. The words are those of the page without
// script. Everything that somebody wrote enters as text.
import type { Warning } from '../shared/sequence.ts';
import { make, type Page, text } from './page.ts';

/** A MailboxEvent is one line as the server tells it. */
export interface MailboxEvent {
  readonly rev: number;
  readonly kind: string;
  /** A day of the office, or a month of the resident. */
  readonly day: string;
  readonly op: string;
  readonly by: 'resident' | 'office';
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
  readonly damaged: boolean;
  readonly warnings: readonly Warning[];
}

/** An Opened page, and where it can be written in if the case is not over. */
export interface Opened {
  readonly whole: DocumentFragment;
  readonly form?: HTMLFormElement;
  readonly area?: HTMLTextAreaElement;
}

/** renderMailbox builds the page of an opened mailbox. */
export function renderMailbox(page: Page, mailbox: Mailbox, letters: readonly Letter[], sent: boolean): Opened {
  const t = (key: string): string => text(page, key);
  const whole = document.createDocumentFragment();
  const heading = make('h1', 'kern-heading-x-large', t('mailbox.yours'));
  heading.tabIndex = -1;
  whole.append(heading);
  if (sent) {
    const said = make('p', 'done', t('mailbox.sent'));
    said.role = 'status';
    whole.append(said);
  }
  if (letters.some((letter) => letter.damaged)) whole.append(make('p', 'note', t('mailbox.js.damaged')));
  if (letters.some((letter) => letter.warnings.some((one) => one.reason !== 'unread'))) {
    whole.append(make('p', 'note', t('mailbox.js.sequence')));
  }
  const state = section(t('mailbox.state'), 'h-state');
  const stands = make('p');
  stands.append(make('strong', '', t(`state.${mailbox.state}`)), ` ${t(`state.${mailbox.state}.next`)}`);
  state.append(stands);
  const thread = section(t('mailbox.thread'), 'h-thread');
  const list = make('ol', 'thread');
  // The later copy of an act that was put in twice is not shown; that it was there is said above.
  const once = letters.filter((letter) => !letter.warnings.some((one) => one.reason === 'double'));
  list.append(...once.map((letter) => entry(page, letter)));
  thread.append(list);
  if (!letters.some((letter) => letter.event.kind === 'answer')) {
    thread.append(make('p', '', t(mailbox.track === 'report' ? 'mailbox.unasked' : 'mailbox.noanswer')));
  }
  whole.append(state, thread, make('p', 'note', t('deadline.notice')));
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
  const acts = make('p', 'acts');
  const send = make('button', 'kern-btn kern-btn--primary');
  send.append(make('span', 'kern-label', text(page, 'mailbox.send')));
  acts.append(send);
  form.append(group, acts, make('p', 'kern-hint', text(page, 'js.way.browser')));
  const write = section(text(page, 'mailbox.write'), 'h-write');
  write.append(form);
  whole.append(write);
  return { form, area };
}

function entry(page: Page, { event, body, damaged, warnings }: Letter): HTMLElement {
  const item = make('li', `entry ${event.kind}`);
  const words = (name: string): string => (typeof body[name] === 'string' ? body[name] : '');
  const say = (key: string, name: 'Day' | 'Month', value: string): string => text(page, key, { [name]: value });
  const own = event.by === 'resident';
  const when = own ? month(page, event.day) : day(page, event.day);
  if (damaged) {
    const title = make('p');
    title.append(make('strong', '', when));
    item.append(title, make('p', 'kern-error', text(page, 'entry.damaged')));
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
  } else if (event.kind === 'deadline') {
    item.append(deadline(page, words('safe_day'), words('act'), when));
  } else {
    const whose = own || event.kind === 'access' ? '' : '.office';
    const kind = event.kind === 'attachment' ? 'file' : event.kind;
    item.append(say(`entry.${kind}${whose}`, own ? 'Month' : 'Day', when));
  }
  for (const { reason } of warnings) {
    item.append(make('p', 'kern-error', text(page, reason === 'unread' ? 'entry.unread' : 'entry.order')));
  }
  return item;
}

function deadline(page: Page, safeDay: string, act: string, told: string): Node {
  if (safeDay === '') return document.createTextNode(text(page, 'entry.deadline.none', { Day: told }));
  const note = make('p', 'note');
  note.append(make('strong', '', text(page, 'entry.deadline', { Day: day(page, safeDay) })));
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

/** day writes 2026-11-22 in words of the page's language, by the same texts as the server. */
export function day(page: Page, iso: string): string {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso);
  if (found === null) return iso;
  const [, year, numeral, date] = found as unknown as [string, string, string, string];
  const name = text(page, `date.month.${Number(numeral)}`);
  return text(page, 'date.long', { Day: Number(date), Month: name, Year: year });
}

/** month writes 2026-11 in words. */
export function month(page: Page, iso: string): string {
  const found = /^(\d{4})-(\d\d)$/.exec(iso);
  if (found === null) return iso;
  const [, year, numeral] = found as unknown as [string, string, string];
  return text(page, 'date.month.year', { Month: text(page, `date.month.alone.${Number(numeral)}`), Year: year });
}
