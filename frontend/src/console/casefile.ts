// What an opened case means: which events count, what is still unread, what a
// first opening must write. Pure rules on what the worker opened.

import type { CaseFile, Offer, Summary, Waiting } from '../shared/api.ts';
import type { Card } from '../shared/card.ts';
import { type Coding, codes, fields, type Report, readCoding, readReport, text } from './model.ts';
import type { OpenEvent, OpenFile } from './opening.ts';

/** A Deadline is a deadline event as it was written, by hand or by the rules. */
export interface Deadline {
  readonly event: OpenEvent;
  /** The safe day, or "" if the member found that none applies. */
  readonly day: string;
  /** What has to be done until then. */
  readonly act: string;
  readonly note: string;
  /** Other deadlines in the same event, where several run. */
  readonly more: readonly { readonly label: string; readonly day: string; readonly act: string }[];
}

/** A CaseView is a case as the page shows it. */
export interface CaseView {
  readonly summary: Summary;
  readonly moves: readonly Offer[];
  /** A request or withdrawal that waits for a second person. */
  readonly waiting: Waiting | undefined;
  /** A newer program wrote to the case: it can only be read here. */
  readonly readOnly: boolean;
  readonly events: readonly OpenEvent[];
  readonly warnings: OpenFile['warnings'];
  readonly canAnswer: boolean;
  /** The report, if its box opened. */
  readonly report: Report | undefined;
  readonly reportEvent: OpenEvent | undefined;
  readonly coding: Coding | undefined;
  readonly codingEvent: OpenEvent | undefined;
  readonly card: Card | undefined;
  readonly cardEvent: OpenEvent | undefined;
  /** Whether the card names another report than the one that stands there now. */
  readonly replaced: boolean;
  readonly pin: string;
  readonly deadline: Deadline | undefined;
  /** The newest rung: of a consent, else of the report. */
  readonly rung: string;
  /** op of the newest event that the resident's mailbox knows; what an answer has seen. */
  readonly seen: string;
}

/** The kinds that the resident's mailbox knows (protocol.md §5, `seen`). */
const MAILBOX: ReadonlySet<string> = new Set(['report', 'message', 'answer', 'attachment', 'consent', 'withdrawal']);

/** inMailbox says whether the resident may know of the event. */
export function inMailbox(event: OpenEvent): boolean {
  return MAILBOX.has(event.kind) || (event.kind === 'deadline' && event.told);
}

function newest(events: readonly OpenEvent[], kind: string): OpenEvent | undefined {
  return events.findLast((event) => event.kind === kind && event.seal === 'open');
}

function actOf(line: Readonly<Record<string, unknown>>): string {
  const [label, act] = [text(line['label']), text(line['act'])];
  return label === '' ? act : `${label}: ${act}`;
}

/** readDeadline reads a deadline event. */
export function readDeadline(event: OpenEvent): Deadline {
  const by = fields(event.body);
  const more = (Array.isArray(by['more']) ? by['more'] : []).map((one) => ({
    label: text(fields(one)['label']),
    day: text(fields(one)['safe_day']),
    act: actOf(fields(one)),
  }));
  return {
    event,
    day: text(by['safe_day']),
    act: actOf(by),
    note: text(by['note']),
    more: more.filter(({ day }) => day !== ''),
  };
}

/** viewOf folds what the server told and what the worker opened. */
export function viewOf(file: CaseFile, opened: Omit<OpenFile, 'mailbox'> & { readonly canAnswer: boolean }): CaseView {
  const { events, warnings, pin, canAnswer } = opened;
  const reportEvent = events.find((event) => event.kind === 'report');
  const report = reportEvent?.seal === 'open' ? readReport(reportEvent.body) : undefined;
  const codingEvent = newest(events, 'coding');
  const cardEvent = newest(events, 'card');
  const card = cardEvent?.body as Card | undefined;
  const deadline = newest(events, 'deadline');
  const consent = events.findLast((event) => event.kind === 'consent');
  return {
    summary: file.summary,
    moves: file.allowed,
    waiting: file.waiting,
    readOnly: file.readOnly ?? false,
    events,
    warnings,
    canAnswer,
    report,
    reportEvent,
    coding: codingEvent && readCoding(codingEvent.body),
    codingEvent,
    card,
    cardEvent,
    replaced: card !== undefined && card.pin !== '' && pin !== '' && card.pin !== pin,
    pin,
    deadline: deadline && readDeadline(deadline),
    rung: consent?.public.rung ?? report?.rung ?? '',
    seen: events.findLast(inMailbox)?.op ?? '',
  };
}

/** needsAccess says whether opening the case must be recorded: once a member and day, and again after the resident wrote. */
export function needsAccess(view: CaseView, me: string, today: string): boolean {
  const last = view.events.findLast((event) => event.kind === 'access' && event.actor === me && event.day === today);
  if (last === undefined) return true;
  return view.events.some((event) => event.actor === 'resident' && event.rev > last.rev);
}

/** TICKS is the text under which the ticks of a report are recorded, all in one event. */
export const TICKS = 'ticks/1';

/** consentsOf lists the texts, with their versions, that a consent event records. */
export function consentsOf(event: OpenEvent): readonly string[] {
  const inside = codes(event.body['texts']);
  if (inside.length > 0) return inside;
  const open = event.public.text ?? '';
  return open === '' || open.startsWith('ticks/') ? [] : [open];
}

/** consentName drops the version of a consent's text: "art9/1" is "art9". */
export function consentName(id: string): string {
  return id.split('/')[0] ?? id;
}

/** needsTicks says whether the report's ticks must still be recorded as a consent. */
export function needsTicks(view: CaseView): boolean {
  const recorded = view.events.some((event) => event.kind === 'consent' && event.public.text === TICKS);
  return !recorded && (view.report?.consents.length ?? 0) > 0;
}

/** since lists what others wrote after a rev: what a member has to see before sending again. */
export function since(view: CaseView, rev: number, me: string): readonly OpenEvent[] {
  return view.events.filter((event) => event.rev > rev && event.actor !== me && event.kind !== 'access');
}
