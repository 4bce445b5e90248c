// The report that a form says, as the server would read it from the same form
// sent without JavaScript: same names, same rules (publicweb's form.go,
// incident's Settle). A test holds the two against each other.
import { dayOf } from './check.ts';
import { answers, fieldsOf, nameOf, type Page } from './page.ts';

/** A Report is the body of a report's envelope, without its mailbox. What was not answered is left out. */
export interface Report {
  readonly v: 1;
  readonly taxonomy: number;
  readonly lang: string;
  readonly rung: string;
  readonly text?: string;
  readonly [more: string]: unknown;
}

const COUNSELLING = ['answer_me', 'act_for_me', 'pass_on'];

/** track follows from the wish. */
export function track(report: Report): 'counselling' | 'report' {
  return COUNSELLING.includes(report.rung) ? 'counselling' : 'report';
}

/** cleanText makes typed text one form: LF for every line break, no control characters but LF and tab. */
export function cleanText(typed: string): string {
  return (
    typed
      .replace(/\p{Cs}/gu, '\ufffd')
      .replace(/\r\n?|[\u2028\u2029]/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that go
      .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '')
  );
}

const FACTS = 'facts.';

/** All gives what was answered under a name of the form. */
export type All = (name: string) => readonly string[];

/** reportIn reads the report that a form says now. */
export function reportIn(page: Page, form: ParentNode): Report {
  const facts = fieldsOf(form)
    .map(nameOf)
    .filter((name) => name.startsWith(FACTS));
  return reportOf(page, (name) => answers(form, name), facts);
}

/** reportOf reads the answers and settles what one means for another. Facts are the names of the days that deadlines run from. */
export function reportOf(page: Pick<Page, 'taxonomy' | 'lang'>, all: All, facts: readonly string[]): Report {
  const one = (name: string): string => cleanText(all(name)[0] ?? '');
  const wished = one('rung') || 'read_it';
  const consents = all('consents');
  const agreed = consents.some((id) => id.startsWith('art9/'));
  const lowered = COUNSELLING.includes(wished) && !agreed;
  const rung = lowered ? 'read_it' : wished;
  const acts = rung === 'act_for_me' || rung === 'pass_on';
  return {
    v: 1,
    taxonomy: page.taxonomy,
    lang: page.lang,
    rung,
    ...some({
      may_ask: one('may_ask') !== '' || lowered,
      role: one('role'),
      under18: one('under18') !== '',
      text: one('text'),
      manifestations: all('manifestations'),
      areas: all('areas'),
      grounds: all('grounds'),
      respondents: all('respondents'),
      ground_other: one('ground_other'),
      respondent_org: acts ? one('respondent_org') : '',
      place: some({ district: one('place.district'), note: one('place.note') }),
      when: whenOf(one),
      facts: factsOf(facts, one),
      contact: COUNSELLING.includes(rung) ? contactOf(one) : undefined,
      consents,
      pass_on: rung === 'pass_on' ? passOnOf(one) : undefined,
    }),
  };
}

/** some leaves out what says nothing, and is undefined if nothing is left. */
function some(all: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const left = Object.entries(all).filter(
    ([, value]) =>
      value !== undefined && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

type One = (name: string) => string;

function whenOf(one: One): Record<string, unknown> | undefined {
  let [precision, from, to] = [one('when.precision'), dayOf(one('when.from')), dayOf(one('when.to'))];
  const ongoing = one('when.ongoing') !== '';
  if (precision === '' && from === '' && to === '' && !ongoing) return undefined;
  if (precision === '') precision = to !== '' ? 'range' : from !== '' ? 'day' : 'unknown';
  if (precision === 'unknown') from = to = '';
  if (precision === 'day') to = '';
  if (precision === 'month') [from, to] = [from.slice(0, 7), to.slice(0, 7)];
  return some({ precision, from, to, ongoing });
}

function factsOf(names: readonly string[], one: One): Record<string, unknown> | undefined {
  return some(Object.fromEntries(names.map((name) => [name.slice(FACTS.length), dayOf(one(name))])));
}

function contactOf(one: One): Record<string, unknown> | undefined {
  const contact = some({
    way: one('contact.way'),
    value: one('contact.value'),
    safe_times: one('contact.safe_times'),
    leave_message: one('contact.leave_message') !== '',
    interpreter: one('contact.interpreter'),
  });
  if (contact === undefined) return undefined;
  const way = one('contact.way') || 'mailbox';
  // The mailbox needs no address: what was typed for another way is left over.
  return way === 'mailbox' ? some({ way, interpreter: contact['interpreter'] }) : contact;
}

function passOnOf(one: One): Record<string, unknown>[] | undefined {
  const rows = ['', '.2', '.3'].map((row) => ({ to: one(`pass_on.to${row}`), what: one(`pass_on.what${row}`) }));
  const said = rows.filter(({ to, what }) => to !== '' || what !== '');
  return said.length === 0 ? undefined : said.map(({ to, what }) => ({ to, ...some({ what }) }));
}
