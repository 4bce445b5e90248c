import { expect, test } from 'vitest';
import { caseOf, createDrafts, draftKey } from './drafts.ts';

test('a dump forgets, a restore brings back', () => {
  const drafts = createDrafts();
  drafts.set(draftKey('a', 'answer'), 'Guten Tag');
  drafts.set(draftKey('a', 'note'), 'x');
  drafts.set(draftKey('a', 'note'), '');
  expect(drafts.any()).toBe(true);
  const kept = drafts.dump();
  expect(drafts.any()).toBe(false);
  drafts.restore(kept);
  expect(drafts.get('a:answer')).toBe('Guten Tag');
  expect(drafts.get('a:note')).toBe('');
});

test('a restore does not overwrite what was typed since', () => {
  const drafts = createDrafts();
  drafts.set('a:answer', 'alt');
  const kept = drafts.dump();
  drafts.set('a:answer', 'neu');
  drafts.restore(kept);
  expect(drafts.get('a:answer')).toBe('neu');
});

test('what is no draft is left out', () => {
  const drafts = createDrafts();
  drafts.restore('{"a":1}');
  drafts.restore('[1,["a",2],["b","c"]]');
  expect(drafts.get('a')).toBe('');
  expect(drafts.get('b')).toBe('c');
});

test.each([
  [draftKey('a', 'answer-de'), ['a', 'answer-de']],
  [draftKey('a', 'result', 'f'.repeat(32)), ['a', 'result']],
])('%s tells its case and its field', (key, told) => {
  expect(caseOf(key)).toEqual(told);
});

test('two fields of one name are two drafts', () => {
  const drafts = createDrafts();
  drafts.set(draftKey('a', 'result', 'x'), 'eins');
  drafts.set(draftKey('a', 'result', 'y'), 'zwei');
  expect([drafts.get(draftKey('a', 'result', 'x')), drafts.get(draftKey('a', 'result', 'y'))]).toEqual([
    'eins',
    'zwei',
  ]);
});
