import postcss from 'postcss';
import { expect, test } from 'vitest';
import { postcssLogical } from './postcss-logical.ts';

const run = (css: string): string => postcss([postcssLogical()]).process(css, { from: undefined }).css;

test.each([
  ['a{margin-left:1px}', 'a{margin-inline-start:1px}'],
  ['a{padding-right:var(--x, 2px)!important}', 'a{padding-inline-end:var(--x, 2px)!important}'],
  ['a{left:0;right:auto}', 'a{inset-inline-start:0;inset-inline-end:auto}'],
  ['a{border-left:4px solid red}', 'a{border-inline-start:4px solid red}'],
  ['a{border-right-width:2px}', 'a{border-inline-end-width:2px}'],
  ['a{border-top-left-radius:1px}', 'a{border-start-start-radius:1px}'],
  ['a{text-align:right;float:left;clear:left}', 'a{text-align:end;float:inline-start;clear:inline-start}'],
  ['a{text-align:center}', 'a{text-align:center}'],
  // Four values: split only where right and left differ.
  ['a{margin:1px 2px 3px 4px}', 'a{margin-block:1px 3px;margin-inline:4px 2px}'],
  ['a{margin:1px 2px 3px 2px}', 'a{margin:1px 2px 3px 2px}'],
  ['a{padding:1px 2px}', 'a{padding:1px 2px}'],
  [
    'a{padding:var(--a, calc(1px + 2px)) 0 0 var(--b, 3px)}',
    'a{padding-block:var(--a, calc(1px + 2px)) 0;padding-inline:var(--b, 3px) 0}',
  ],
  ['a{inset:0 1px 2px 3px!important}', 'a{inset-block:0 2px!important;inset-inline:3px 1px!important}'],
  // A drawn shape stays as it was drawn.
  ['a::before{left:3px;transform:rotate(47deg)}', 'a::before{left:3px;transform:rotate(47deg)}'],
  ['a::before{left:3px;transform:translateY(-50%)}', 'a::before{inset-inline-start:3px;transform:translateY(-50%)}'],
])('%s', (css, want) => {
  expect(run(css)).toBe(want);
  expect(run(want), 'a second run changes nothing').toBe(want);
});
