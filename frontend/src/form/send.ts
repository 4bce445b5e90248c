// Sealing and sending a report. This is the chunk that carries the cryptography;
// it is fetched when the first answer is given. Nothing typed leaves the browser
// before it is sealed, and nothing here falls back to another way by itself.

import type { FileEntry } from '../shared/entry.ts';
import { deriveKeys, makeReceipt, type ReceiptKeys } from '../shared/receipt.ts';
import { newOp, seal, toBase64, toKeyText } from '../shared/seal.ts';
import { type Report, reportIn, track } from './answers.ts';
import type { Files } from './attach.ts';
import { isoDay } from './check.ts';
import { later } from './later.ts';
import { answer, type Desk, fieldsOf, nameOf, type Page } from './page.ts';
import { type Answer, named, post, troubleOf, withFiles } from './post.ts';
import { look, showReceipt, writeCode } from './receipt.ts';
import { holdsReceipt } from './secret.ts';

/** A Result says what became of a report, or what is in the way. */
export type Result = { readonly sent: 'accepted' | 'message' } | { readonly trouble: string; readonly plain: boolean };

/** A Sender holds one receipt and what was sealed under it, for as long as the page lives. */
export interface Sender {
  readonly receipt: string;
  /** show writes the receipt in groups. */
  show(code: Element): void;
  /** near prepares what can be prepared before "send" is pressed: the keys, and the page that will show the receipt. */
  near(page: Page): void;
  /** send seals the form's answers and sends them. The same answers again are the same act. */
  send(page: Page, form: HTMLFormElement, files?: Files): Promise<Result>;
  /** done shows the receipt in place of the form. */
  done(page: Page, form: HTMLFormElement, sent: 'accepted' | 'message'): Promise<void>;
}

/** An Act is a sealed call, kept so that sending again sends the same bytes. */
interface Act {
  readonly of: string;
  readonly call: unknown;
}

const guard = () => import('./deadlines.ts');

/** rulesOf gives the address of the deadline rules, which the section of dates carries. */
function rulesOf(within: ParentNode): string {
  return within.querySelector<HTMLElement>('#dates')?.dataset['rules'] ?? '';
}

/** createSender makes a new receipt, unless one is known already that may have been used. */
export function createSender(known?: string): Sender {
  let receipt = known ?? makeReceipt();
  let keys: Promise<ReceiptKeys> | undefined;
  let act: Act | undefined;

  /** envelope fills in what is the same for every act of this receipt. */
  const sealed = async (kind: string, body: Record<string, unknown>, site: string, desk: Desk) => {
    keys ??= deriveKeys(site, receipt);
    const own = await keys;
    const whole =
      kind === 'report' ? { ...body, mailbox: { recipient: own.recipient, mac: toKeyText(own.mac) } } : body;
    const op = newOp();
    const envelope = { v: 1, case: own.caseId, kind, op, seen: '', by: 'browser', at: isoDay(new Date()), body: whole };
    const box = await seal({ ...envelope, v: 1 }, own.mac, [desk.recipient]);
    return { locator: toKeyText(own.locator), op, epoch: desk.epoch, box: toBase64(box) };
  };

  /** again seals only what was not sealed before. */
  const again = async (of: string, make: () => Promise<unknown>): Promise<unknown> => {
    if (act?.of !== of) act = { of, call: await make() };
    return act.call;
  };

  const sendReport = async (page: Page, report: Report, desk: Desk, files: FileEntry[]): Promise<Answer> => {
    const call = await again(JSON.stringify([report, desk.id, desk.epoch, files]), async () => {
      const call = await sealed('report', withFiles(report, files), page.site, desk);
      return { ...call, desk: desk.id, track: track(report), att: named(files) };
    });
    return post('/api/v1/reports', call);
  };

  /** sendMessage puts a changed text behind the report that stands under this receipt already. */
  const sendMessage = async (page: Page, report: Report, files: Files | undefined, on: Element): Promise<Answer> => {
    const { locator } = (await keys) as ReceiptKeys;
    const mailbox = await post('/api/v1/mailbox', { locator: toKeyText(locator) });
    if (mailbox.status !== 200) return mailbox;
    const { desk: id } = mailbox.body as { desk: string };
    const desk = page.desks.find((one) => one.id === id);
    if (desk === undefined) return { status: 409, error: 'epoch', body: undefined };
    // The other report may have gone to another desk; then the files are sealed to that one.
    const list = (await files?.send(page, (await keys) as ReceiptKeys, desk.recipient, on)) ?? [];
    const call = await again(JSON.stringify(['message', report, desk.epoch, list]), async () => {
      const body = withFiles({ text: report.text ?? '', report }, list);
      return { ...(await sealed('message', body, page.site, desk)), att: named(list) };
    });
    return post('/api/v1/messages', call);
  };

  /** renew takes another receipt: the case of the old one was erased, and nothing can be stored under it again. */
  const renew = (form: HTMLFormElement, files?: Files): void => {
    receipt = makeReceipt();
    keys = undefined;
    act = undefined;
    files?.forget();
    const hidden = fieldsOf(form).find((field) => nameOf(field) === 'receipt');
    if (hidden !== undefined) hidden.value = receipt;
    const code = form.querySelector('#shown');
    if (code !== null) writeCode(code, receipt);
  };

  return {
    get receipt() {
      return receipt;
    },
    show(code) {
      writeCode(code, receipt);
    },
    near(page) {
      keys ??= deriveKeys(page.site, receipt);
      later(page).catch(() => undefined);
      import('./picture.ts').catch(() => undefined);
      const send = document.querySelector<HTMLElement>('#send, #keep');
      if (send !== null) {
        import('./record.ts').then((chunk) => chunk.offerRecord(page, send)).catch(() => undefined);
      }
      guard()
        .then((chunk) => chunk.prepare(rulesOf(document)))
        .catch(() => undefined);
    },
    async send(page, form, files) {
      const report = reportIn(page, form);
      const desk = page.desks.find((one) => one.id === answer(form, 'desk')) ?? page.desks[0];
      if (desk === undefined) return { trouble: 'later.unavailable', plain: false };
      try {
        await later(page);
      } catch {
        return { trouble: 'js.offline', plain: false };
      }
      if (holdsReceipt(report.text ?? '')) return { trouble: 'fault.text.receipt', plain: false };
      try {
        keys ??= deriveKeys(page.site, receipt);
        const on = form.querySelector('#send') ?? form;
        const list = (await files?.send(page, await keys, desk.recipient, on)) ?? [];
        let said = await sendReport(page, report, desk, list);
        const message = said.error === 'conflict';
        if (message) said = await sendMessage(page, report, files, on);
        // Too long on the page: the server has swept the files away.
        if (said.error === 'upload') files?.forget();
        if (said.status === 201) return { sent: message ? 'message' : 'accepted' };
        if (said.error === 'erased') {
          renew(form, files);
          return { trouble: 'trouble.erased.text', plain: false };
        }
        return { trouble: troubleOf(said), plain: false };
      } catch (error) {
        const key = (error as { key?: unknown }).key;
        if (typeof key === 'string') return { trouble: key, plain: false };
        return { trouble: 'js.seal.failed', plain: true };
      }
    },
    async done(page, form, sent) {
      const report = reportIn(page, form);
      const rules = rulesOf(form);
      showReceipt(await later(page), form, receipt, report, sent);
      look(page);
      // The receipt is there; what follows from the days is put beside it if it can be had.
      const main = document.getElementById('main') as HTMLElement;
      await guard()
        .then((chunk) => chunk.finish(page, rules, report, main))
        .catch(() => undefined);
    },
  };
}
