import { expect, test } from 'vitest';
import { letterOf, letterText } from './handover.ts';
import type { OpenEvent } from './opening.ts';
import { createTexts } from './texts.ts';

const CONSENT = {
  day: '2026-11-20',
  body: { to: 'ads', what: 'Jemand bekam eine Wohnung nicht.', how: 'am Telefon mit Frau M.' },
} as unknown as OpenEvent;
const SIDES = {
  desk: 'Stelle Musterstadt',
  body: { name: 'Bundesstelle', contact: 'Telefon 0800\nBerlin' },
  day: '2026-11-22',
};

test('the letter is the words agreed to, what the consent covers, and nothing else of the case', () => {
  expect(letterText(letterOf(createTexts('de'), CONSENT, SIDES))).toBe(`Stelle Musterstadt
22. November 2026

Bundesstelle
Telefon 0800
Berlin

Weitergabe mit Einwilligung

Jemand bekam eine Wohnung nicht.

Die betroffene Person hat am 20. November 2026 zugestimmt, dass Sie genau diesen Text bekommen. Mehr umfasst die Einwilligung nicht. Bitte verwenden Sie ihn nur, um der Person zu helfen, und geben Sie ihn nicht weiter. Die Person kann ihre Einwilligung jederzeit zurücknehmen; dann schreiben wir Ihnen.

Rückfragen bitte an: Stelle Musterstadt
`);
});
