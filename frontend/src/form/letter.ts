// A draft of the claim in writing (Geltendmachung, AGG §§ 15, 21), made of the
// rule and the dates. It is in German, since it goes to a German employer or
// provider, and it is nowhere but in this page: not stored and not sent.
import type { Deadline } from '../shared/deadline.ts';
import type { Report } from './answers.ts';
import { make } from './page.ts';
import { saveText } from './save.ts';

interface Letter {
  readonly to: string;
  readonly about: string;
  readonly claim: string;
}

const LETTERS: Readonly<Record<string, Letter>> = {
  agg_15_4: {
    to: '[Name und Anschrift des Arbeitgebers]',
    about: 'Geltendmachung von Ansprüchen nach § 15 AGG',
    claim:
      'Ich mache hiermit meine Ansprüche auf Entschädigung und Schadensersatz nach § 15 Absatz 1 und 2 AGG geltend. Die Frist des § 15 Absatz 4 AGG halte ich damit ein.',
  },
  agg_21_5: {
    to: '[Name und Anschrift der anderen Seite]',
    about: 'Geltendmachung von Ansprüchen nach § 21 AGG',
    claim:
      'Ich mache hiermit meine Ansprüche nach § 21 Absatz 1 und 2 AGG geltend: Beseitigung und Unterlassung der Benachteiligung, Schadensersatz und eine angemessene Entschädigung in Geld. Die Frist des § 21 Absatz 5 AGG halte ich damit ein.',
  },
};

/** What each fact says in the letter. */
const FACTS: readonly (readonly [fact: string, sentence: (day: string) => string])[] = [
  ['rejection_received_on', (day) => `am ${day} habe ich Ihre Absage erhalten.`],
  ['written_dismissal_received_on', (day) => `am ${day} habe ich Ihre Kündigung erhalten.`],
  ['violation_ended_on', (day) => `es geht um einen Vorfall, der am ${day} geschah oder endete.`],
  ['knowledge_on', (day) => `am ${day} habe ich erfahren, dass ich benachteiligt wurde.`],
];

function numeric(iso: string): string {
  return iso.split('-').reverse().join('.');
}

/** draftLetter gives the draft for the first claim that still runs, or "" if there is none. */
export function draftLetter(all: readonly Deadline[], report: Report, today: string): string {
  const runs = all.find(({ rule, safe }) => LETTERS[rule.id] !== undefined && safe >= today);
  const letter = LETTERS[runs?.rule.id ?? ''];
  if (runs === undefined || letter === undefined) return '';
  const needed = new Set(runs.rule.start.flatMap(({ needs }) => needs));
  const facts = (report['facts'] ?? {}) as Readonly<Record<string, string>>;
  const told = FACTS.find(([fact]) => facts[fact] !== undefined && (needed.has(fact) || fact.startsWith('written')));
  const first = told ? told[1](numeric(facts[told[0]] ?? '')) : `es geht um einen Vorfall am ${numeric(runs.starts)}.`;
  return [
    '[Ihr Name]\n[Ihre Anschrift]',
    letter.to,
    `[Ort], ${numeric(today)}`,
    letter.about,
    'Sehr geehrte Damen und Herren,',
    first,
    '[Bitte schreiben Sie in wenigen Sätzen, was geschehen ist, und worauf Sie die Benachteiligung zurückführen, zum Beispiel auf Ihre Herkunft, Ihre Religion oder Ihr Alter.]',
    'Ich sehe darin eine Benachteiligung im Sinne des Allgemeinen Gleichbehandlungsgesetzes (AGG).',
    letter.claim,
    'Bitte bestätigen Sie mir schriftlich, dass dieses Schreiben bei Ihnen eingegangen ist, und teilen Sie mir mit, ob Sie die Ansprüche anerkennen.',
    'Mit freundlichen Grüßen\n\n\n[Unterschrift]',
  ].join('\n\n');
}

/** startLetter puts the draft into its field, to be changed, saved or printed. */
export function startLetter(section: HTMLElement, draft: string): void {
  const area = section.querySelector('textarea');
  if (area === null) return;
  area.value = draft;
  section
    .querySelector('[data-act=letter-save]')
    ?.addEventListener('click', () => saveText('schreiben.txt', area.value));
  section.querySelector('[data-act=letter-print]')?.addEventListener('click', () => printLetter(section, area.value));
}

/** printLetter prints the letter alone: a field would be cut at its edge. */
function printLetter(section: HTMLElement, words: string): void {
  const sheet = make('pre', 'sheet', words);
  sheet.lang = 'de';
  sheet.dir = 'ltr';
  section.append(sheet);
  document.body.classList.add('letter-only');
  addEventListener(
    'afterprint',
    () => {
      document.body.classList.remove('letter-only');
      sheet.remove();
    },
    { once: true },
  );
  print();
}
