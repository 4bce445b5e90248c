import postcss from 'postcss';
import { expect, test } from 'vitest';
import { postcssPrune } from './postcss-prune.ts';

const run = (css: string, icons: readonly string[] = []): string =>
  postcss([postcssPrune({ icons })]).process(css, { from: undefined }).css;

test('tokens that nobody refers to go, and those that only they referred to', () => {
  const css = ':root{--kern-a:var(--kern-b);--kern-b:1px;--kern-c:2px;--own:3px}p{margin:var(--kern-c, 0)}';
  expect(run(css)).toBe(':root{--kern-c:2px;--own:3px}p{margin:var(--kern-c, 0)}');
});

test('a chain of tokens stays whole', () => {
  const css = ':root{--kern-a:var(--kern-b);--kern-b:var(--kern-c);--kern-c:1px}p{margin:var(--kern-a)}';
  expect(run(css)).toBe(css);
});

test('icons that are not on the list go; sizes stay', () => {
  const css = '.kern-icon--info{mask:url(i)}.kern-icon--add,.kern-icon--info{x:y}.kern-icon--large{width:1px}';
  expect(run(css, ['info'])).toBe('.kern-icon--info{mask:url(i)}.kern-icon--info{x:y}.kern-icon--large{width:1px}');
});

test('an icon that KERN does not have stops the build', () => {
  expect(() => run('.kern-icon--info{mask:url(i)}', ['warning'])).toThrow('no icon "warning"');
  expect(() => run('p{margin:0}', ['warning']), 'a sheet without KERN misses nothing').not.toThrow();
});

test('what is left empty goes, media blocks too', () => {
  expect(run('@media print{:root{--kern-a:1px}}p{margin:0}')).toBe('p{margin:0}');
});
