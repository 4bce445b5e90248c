import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createVeil, plainWord } from './veil.ts';

const LIST = ['kümmel*', '*pack', 'groß', 'wort', 'böse worte', '*mitte*'];
const veil = createVeil(LIST);
const veiled = (text: string) =>
  veil(text)
    .filter((piece) => piece.veiled)
    .map((piece) => piece.text);

test.each([
  ['Das Wort, das man rief.', ['Wort']],
  ['WORT wort wORt', ['WORT', 'wort', 'wORt']],
  ['Antwort, Wortschatz, worte', []],
  ['Wort-Wort', ['Wort', 'Wort']],
  ['Kümmel, Kuemmelbrot, kümmelig, Kummel', ['Kümmel', 'Kuemmelbrot', 'kümmelig', 'Kummel']],
  ['Ku\u0308mmelbrot', ['Ku\u0308mmelbrot']],
  ['groß gross GROSS GROẞ größer', ['groß', 'gross', 'GROSS', 'GROẞ']],
  ['Lumpenpack und Packung', ['Lumpenpack']],
  ['böse Worte, Böse\u00a0worte, boese-worte', ['böse Worte', 'Böse\u00a0worte', 'boese-worte']],
  ['böse. Worte und böse, laute Worte', []],
  ['w\u00ado\u200br\u0336t', ['w\u00ado\u200br\u0336t']],
  ['ｗｏｒｔ', ['ｗｏｒｔ']],
  ['(Wort) „Wort“ 😀Wort😀', ['Wort', 'Wort', 'Wort']],
  ['ausmittendrin', ['ausmittendrin']],
  ['', []],
])('%s', (text, words) => {
  expect(veiled(text)).toEqual(words);
});

const letters = fc.constantFrom(
  ...[
    'w',
    'o',
    'r',
    't',
    'ä',
    'ß',
    'ẞ',
    'İ',
    '\u0308',
    '\u0301',
    '\u00ad',
    '\u200d',
    '\u202e',
    ' ',
    '\n',
    '-',
    '.',
    'ع',
    '😀',
    '\ud83d',
    'Wort',
    'böse',
    'worte',
    'pack',
    'ﬁ',
  ],
);

test('the pieces joined are the text, whatever it is', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(letters).map((parts) => parts.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        const pieces = veil(text);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        expect(pieces.every((piece) => piece.text !== '' || pieces.length === 1)).toBe(true);
      },
    ),
  );
});

test('a listed word between other letters is left, between anything else it is found', () => {
  const edge = fc.constantFrom('', ' ', '.', ',', '!', '„', '(', '\n', '…', '/', '؟', '😀');
  fc.assert(
    fc.property(edge, edge, fc.constantFrom('wort', 'Wort', 'WORT', 'w\u0301ort'), (before, after, word) => {
      expect(veiled(`${before}${word}${after}`)).toEqual([word]);
      expect(veiled(`a${word}b`)).toEqual([]);
    }),
  );
});

test('no word of the shipped list veils what people often write here', () => {
  const file = new URL('../../../config/data/veiled_words.json', import.meta.url);
  const lists = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>;
  const shipped = createVeil(Object.values(lists).flat());
  const plain = [
    'Der Vermieter hat mir wegen meines Namens abgesagt. Im Mongolei-Urlaub war es anders. Ich trage ein Kopftuch.',
    'Als Sinti und Roma, als Juden, als Schwarze, als Menschen mit Behinderung, als trans Frau werden wir so behandelt.',
    'The landlord said no. I live in Coonabarabran and I am a wheelchair user, Pakistani, Jewish, gay.',
    'Ev sahibi beni reddetti. Le propriétaire a refusé. Właściciel odmówił. Арендодатель отказал. رفض المالك.',
    'Mein Sohn geht zur Schule in der Hurenbachstraße und die Transition läuft. Der Negev ist eine Wüste.',
    'Herr Buschmann hat den Asylantrag verloren. Frau Pedersen fährt Gabelstapler, ihr Arm ist spastisch. The road has a curve.',
  ].join(' ');
  expect(shipped(plain).filter((piece) => piece.veiled)).toEqual([]);
  expect(shipped('Er rief „Kümmeltürken“!').filter((piece) => piece.veiled)).toEqual([
    { text: 'Kümmeltürken', veiled: true },
  ]);
});

test('a word under a mountain of marks is cut in time that grows with the text', () => {
  const text = `wo\u0301${'\u0301'.repeat(12_000)}rt`;
  expect(plainWord(text)).toBe('wort');
  expect(veiled(text)).toEqual([text]);
});
