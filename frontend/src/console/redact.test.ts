import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact, suspects } from './redact.ts';

const MARK = '[–]';

describe('redact', () => {
  it.each([
    ['Frau Öztürk rief an. ÖZTÜRKS Sohn auch.', ['öztürk'], 'Frau [–] rief an. [–]S Sohn auch.'],
    ['Herr Dr.  Anton\u00a0Beck', ['Anton Beck'], 'Herr Dr.  [–]'],
    ['a.b und axb', ['a.b'], '[–] und axb'],
    ['Anna, Annabell', ['Anna', 'Annabell'], '[–], [–]'],
    ['A\u0308rger', ['Ärger'], '[–]'],
    ['نعم أحمد هنا', ['أحمد'], 'نعم [–] هنا'],
    ['(x) [y] $1 -', ['(x)', '$1', '-'], '[–] [y] [–] [–]'],
    ['Max\u00adMeier', ['Max Meier'], '[–]'],
    ['nichts', ['', '  '], 'nichts'],
  ])('%s', (text, words, want) => {
    expect(redact(text, words, MARK)).toBe(want);
  });

  it('leaves none of the words in any text', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((w) => w.trim() !== '');
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), word, (pieces, name) => {
        const done = redact(pieces.join(name), [name], '\u0000');
        expect(done.includes(name.normalize('NFC').trim())).toBe(false);
      }),
    );
  });

  it('changes nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(redact(text.replaceAll('#', ''), ['#'], MARK)).toBe(text.replaceAll('#', ''));
      }),
    );
  });
});

describe('suspects', () => {
  it('finds what looks like a way to a person', () => {
    const text =
      'Mail an a.b@example.org, Tel. 07621 / 123 456 oder +49 170 1234567; IBAN DE89 3704 0044 0532 0130 00. ' +
      'Hauptstraße 12a, 79539 Lörrach. Siehe https://example.org/x?y=1 und Raum 12 im Jahr 2026.';
    expect(suspects(text)).toEqual([
      'a.b@example.org',
      '07621 / 123 456',
      '+49 170 1234567',
      'DE89 3704 0044 0532 0130 00',
      'Hauptstraße 12a',
      '79539 Lörrach',
      'https://example.org/x?y=1',
    ]);
  });

  it('finds nothing in plain words', () => {
    expect(suspects('Am 3. Mai 2026 um 14:30 sagte er nein. § 19 AGG, 2 von 3.')).toEqual([]);
  });
});
