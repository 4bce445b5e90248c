import { expect, test } from 'vitest';
import { holdsReceipt } from './secret.ts';

const RECEIPT = '58151125121711811900141244584569';
const groups = (sep: string): string => RECEIPT.replaceAll(/(\d{4})(?=\d)/g, `$1${sep}`);

test.each([
  ['alone', RECEIPT, true],
  ['in a sentence', `Mein Code: ${RECEIPT}.`, true],
  ['in groups', groups(' '), true],
  ['with hyphens, between lines', `a\n${groups(' - ')}\nb`, true],
  ['behind a date', `am 22.11.2026 ${groups(' ')}`, true],
  ['one group a line', groups('\n'), true],
  ['in Arabic digits', [...RECEIPT].map((d) => String.fromCodePoint(0x660 + Number(d))).join(''), true],
  ['with a wrong digit', `${RECEIPT.slice(0, 31)}8`, false],
  ['cut short', RECEIPT.slice(0, 28), false],
  ['inside a longer number', `1${RECEIPT}`, false],
  ['with letters between', groups('a'), false],
  ['telephone numbers', 'Tel. 0711 216 0, 2026', false],
  ['nothing', '', false],
])('a receipt %s', (_, words, found) => {
  expect(holdsReceipt(words)).toBe(found);
});
