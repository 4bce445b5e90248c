// The letter that goes to another body with a person's consent: the words that
// the person has read, and what the consent covers. Nothing else of the case is
// in it, neither its number nor how the person agreed.
import type { Body } from '../shared/api.ts';
import { showDay } from './format.ts';
import type { OpenEvent } from './opening.ts';
import { agreedTo } from './records.ts';
import type { Texts } from './texts.ts';

/** A Letter is what is printed and saved, part by part. */
export interface Letter {
  readonly from: string;
  readonly day: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly words: string;
  /** What the person allowed, and what not. */
  readonly covers: string;
  readonly back: string;
}

/** Sides are the two offices and the day. */
export interface Sides {
  readonly desk: string;
  readonly body: Pick<Body, 'name' | 'contact'>;
  readonly day: string;
}

/** letterOf writes the letter for a consent; the words are those of the consent, whatever a field says. German is the language between offices. */
export function letterOf(german: Texts, consent: OpenEvent, { desk, body, day }: Sides): Letter {
  const { t } = german;
  return {
    from: desk,
    day: showDay(german, day),
    to: [body.name, ...body.contact.split('\n').filter((line) => line !== '')],
    subject: t('handover.subject'),
    words: agreedTo(consent),
    covers: t('handover.covers', { Day: showDay(german, consent.day) }),
    back: t('handover.back', { Desk: desk }),
  };
}

/** letterText is the letter as plain text. */
export function letterText({ from, day, to, subject, words, covers, back }: Letter): string {
  return `${[`${from}\n${day}`, to.join('\n'), subject, words, covers, back].join('\n\n')}\n`;
}
