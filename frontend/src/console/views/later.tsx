// The views that most days do not need, and the answer, which nobody writes before
// they have read.
import { later } from '../components/later.tsx';

/** loadCase fetches the page of a case. */
export function loadCase() {
  return import('./case.tsx').then((m) => m.Case);
}

/** Answer writes to the resident, with its template and its files. */
export const Answer = later(() => import('./answer.tsx').then((m) => m.Answer));
/** AssignDialog gives the chosen cases to a colleague. */
export const AssignDialog = later(() => import('./bulkdialog.tsx').then((m) => m.AssignDialog));
/** Board is the list in columns. */
export const Board = later(() => import('./board.tsx').then((m) => m.Board));
/** HandOver hands all open cases of a member to a colleague. */
export const HandOver = later(() => import('./handover.tsx').then((m) => m.HandOver));
/** LabelDialog labels the chosen cases. */
export const LabelDialog = later(() => import('./bulkdialog.tsx').then((m) => m.LabelDialog));
/** BulkMoveDialog moves the chosen cases. */
export const BulkMoveDialog = later(() => import('./bulkdialog.tsx').then((m) => m.MoveDialog));
/** Workload is who has how much. */
export const Workload = later(() => import('./workload.tsx').then((m) => m.Workload));
/** Conflict is the dialog of a conflict of interest. */
export const Conflict = later(() => import('./conflict.tsx').then((m) => m.Conflict));
/** Access is the page of the member's own access. */
export const Access = later(() => import('./access.tsx').then((m) => m.Access));
/** Export lets a case leave the house. */
export const Export = later(() => import('./export.tsx').then((m) => m.Export));
/** Figures are the live numbers for coordinators. */
export const Figures = later(() => import('./figures.tsx').then((m) => m.Figures));
/** Help lists the keys. */
export const Help = later(() => import('./help.tsx').then((m) => m.Help));
/** History is the ledger as an admin sees it. */
export const History = later(() => import('./ledger.tsx').then((m) => m.History));
/** Join makes the key of a newcomer. */
export const Join = later(() => import('./join.tsx').then((m) => m.Join));
/** Ledger is the chain of the office's acts. */
export const Ledger = later(() => import('./ledger.tsx').then((m) => m.Ledger));
/** Case is an open case; it is fetched as soon as the console is open. */
export const Case = later(loadCase);
/** Marks are follow-up, labels and similar cases. */
export const Marks = later(() => import('./marks.tsx').then((m) => m.Marks));
/** Measures is what the office did for a person. */
export const Measures = later(() => import('./measures.tsx').then((m) => m.Measures));
/** Members is the page of the team and its keys. */
export const Members = later(() => import('./members.tsx').then((m) => m.Members));
/** Palette finds commands and cases. */
export const Palette = later(() => import('./palette.tsx').then((m) => m.Palette));
/** Passkeys are an admin's own. */
export const Passkeys = later(() => import('./passkeys.tsx').then((m) => m.Passkeys));
/** People is the list of accounts. */
export const People = later(() => import('./members.tsx').then((m) => m.People));
/** Recover brings the office back from its sheet. */
export const Recover = later(() => import('./recover.tsx').then((m) => m.Recover));
/** Settings are a member's own. */
export const Settings = later(() => import('./settings.tsx').then((m) => m.Settings));
/** Sessions are an admin's own. */
export const Sessions = later(() => import('./access.tsx').then((m) => m.Sessions));
/** Setup makes the first coordinator. */
export const Setup = later(() => import('./setup.tsx').then((m) => m.Setup));
/** Statistics counts and releases a year. */
export const Statistics = later(() => import('./statistics.tsx').then((m) => m.Statistics));
