// The pages that the first view after unlocking does not need: each is fetched
// when it is first shown.
import { later } from '../components/later.tsx';

/** loadCase fetches the page of a case. */
export function loadCase() {
  return import('./case.tsx').then((m) => m.Case);
}

/** Admin is for an account that holds no key. */
export const Admin = later(() => import('./admin.tsx').then((m) => m.Admin));
/** Board is the list in columns. */
export const Board = later(() => import('./board.tsx').then((m) => m.Board));
/** Workload is who has how much. */
export const Workload = later(() => import('./workload.tsx').then((m) => m.Workload));
/** Access is the page of the member's own access. */
export const Access = later(() => import('./access.tsx').then((m) => m.Access));
/** Export lets a case leave the house. */
export const Export = later(() => import('./export.tsx').then((m) => m.Export));
/** Figures are the live numbers for coordinators. */
export const Figures = later(() => import('./figures.tsx').then((m) => m.Figures));
/** Join makes the key of a newcomer. */
export const Join = later(() => import('./join.tsx').then((m) => m.Join));
/** Ledger is the chain of the office's acts. */
export const Ledger = later(() => import('./ledger.tsx').then((m) => m.Ledger));
/** Case is an open case; it is fetched as soon as the console is open. */
export const Case = later(loadCase);
/** Members is the page of the team and its keys. */
export const Members = later(() => import('./members.tsx').then((m) => m.Members));
/** Offered lists drafts that were found again. */
export const Offered = later(() => import('../components/offered.tsx').then((m) => m.Offered));
/** Recover brings the office back from its sheet. */
export const Recover = later(() => import('./recover.tsx').then((m) => m.Recover));
/** Settings are a member's own. */
export const Settings = later(() => import('./settings.tsx').then((m) => m.Settings));
/** Unpinned tells what the operator has still to do. */
export const Unpinned = later(() => import('./unpinned.tsx').then((m) => m.Unpinned));
/** Setup makes the first coordinator. */
export const Setup = later(() => import('./setup.tsx').then((m) => m.Setup));
/** Statistics counts and releases a year. */
export const Statistics = later(() => import('./statistics.tsx').then((m) => m.Statistics));
