// A case as something that leaves the house: on paper, or as one file that any
// browser shows. Which parts go along is a member's choice; words that were
// taken out are gone from the model, so neither screen, copy nor file has them.
import { type CaseView, inMailbox } from './casefile.ts';
import { addDays, shortId, showDay } from './format.ts';
import { text } from './model.ts';
import type { OpenEvent } from './opening.ts';
import { redact, suspects } from './redact.ts';
import type { Texts } from './texts.ts';

/** The parts of a case that can go along, in their order on paper. */
export const PARTS = ['words', 'answers', 'contact', 'thread', 'deadlines', 'coding', 'notes', 'timeline'] as const;
/** A Part is one of them. */
export type Part = (typeof PARTS)[number];

/** What goes along unless a member says otherwise: nothing that tells who the person is, nothing internal. */
export const USUAL: readonly Part[] = ['words', 'answers', 'deadlines'];

/** An Item is one line or text; without a term it stands for itself. */
export interface Item {
  readonly term: string;
  readonly words: string;
}

/** A Chapter is one part with its heading. */
export interface Chapter {
  readonly part: Part;
  readonly title: string;
  readonly items: readonly Item[];
}

/** A Copy is what goes out. */
export interface Copy {
  readonly title: string;
  readonly chapters: readonly Chapter[];
  /** Who made it, when, and whether something was taken out. */
  readonly foot: string;
}

/** Names is what a copy is written with: the texts, and the names that the office gave. */
export interface Names {
  readonly texts: Texts;
  readonly office: {
    readonly label: (group: string, code: string) => string;
    readonly district: (code: string) => string;
    readonly nameOf: (member: string) => string;
    readonly desk: (id: string) => { readonly name: string } | undefined;
  };
}

/** A Choice is what a member decided for one copy. */
export interface Choice {
  readonly parts: readonly Part[];
  readonly hidden: readonly string[];
  readonly by: string;
  readonly day: string;
}

/** contactWords are the ways to the person: they go unless the member sends the contact along. */
export function contactWords(view: CaseView): readonly string[] {
  const value = view.report?.contact.value ?? '';
  return value === '' ? [] : [value];
}

/** copyOf makes the copy; a part in which nothing stands is left out. */
export function copyOf(view: CaseView, choice: Choice, names: Names): Copy {
  const { t } = names.texts;
  const veiled = choice.parts.includes('contact') ? [] : contactWords(view);
  const hidden = [...choice.hidden, ...veiled];
  const clean = (words: string) => redact(words, hidden, t('export.mark'));
  const chapters = PARTS.filter((part) => choice.parts.includes(part)).map((part) => ({
    part,
    title: t(`export.part.${part}`),
    items: MAKERS[part](view, names)
      .filter((item) => item.words !== '')
      .map((item) => ({ term: item.term, words: clean(item.words) })),
  }));
  const foot = t('export.foot', { Day: showDay(names.texts, choice.day), Who: choice.by });
  return {
    title: t('export.heading', {
      Id: shortId(view.summary.case),
      Office: names.office.desk(view.summary.desk)?.name ?? '',
    }),
    chapters: chapters.filter((chapter) => chapter.items.length > 0),
    foot: hidden.length > 0 ? `${foot} ${t('export.foot.redacted')}` : foot,
  };
}

/** suspectsOf lists what a member may want to take out: what looks like a way to somebody, and the names that stand in their own fields. */
export function suspectsOf(view: CaseView, parts: readonly Part[], names: Names): readonly string[] {
  const own = [
    view.report?.respondentOrg ?? '',
    ...contactWords(view),
    ...(view.report?.passOn ?? []).map((to) => to.to),
  ];
  const all = parts.flatMap((part) => MAKERS[part](view, names).map((item) => item.words)).join('\n');
  const stands = own.filter((words) => words !== '' && all.includes(words));
  return [...new Set([...stands, ...suspects(all)])];
}

const MAKERS: Readonly<Record<Part, (view: CaseView, names: Names) => readonly Item[]>> = {
  words: (view) => [{ term: '', words: view.report?.text ?? '' }],
  answers,
  contact(view, { texts }) {
    const { way, value, safeTimes, interpreter } = view.report?.contact ?? {
      way: '',
      value: '',
      safeTimes: '',
      interpreter: '',
    };
    return [
      { term: way === '' ? '' : texts.label('contact', way), words: value },
      { term: texts.t('told.times'), words: safeTimes },
      { term: texts.t('told.interpreter'), words: interpreter && texts.label('lang', interpreter) },
    ];
  },
  thread: (view, names) =>
    written(
      view.events.filter((event) => inMailbox(event) && event.kind !== 'report'),
      names,
    ),
  deadlines(view, { texts }) {
    const found = view.deadline;
    if (found === undefined || found.day === '') return [];
    const until = texts.t('deadline.until', { Day: showDay(texts, found.day) });
    return [
      { term: until, words: found.act },
      ...found.more.map((one) => ({ term: showDay(texts, one.day), words: one.label })),
    ];
  },
  coding,
  notes: (view, names) =>
    written(
      view.events.filter((event) => event.kind === 'note'),
      names,
    ),
  timeline: (view, { texts, office }) =>
    view.events.map((event) => ({
      term: `${event.rev} · ${showDay(texts, event.day)}`,
      words: [
        texts.label('kind', event.kind),
        texts.label('state', event.state),
        actorOf(event, { texts, office }),
      ].join(' · '),
    })),
};

function actorOf(event: OpenEvent, { texts, office }: Names): string {
  if (event.actor === 'resident') return texts.t('thread.resident');
  return event.actor === 'system' ? texts.t('actor.system') : office.nameOf(event.actor);
}

function written(events: readonly OpenEvent[], names: Names): readonly Item[] {
  const { texts } = names;
  return events.map((event) => ({
    term: `${texts.label('kind', event.kind)} · ${showDay(texts, event.at || event.day)} · ${actorOf(event, names)}`,
    words: event.seal === 'open' || event.seal === 'none' ? text(event.body['text']) : texts.t(`seal.${event.seal}`),
  }));
}

function answers(view: CaseView, { texts, office }: Names): readonly Item[] {
  const report = view.report;
  if (report === undefined) return [];
  const { t } = texts;
  const list = (group: string, codes: readonly string[]) => codes.map((code) => office.label(group, code)).join(', ');
  const { from, to } = report.when;
  const when = from !== '' && to !== '' && from !== to;
  return [
    { term: t('told.role'), words: report.role && office.label('reporter_role', report.role) },
    { term: t('told.manifestations'), words: list('manifestation', report.manifestations) },
    { term: t('told.areas'), words: list('life_area', report.areas) },
    { term: t('told.grounds'), words: list('ground', report.grounds) },
    { term: t('told.ground_other'), words: report.groundOther },
    { term: t('told.respondents'), words: list('respondent', report.respondents) },
    { term: t('told.org'), words: report.respondentOrg },
    {
      term: t('told.when'),
      words: when
        ? t('told.range', { From: showDay(texts, from), To: showDay(texts, to) })
        : showDay(texts, from || to),
    },
    { term: t('told.district'), words: report.district && office.district(report.district) },
    { term: t('told.place'), words: report.placeNote },
    ...report.facts.map(([id, day]) => ({ term: texts.label('fact', id), words: showDay(texts, day) })),
  ];
}

function coding(view: CaseView, { texts, office }: Names): readonly Item[] {
  const found = view.coding;
  if (found === undefined) return [];
  const { t } = texts;
  const list = (group: string, codes: readonly string[]) => codes.map((code) => office.label(group, code)).join(', ');
  return [
    { term: t('coding.grounds'), words: list('ground', [...found.grounds, ...found.groundsMore]) },
    {
      term: t('coding.area'),
      words: list(
        'life_area',
        [found.area, ...found.areasMore].filter((code) => code !== ''),
      ),
    },
    { term: t('told.respondents'), words: found.respondent && office.label('respondent', found.respondent) },
    { term: t('coding.outcome'), words: found.outcome && office.label('outcome', found.outcome) },
  ];
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markup(words: string): string {
  return words.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}

function lines(words: string): string {
  return words
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `<p dir="auto">${markup(line)}</p>`)
    .join('\n');
}

/** copyFile writes the copy as one HTML file without script, picture or link: nothing in it can ask anybody for anything. */
export function copyFile(copy: Copy, lang: string): string {
  const chapters = copy.chapters.map((chapter) => {
    const items = chapter.items.map(
      (item) => `${item.term === '' ? '' : `<h3 dir="auto">${markup(item.term)}</h3>\n`}${lines(item.words)}`,
    );
    return `<section>\n<h2>${markup(chapter.title)}</h2>\n${items.join('\n')}\n</section>`;
  });
  return `<!DOCTYPE html>
<html lang="${markup(lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${markup(copy.title)}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;margin:2rem auto;max-inline-size:42rem;padding-inline:1rem;overflow-wrap:anywhere}h2{border-block-end:1px solid;margin-block-start:2rem}h3{font-size:1rem;margin-block-end:0}p{margin-block:.25rem}footer{border-block-start:1px solid;margin-block-start:2rem;padding-block-start:.5rem}</style>
</head>
<body>
<main>
<h1>${markup(copy.title)}</h1>
${chapters.join('\n')}
</main>
<footer><p>${markup(copy.foot)}</p></footer>
</body>
</html>
`;
}

/** RAW_DAYS is for how many days a second person's yes to a raw export holds (the server's rule). */
const RAW_DAYS = 7;

/** A RawState says how far the way to a raw export is: `mine` waits for somebody else, `theirs` waits for this coordinator. */
export type RawState = 'ask' | 'mine' | 'theirs' | 'other' | 'granted';

/** rawState tells it from the events of the case. */
export function rawState(
  view: CaseView,
  me: { readonly member: string; readonly role: string },
  today: string,
): RawState {
  const granted = view.events.some((event) => {
    if (event.kind !== 'approval' || event.public.act !== 'export' || event.actor === me.member) return false;
    const asked = view.events.find((other) => other.op === event.public.of);
    return asked?.actor === me.member && today <= addDays(event.day, RAW_DAYS);
  });
  if (granted) return 'granted';
  if (view.waiting === undefined) return 'ask';
  if (view.waiting.act !== 'export') return 'other';
  if (view.waiting.by === me.member) return 'mine';
  return me.role === 'coordinator' ? 'theirs' : 'other';
}
