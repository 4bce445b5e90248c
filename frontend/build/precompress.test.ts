import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compress, files, type Manifest, over, undefinedTokens } from './precompress.ts';

const manifest: Manifest = {
  'main.ts': { file: 'assets/main.js', imports: ['_shared.js'], dynamicImports: ['lazy.ts'] },
  '_shared.js': { file: 'assets/shared.js', imports: ['main.ts'] },
  'lazy.ts': { file: 'assets/lazy.js', imports: ['_shared.js'] },
};

test('a first load is the entry and what it imports at once, nothing lazy', () => {
  expect(files(manifest, 'main.ts')).toEqual(['assets/main.js', 'assets/shared.js']);
  expect(files(manifest, 'missing.ts')).toEqual([]);
});

test('a budget that is exceeded is named with both figures', () => {
  const sizes = new Map([
    ['assets/main.js', 60],
    ['assets/shared.js', 50],
  ]);
  expect(over(manifest, sizes, [{ entry: 'main.ts', bytes: 110 }])).toEqual([]);
  expect(over(manifest, sizes, [{ entry: 'main.ts', bytes: 109 }])).toEqual([
    'main.ts is 110 bytes, the budget is 109',
  ]);
});

test('scripts and sheets get copies that unpack to the same bytes', () => {
  const dir = mkdtempSync(join(tmpdir(), 'beistand-'));
  try {
    mkdirSync(join(dir, 'assets'));
    const text = 'a{color:red}'.repeat(50);
    writeFileSync(join(dir, 'assets/a.css'), text);
    writeFileSync(join(dir, 'assets/note.txt'), text);
    const sizes = compress(dir);
    expect([...sizes.keys()]).toEqual(['assets/a.css']);
    expect(brotliDecompressSync(readFileSync(join(dir, 'assets/a.css.br'))).toString()).toBe(text);
    expect(gunzipSync(readFileSync(join(dir, 'assets/a.css.gz'))).toString()).toBe(text);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('a token that is nowhere defined is found, one with a default is not', () => {
  expect(undefinedTokens(':root{--a:1px}p{margin:var(--a) var(--b) var(--c, 2px)}')).toEqual(['--b']);
});
