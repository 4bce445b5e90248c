import { expect, test } from 'vitest';
import { HELPER_SOURCE, preload } from './preload.ts';

type Hook = (...args: readonly unknown[]) => unknown;
const plugin = preload() as unknown as Readonly<Record<'resolveId' | 'load', Hook>>;
const HELPER = '\0vite/preload-helper.js';

test('each site has a helper of its own, and no other module is touched', () => {
  const form = plugin.resolveId(HELPER, '/x/src/form/main.ts');
  const console = plugin.resolveId(HELPER, '/x/src/console/app.tsx');
  expect(form).not.toBe(console);
  for (const id of [form, console]) expect(plugin.load(id)).toMatchObject({ code: HELPER_SOURCE });
  expect(plugin.resolveId('./later.ts', '/x/src/form/main.ts')).toBeUndefined();
  expect(plugin.load('/x/src/form/later.ts')).toBeUndefined();
});

test('the helper asks for each file once and loads the chunk', async () => {
  const links: { href: string; rel: string }[] = [];
  const document = {
    createElement: () => ({ href: '', rel: '' }),
    head: {
      append: (link: { href: string; rel: string }) => links.push(link),
      querySelector: (selector: string) => links.find(({ href }) => selector === `link[href="${href}"]`) ?? null,
    },
  };
  const body = HELPER_SOURCE.replace('export const __vitePreload =', 'return');
  const helper = new Function('document', body)(document) as (load: () => unknown, deps?: string[]) => unknown;
  expect(await helper(async () => 'chunk', ['assets/age.js'])).toBe('chunk');
  expect(await helper(async () => 'again', ['assets/age.js'])).toBe('again');
  expect(await helper(async () => 'plain')).toBe('plain');
  expect(links).toEqual([{ href: '/assets/age.js', rel: 'modulepreload' }]);
});
