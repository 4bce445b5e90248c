// The views that most days do not need.
import { later } from '../components/later.tsx';

/** Export lets a case leave the house. */
export const Export = later(() => import('./export.tsx').then((m) => m.Export));
/** Help lists the keys. */
export const Help = later(() => import('./help.tsx').then((m) => m.Help));
/** History is the ledger as an admin sees it. */
export const History = later(() => import('./ledger.tsx').then((m) => m.History));
/** Join makes the key of a newcomer. */
export const Join = later(() => import('./join.tsx').then((m) => m.Join));
/** Ledger is the chain of the office's acts. */
export const Ledger = later(() => import('./ledger.tsx').then((m) => m.Ledger));
/** Members is the page of the team and its keys. */
export const Members = later(() => import('./members.tsx').then((m) => m.Members));
/** Palette finds commands and cases. */
export const Palette = later(() => import('./palette.tsx').then((m) => m.Palette));
/** People is the list of accounts. */
export const People = later(() => import('./members.tsx').then((m) => m.People));
/** Recover brings the office back from its sheet. */
export const Recover = later(() => import('./recover.tsx').then((m) => m.Recover));
/** Settings are a member's own. */
export const Settings = later(() => import('./settings.tsx').then((m) => m.Settings));
/** Setup makes the first coordinator. */
export const Setup = later(() => import('./setup.tsx').then((m) => m.Setup));
/** Statistics counts and releases a year. */
export const Statistics = later(() => import('./statistics.tsx').then((m) => m.Statistics));
