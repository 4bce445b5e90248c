import { expect, test } from 'vitest';
import { skeleton, twin } from './names.ts';

const OTHERS = ['A. Yılmaz', 'Jörg Müller', 'Elena Popova', 'Weiß'];

// R13: names that differ only in case, and those that only look different to a machine.
test.each([
  ['a. yılmaz', 'A. Yılmaz'],
  ['A. YILMAZ', 'A. Yılmaz'],
  ['A.Yılmaz ', 'A. Yılmaz'],
  ['Ａ．Ｙｉｌｍａｚ', 'A. Yılmaz'],
  ['А. Yılmaz', 'A. Yılmaz'],
  ['A.\u200b Yı\u00adlmaz', 'A. Yılmaz'],
  ['Jo\u0308rg Mu\u0308ller', 'Jörg Müller'],
  ['Jorg Muller', 'Jörg Müller'],
  ['Еlеnа Ророvа', 'Elena Popova'],
  ['E1ena Popova', 'Elena Popova'],
  ['WEISS', 'Weiß'],
  ['B. Yılmaz', undefined],
  ['Елена Попова', undefined],
  ['', undefined],
  [' . ', undefined],
])('regression R13: %j is taken for %j', (name, want) => {
  expect(twin(name, OTHERS)).toBe(want);
});

test('names of other scripts stay apart', () => {
  expect(new Set(['محمد', 'أحمد', '李', '王', 'Иван', 'Γιώργος'].map(skeleton)).size).toBe(6);
});
