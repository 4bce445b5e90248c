// The deadline guard of the form: the rules are fetched with the first date, and
// everything is computed here, in the browser. No date leaves it by this.
import { type Deadline, deadlines, type Rules, situationOf, type Told } from '../shared/deadline.ts';
import { type Report, reportIn } from './answers.ts';
import { isoDay } from './check.ts';
import { later } from './later.ts';
import { draftLetter, startLetter } from './letter.ts';
import type { Page } from './page.ts';
import { type Line, showLines } from './told.ts';

const fetched = new Map<string, Promise<Rules>>();

function rulesAt(address: string): Promise<Rules> {
  let rules = fetched.get(address);
  if (rules === undefined) {
    rules = fetch(address, { credentials: 'omit' }).then((answer) => {
      if (!answer.ok) throw new Error('no rules');
      return answer.json() as Promise<Rules>;
    });
    fetched.set(address, rules);
    rules.catch(() => fetched.delete(address));
  }
  return rules;
}

/** prepare fetches the rules, so that a line that breaks after sending cannot keep the deadlines back. */
export async function prepare(address: string): Promise<void> {
  if (address !== '') await rulesAt(address);
}

/** found gives the deadlines that run by what a report says; those that miss a fact are left out. */
async function found(address: string, report: Report, today: string): Promise<readonly Deadline[]> {
  if (address === '') return [];
  const rules = await rulesAt(address);
  return deadlines(rules, situationOf(report as Told, today), today).filter(({ missing }) => missing.length === 0);
}

/** linesOf gives them as they are shown. */
export function linesOf(all: readonly Deadline[]): Line[] {
  return all.map(({ rule, safe, stale, learned, outside }) => ({
    rule: rule.id,
    label: rule.label_de,
    act: rule.act_de ?? '',
    late: rule.late_de ?? '',
    safe,
    verified: rule.verified_on ?? '',
    stale,
    learned,
    outside,
    tariff: rule.collective_agreement_may_differ ?? false,
  }));
}

/** show writes what follows from the days in the form below their fields. */
export async function show(page: Page, form: HTMLFormElement, section: HTMLElement, into: HTMLElement): Promise<void> {
  const report = reportIn(page, form);
  const today = isoDay(new Date());
  const [all] = await Promise.all([found(section.dataset['rules'] ?? '', report, today), later(page)]);
  into.replaceChildren(...([showLines(page, linesOf(all), today)].filter((part) => part !== undefined) as Node[]));
}

/** finish writes the deadlines on the receipt page, and a draft where a claim has to be asserted. */
export async function finish(page: Page, address: string, report: Report, done: ParentNode): Promise<void> {
  const today = isoDay(new Date());
  const all = await found(address, report, today);
  const section = showLines(page, linesOf(all), today);
  if (section !== undefined) done.querySelector('#deadlines')?.replaceWith(section);
  const letter = done.querySelector<HTMLElement>('.letter');
  const draft = draftLetter(all, report, today);
  if (letter === null || draft === '') return;
  letter.hidden = false;
  startLetter(letter, draft);
}
