import { expect, test } from 'vitest';
import { type Act, createReader, PATIENCE, type Press } from './keyboard.ts';

const NONE = { shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, repeat: false, isComposing: false };
const press = (key: string, more: Partial<Press> = {}): Press => ({ key, code: '', ...NONE, ...more });

const TABLE: readonly (readonly [string, Press, Act | undefined])[] = [
  ['j', press('j'), 'next'],
  ['k held down', press('k', { repeat: true }), 'previous'],
  ['a held down', press('a', { repeat: true }), undefined],
  ['caps lock', press('J'), 'next'],
  ['o', press('o'), 'open'],
  ['slash, English', press('/', { code: 'Slash' }), 'search'],
  ['slash, German: shift and 7', press('/', { code: 'Digit7', shiftKey: true }), 'search'],
  ['question mark, English', press('?', { code: 'Slash', shiftKey: true }), 'help'],
  ['question mark, German: shift and ß', press('?', { code: 'Minus', shiftKey: true }), 'help'],
  [
    'bracket, German on Windows: AltGr and 8',
    press('[', { code: 'Digit8', ctrlKey: true, altKey: true }),
    'case-previous',
  ],
  ['bracket, German on a Mac: Option and 6', press(']', { code: 'Digit6', altKey: true }), 'case-next'],
  ['ü, where English has the bracket', press('ü', { code: 'BracketLeft' }), 'case-previous'],
  ['plus, where English has the bracket', press('+', { code: 'BracketRight' }), 'case-next'],
  ['capital ü', press('Ü', { code: 'BracketLeft', shiftKey: true }), undefined],
  ['shift and l', press('L', { shiftKey: true }), 'lock'],
  ['l', press('l'), undefined],
  ['shift and a', press('A', { shiftKey: true }), undefined],
  ['ctrl and k', press('k', { ctrlKey: true }), 'palette'],
  ['command and k', press('k', { metaKey: true }), 'palette'],
  ['ctrl, shift and k belongs to the browser', press('K', { ctrlKey: true, shiftKey: true }), undefined],
  ['ctrl and a', press('a', { ctrlKey: true }), undefined],
  ['ctrl and slash', press('/', { ctrlKey: true }), undefined],
  ['command and bracket', press('[', { code: 'BracketLeft', metaKey: true }), undefined],
  ['alt and d', press('d', { altKey: true }), undefined],
  ['a letter being composed', press('n', { isComposing: true }), undefined],
  ['what every object has', press('constructor', { code: 'toString' }), undefined],
];

test.each(TABLE)('%s', (_name, given, want) => {
  expect(createReader(() => 0)(given)).toBe(want);
});

test('g waits for one letter, and not for ever', () => {
  let now = 0;
  const read = createReader(() => now);
  expect(read(press('g'))).toBeUndefined();
  expect(read(press('m'))).toBe('members');
  expect(read(press('m'))).toBeUndefined();
  read(press('g'));
  expect(read(press('n'))).toBe('note');
  expect(read(press('i'))).toBeUndefined();
  read(press('g'));
  now += PATIENCE + 1;
  expect(read(press('b'))).toBeUndefined();
});
