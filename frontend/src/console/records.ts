// What the office did for a person, as records: steps with their results, what
// was handed on and to whom, and the day to look at the case again. A record is
// a note with a form (docs/adr/0020): sealed like every note, and outside the
// seal nothing tells it from one. A newer record of the same thing counts; the
// older ones stay.
import type { Body } from '../shared/api.ts';
import type { CaseView } from './casefile.ts';
import { isDay } from './format.ts';
import { fields, text } from './model.ts';
import type { OpenEvent } from './opening.ts';

/** A Measure is one step that the office took. */
export interface Measure {
  /** op of its first record, by which later ones name it. */
  readonly first: string;
  readonly event: OpenEvent;
  /** A code of the group intervention. */
  readonly type: string;
  readonly day: string;
  /** A code of the group respondent, or "". */
  readonly kind: string;
  /** Whom it went to, in words, or "". */
  readonly target: string;
  /** op of the consent that allows it, or "". */
  readonly consent: string;
  readonly result: string;
  readonly resultDay: string;
}

/** A NewMeasure is what is typed and chosen in the form of a step. */
export interface NewMeasure extends Pick<Measure, 'type' | 'day' | 'kind' | 'target' | 'consent'> {
  /** Whether the coding shall name it too. */
  readonly count: boolean;
}

/** A Handover is what was handed on to a body. */
export interface Handover {
  readonly event: OpenEvent;
  readonly to: string;
  readonly name: string;
  /** Exactly what went. */
  readonly words: string;
  readonly consent: string;
  readonly day: string;
}

/** A Follow is the day to look at the case again. */
export interface Follow {
  readonly event: OpenEvent;
  readonly day: string;
  readonly words: string;
}

function recordOf(event: OpenEvent): Readonly<Record<string, unknown>> | undefined {
  if (event.kind !== 'note' || event.seal !== 'open' || event.body['record'] === undefined) return undefined;
  return fields(event.body['record']);
}

/** isRecord says whether a note is a record: it has its place elsewhere than among the notes. */
export function isRecord(event: OpenEvent): boolean {
  return recordOf(event) !== undefined;
}

function records(view: CaseView, task: string) {
  return view.events.flatMap((event) => {
    const record = recordOf(event);
    return record !== undefined && record['task'] === task ? [{ event, record }] : [];
  });
}

/** measuresOf lists the steps in the order in which they were first recorded, each as it stands now. */
export function measuresOf(view: CaseView): readonly Measure[] {
  const found = new Map<string, Measure>();
  for (const { event, record } of records(view, 'measure')) {
    const of = text(record['of']);
    const first = found.has(of) ? of : event.op;
    found.set(first, {
      first,
      event,
      type: text(record['type']),
      day: text(record['day']),
      kind: text(record['kind']),
      target: text(record['target']),
      consent: text(record['consent']),
      result: text(record['result']),
      resultDay: text(record['result_day']),
    });
  }
  return [...found.values()];
}

/** newMeasure reads the draft of a form, or an empty one. A consent that was taken back since is not chosen any more. */
export function newMeasure(json: string, today: string, consents: readonly OpenEvent[]): NewMeasure {
  const known = fields(json === '' ? {} : JSON.parse(json));
  const consent = text(known['consent']);
  return {
    type: text(known['type']),
    day: text(known['day']) || today,
    kind: text(known['kind']),
    target: text(known['target']),
    consent: consents.some(({ op }) => op === consent) ? consent : '',
    count: known['count'] !== false,
  };
}

/** handoversOf lists what was handed on. */
export function handoversOf(view: CaseView): readonly Handover[] {
  const told = view.events.flatMap((event) => {
    const passed = fields(event.body['passed']);
    if (event.kind !== 'answer' || text(passed['desk']) === '') return [];
    const to = deskBody(text(passed['desk']));
    const [words, consent, day] = [text(event.body['text']), event.public.of ?? '', event.at];
    return [{ event, to, name: text(passed['name']), words, consent, day }];
  });
  const noted = records(view, 'handover').map(({ event, record }) => ({
    event,
    to: text(record['to']),
    name: text(record['name']),
    words: text(record['words']),
    consent: text(record['consent']),
    day: text(record['day']),
  }));
  return [...told, ...noted].sort((a, b) => a.event.rev - b.event.rev);
}

/** DESK begins the id under which a desk of this office stands in the directory. */
const DESK = 'desk:';

/** deskBody gives the id of a desk in the directory. */
export function deskBody(desk: string): string {
  return DESK + desk;
}

/** deskOf gives the desk behind an id of the directory, or "". */
export function deskOf(body: Pick<Body, 'id'>): string {
  return body.id.startsWith(DESK) ? body.id.slice(DESK.length) : '';
}

/** followOf gives the day to look at the case again, if one is set. */
export function followOf(view: CaseView): Follow | undefined {
  const newest = records(view, 'follow').at(-1);
  const day = text(newest?.record['day']);
  return newest !== undefined && isDay(day)
    ? { event: newest.event, day, words: text(newest.record['words']) }
    : undefined;
}

/** The ladder of wishes, lowest first; on the first two nothing of a person may be handed on. */
const RUNGS: readonly string[] = ['count_it', 'read_it', 'answer_me', 'act_for_me', 'pass_on'];

/** silent says whether the person wants to be counted or read, and nothing more. */
export function silent(rung: string): boolean {
  return RUNGS.indexOf(rung) < RUNGS.indexOf('answer_me');
}

/**
 * standing lists the consents that hold: none that was taken back by a later entry for the same body, by a lower wish
 * than when it was given, or by a withdrawal.
 */
export function standing(view: CaseView): readonly OpenEvent[] {
  let found: OpenEvent[] = [];
  for (const event of view.events) {
    if (event.kind === 'withdrawal') found = [];
    if (event.kind !== 'consent') continue;
    const rung = event.public.rung ?? '';
    const lower = (one: OpenEvent) => RUNGS.indexOf(rung) < RUNGS.indexOf(one.public.rung ?? '');
    if (event.actor === 'resident') found = silent(rung) ? [] : found.filter((one) => !lower(one));
    if (event.seal !== 'open') continue;
    const to = text(event.body['to']);
    if (to !== '') found = found.filter((one) => text(one.body['to']) !== to);
    if (event.body['revoked'] !== true) found.push(event);
  }
  return found;
}

/** consentFor gives the standing consent that names the body, unless a desk has got something by it. */
export function consentFor(view: CaseView, body: Pick<Body, 'id'>): OpenEvent | undefined {
  const found = standing(view).find((event) => text(event.body['to']) === body.id);
  const used = view.events.some(({ kind, public: open }) => kind === 'answer' && open.of === found?.op);
  return used ? undefined : found;
}

/** agreedTo gives the words that a consent was given for, or "" if it names none. */
export function agreedTo(consent: OpenEvent | undefined): string {
  return text(consent?.body['what']);
}

/** recordBody makes the body of a note; the words are for who reads notes without knowing records. */
export function recordBody(words: string, record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(record).filter(([, value]) => value !== '');
  return { text: words, record: Object.fromEntries(kept) };
}
