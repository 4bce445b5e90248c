// A deadline in words, the same in form, receipt page and mailbox: the safe day
// only, what to do, and what is not sure about it. Never a verdict that it is over.
import { weekday } from '../shared/civil.ts';
import { day } from './day.ts';
import { make, type Page, text } from './page.ts';

/** A Line is one deadline as a resident sees it. Act and late are the rule's German words. */
export interface Line {
  readonly rule: string;
  readonly label: string;
  readonly act: string;
  readonly late: string;
  readonly safe: string;
  readonly verified: string;
  readonly stale: boolean;
  readonly learned: boolean;
  readonly outside: boolean;
  readonly tariff: boolean;
}

/** fullDay writes a day with its weekday. */
export function fullDay(page: Page, iso: string): string {
  const date = day(page, iso);
  if (date === iso) return iso;
  return text(page, 'date.full', { Weekday: text(page, `date.weekday.${weekday(iso)}`), Date: date });
}

/** showLines makes a section of deadlines, or nothing if there are none. */
export function showLines(page: Page, lines: readonly Line[], today: string): HTMLElement | undefined {
  if (lines.length === 0) return undefined;
  const section = make('section', 'deadlines');
  const heading = make('h2', 'kern-heading-medium', text(page, 'deadline.yours'));
  heading.id = 'h-deadlines';
  section.setAttribute('aria-labelledby', heading.id);
  section.append(heading, ...lines.map((line) => showLine(page, line, today)));
  return section;
}

function showLine(page: Page, line: Line, today: string): HTMLElement {
  const note = make('div', 'note');
  const known = (key: string): string => (page.texts[key] === undefined ? '' : text(page, key));
  const label = (line.rule !== '' && known(`rule.${line.rule}`)) || line.label || text(page, 'deadline.yours');
  note.append(make('h3', 'kern-heading-small', label));
  const past = line.safe !== '' && line.safe < today;
  const say = (words: string, german = false): void => {
    const paragraph = make('p', '', words);
    if (german) paragraph.lang = 'de';
    if (german) paragraph.dir = 'auto';
    if (words !== '') note.append(paragraph);
  };
  if (line.outside) say(text(page, 'deadline.outside'));
  else if (past) {
    say(text(page, 'deadline.past'));
    const late = line.rule === '' ? '' : known(`rule.${line.rule}.late`);
    say(late || line.late, late === '');
  } else {
    const until = make('p');
    until.append(make('strong', '', text(page, 'entry.deadline', { Day: fullDay(page, line.safe) })));
    note.append(until);
    const act = line.rule === '' ? '' : known(`rule.${line.rule}.act`);
    say(act || line.act, act === '');
  }
  if (line.learned) say(text(page, 'deadline.learned'));
  if (/-12-(24|31)$/.test(line.safe) && !past) say(text(page, 'deadline.early'));
  if (line.tariff) say(text(page, 'deadline.tariff'));
  if (line.verified !== '') {
    const stand = text(page, 'deadline.verified', { Day: day(page, line.verified) });
    note.append(make('p', 'kern-hint', line.stale ? `${stand} ${text(page, 'deadline.check')}` : stand));
  }
  return note;
}

/** toldLines reads what the office told in a deadline event: the most pressing one, and more beside it. */
export function toldLines(body: Readonly<Record<string, unknown>>): Line[] {
  const more = Array.isArray(body['more']) ? (body['more'] as unknown[]) : [];
  return [body, ...more]
    .filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null)
    .map(lineOf)
    .filter((line) => line.safe !== '' || line.outside);
}

function lineOf(one: Readonly<Record<string, unknown>>): Line {
  const words = (name: string): string => (typeof one[name] === 'string' ? one[name] : '');
  const yes = (name: string): boolean => one[name] === true;
  return {
    rule: words('rule'),
    label: words('label'),
    act: words('act'),
    late: words('late'),
    safe: words('safe_day'),
    verified: words('verified_on'),
    stale: yes('stale'),
    learned: yes('learned'),
    outside: yes('outside'),
    tariff: yes('tariff'),
  };
}
