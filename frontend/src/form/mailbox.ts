// The mailbox: the receipt opens it here, in the browser. The server is asked by
// a locator that cannot be turned back into the receipt, and answers with sealed
// boxes. Everything that is shown was opened whole or is said to be damaged.
import { deriveKeys, digitsOf, normalise, type ReceiptKeys, shown } from '../shared/receipt.ts';
import { fromBase64, newOp, open as openBox, seal, toBase64, toKeyText } from '../shared/seal.ts';
import { checkSequence, type Warning } from '../shared/sequence.ts';
import { cleanText } from './answers.ts';
import { isoDay } from './check.ts';
import { LIMIT, length, startCount } from './count.ts';
import { clearFaults, showFaults, showTrouble } from './errors.ts';
import { createFilesField } from './files.ts';
import type { Carried } from './language.ts';
import { focusOn, make, type Page, text } from './page.ts';
import { named, post, troubleOf, withFiles } from './post.ts';
import { holdsReceipt } from './secret.ts';
import { type Letter, type Mailbox, type MailboxEvent, passedOn, renderMailbox, withdrawn } from './thread.ts';
import { renderWill, type Wish } from './will.ts';

/** SENT is the key of what is said after a message. */
const SENT = 'mailbox.sent';

type Decision = 'consent' | 'withdrawal';

/** A Decided act has its words inside the seal, and what the server must know outside it. */
interface Decided {
  readonly kind: Decision;
  readonly body: Readonly<Record<string, unknown>>;
  readonly open: object;
}

/** A MailboxScreen is the mailbox page under the script's hand. */
export interface MailboxScreen {
  /** understood says in groups what was typed, or "" while it is no receipt. */
  understood(page: Page, typed: string): string;
  open(page: Page, typed: string): Promise<void>;
  /** translated shows the opened mailbox again after a change of language. */
  translated(page: Page, carried: Carried): void;
}

/**
 * refuse says what is wrong with a receipt, and what may help; at counts letters from 1. The digits stand there in
 * groups, as on paper: a small phone shows half of them in the field.
 */
function refuse(page: Page, main: Element, typed: string, error: string, at = 0): void {
  const key = `mailbox.fault.${error}`;
  showFaults(page, [{ id: 'receipt', key }], main, (on, one) => text(on, one, { At: at }));
  const code = make('p', 'receipt');
  code.dir = 'ltr';
  code.translate = false;
  const digits = digitsOf(typed).slice(0, 48);
  code.append(...(digits === '' ? [] : shown(digits).split(' ')).flatMap((group) => [make('span', '', group), ' ']));
  const body = document.querySelector('#summary .kern-alert__body');
  body?.append(make('p', '', text(page, `${key}.help`)), ...(digits === '' ? [] : [code]));
}

/** createMailbox makes the screen; the receipt lives in it and nowhere else. */
export function createMailbox(): MailboxScreen {
  let receipt = '';
  let keys: ReceiptKeys | undefined;
  let shownPage: Page | undefined;
  let act: { readonly text: string; readonly call: unknown } | undefined;

  const show = async (page: Page, done = '', draft = () => ''): Promise<void> => {
    const main = document.getElementById('main') as HTMLElement;
    shownPage = page;
    keys ??= await deriveKeys(page.site, receipt);
    const own = keys;
    const answer = await post('/api/v1/mailbox', { locator: toKeyText(own.locator) });
    if (answer.status !== 200) {
      showTrouble(page, main, answer.error === 'offline' ? 'mailbox.js.offline' : 'mailbox.js.away');
      return;
    }
    const mailbox = answer.body as Mailbox;
    if (!mailbox.found) {
      refuse(page, main, receipt, 'not_found');
      keys = undefined;
      receipt = '';
      return;
    }
    const letters = await Promise.all(mailbox.events.map((event) => read(own, event)));
    clearFaults();
    // Somebody may have gone on writing until now.
    const rest = draft();
    const typing = document.activeElement instanceof HTMLTextAreaElement;
    files.renew(done === SENT);
    const opened = renderMailbox(page, mailbox, warn(letters), done, async (file, n, on) => {
      const chunk = await import('./enclosure.ts').catch(() => undefined);
      if (chunk === undefined) showTrouble(page, on, 'mailbox.js.offline');
      else await chunk.saveEnclosure(page, own, file, n, on);
    });
    main.replaceChildren(opened.whole);
    if (opened.area !== undefined) {
      const { area, form } = opened;
      area.value = rest;
      startCount(page, area);
      if (form !== undefined) files.take(page, form);
      form?.addEventListener('submit', (event) => {
        event.preventDefault();
        void write(page, own, mailbox, area);
      });
      if (!withdrawn(mailbox)) {
        const decided = (kind: Decision, body: Decided['body'], open: object, on: Element): void =>
          void decide(page, own, mailbox, { kind, body, open }, on, () => area.value);
        const acts = {
          wish: ({ rung, text }: Wish, on: Element) =>
            decided(
              'consent',
              { rung, texts: text === '' ? [] : [text] },
              { rung, ...(text === '' ? {} : { text }) },
              on,
            ),
          withdraw: (on: Element) => decided('withdrawal', { withdraw: true }, {}, on),
        };
        main.append(...renderWill(page, acts));
      }
    }
    document.title = text(page, 'mailbox.yours');
    const on = typing ? opened.area : undefined;
    focusOn(on ?? main.querySelector('h1'));
    if (on === undefined) scrollTo({ top: 0 });
  };

  const files = createFilesField(() => {
    const on = document.querySelector('main form');
    if (on !== null && shownPage !== undefined) showTrouble(shownPage, on, 'js.offline');
  });
  let writing = false;
  const write = async (page: Page, own: ReceiptKeys, mailbox: Mailbox, area: HTMLTextAreaElement): Promise<void> => {
    if (writing) return;
    const section = area.closest('section') as HTMLElement;
    const typed = area.value;
    const words = cleanText(typed);
    const chosen = await files.get().catch(() => 'failed' as const);
    if (chosen === 'failed') {
      showTrouble(page, section, 'js.seal.failed');
      return;
    }
    if (chosen?.undecided()) {
      showFaults(page, [{ id: 'files', key: 'later.file.unticked' }], section);
      return;
    }
    if ((words.trim() === '' && chosen === undefined) || length(words) > LIMIT) {
      const key = words.trim() === '' ? 'mailbox.js.message' : 'js.fault.text.long';
      showFaults(page, [{ id: 'text', key }], section);
      return;
    }
    if (holdsReceipt(words)) {
      showFaults(page, [{ id: 'text', key: 'fault.text.receipt' }], section);
      return;
    }
    writing = true;
    try {
      const desk = page.desks.find((one) => one.id === mailbox.desk);
      if (desk === undefined) {
        showTrouble(page, section, 'later.unavailable');
        return;
      }
      const list = (await chosen?.send(page, own, desk.recipient, section)) ?? [];
      const what = JSON.stringify([words, list]);
      if (act?.text !== what) {
        const op = newOp();
        const envelope = {
          v: 1 as const,
          case: own.caseId,
          kind: 'message',
          op,
          seen: mailbox.head,
          by: 'browser',
          at: isoDay(new Date()),
          body: withFiles({ text: words }, list),
        };
        const box = toBase64(await seal(envelope, own.mac, [desk.recipient]));
        const call = { locator: toKeyText(own.locator), op, epoch: desk.epoch, box, att: named(list) };
        act = { text: what, call };
      }
      const answer = await post('/api/v1/messages', act.call);
      if (answer.error === 'upload') chosen?.forget();
      if (answer.status !== 201) {
        showTrouble(page, section, troubleOf(answer));
        return;
      }
      act = undefined;
      // What was written while this was on its way is no part of it.
      await show(page, SENT, () =>
        (area.value.startsWith(typed) ? area.value.slice(typed.length) : area.value).trimStart(),
      );
    } catch (error) {
      const key = (error as { key?: unknown }).key;
      showTrouble(page, section, typeof key === 'string' ? key : 'js.seal.failed');
    } finally {
      writing = false;
    }
  };

  /** decide seals and sends another wish or a withdrawal. The same decision again is the same act. */
  const decide = async (
    page: Page,
    own: ReceiptKeys,
    mailbox: Mailbox,
    { kind, body, open }: Decided,
    on: Element,
    draft: () => string,
  ): Promise<void> => {
    if (writing) return;
    const desk = page.desks.find((one) => one.id === mailbox.desk);
    if (desk === undefined) return showTrouble(page, on, 'later.unavailable');
    writing = true;
    try {
      const what = JSON.stringify([kind, open, mailbox.head]);
      if (act?.text !== what) {
        const op = newOp();
        const at = isoDay(new Date());
        const envelope = { v: 1 as const, case: own.caseId, kind, op, seen: mailbox.head, by: 'browser', at, body };
        const box = toBase64(await seal(envelope, own.mac, [desk.recipient]));
        act = { text: what, call: { locator: toKeyText(own.locator), op, epoch: desk.epoch, box, ...open } };
      }
      const answer = await post(`/api/v1/${kind}s`, act.call);
      if (answer.status !== 201) return showTrouble(page, on, troubleOf(answer));
      act = undefined;
      await show(page, kind === 'consent' ? 'mailbox.wish.sent' : '', draft);
    } catch {
      showTrouble(page, on, 'js.seal.failed');
    } finally {
      writing = false;
    }
  };

  return {
    understood(page, typed) {
      const read = normalise(typed);
      return read.ok ? text(page, 'mailbox.js.understood', { Code: shown(read.receipt) }) : '';
    },
    async open(page, typed) {
      const read = normalise(typed);
      if (!read.ok) {
        refuse(page, document.getElementById('main') as HTMLElement, typed, read.error, read.at + 1);
        return;
      }
      receipt = read.receipt;
      keys = undefined;
      await show(page);
    },
    translated(page, carried) {
      if (receipt === '') return;
      const draft = carried.find((one) => one.name === 'text')?.value ?? '';
      void show(page, '', () => draft);
    },
  };
}

/** read opens one line, if there is something to open. */
async function read(keys: ReceiptKeys, event: MailboxEvent): Promise<Letter> {
  if (event.box === undefined) return { event, seen: '', body: {}, damaged: false, warnings: [] };
  try {
    const want = { case: keys.caseId, kind: event.kind, op: event.op };
    const { seen, body } = await openBox(fromBase64(event.box), keys.identity, keys.mac, want);
    const code = await codeOf(keys, event, body);
    return { event, seen, body, ...(code !== '' && { code }), damaged: false, warnings: [] };
  } catch {
    return { event, seen: '', body: {}, damaged: true, warnings: [] };
  }
}

/** codeOf opens the code of the mailbox at a desk that something was handed over to; it fails with the whole letter. */
async function codeOf(keys: ReceiptKeys, event: MailboxEvent, body: Letter['body']): Promise<string> {
  const passed = passedOn(body);
  if (passed === undefined) return '';
  const want = { case: keys.caseId, kind: 'handover', op: event.op };
  const inside = await openBox(fromBase64(passed.code), keys.identity, keys.mac, want);
  const read = normalise(String(inside.body['code']));
  if (!read.ok) throw new TypeError('no code');
  return shown(read.receipt);
}

/** warn checks the order of all letters and puts each warning at the line it is about. */
function warn(letters: readonly Letter[]): Letter[] {
  const acts = letters
    .filter(({ event }) => event.kind !== 'access')
    .map(({ event, seen }) => ({ rev: event.rev, kind: event.kind, op: event.op, seen }));
  const warnings: Warning[] = checkSequence(acts);
  return letters.map((letter) => ({ ...letter, warnings: warnings.filter((one) => one.rev === letter.event.rev) }));
}
