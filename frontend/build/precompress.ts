// precompress writes a brotli and a gzip copy beside every built file and holds
// the bundles against their budgets, so that a page that grew too heavy for a
// cheap phone stops the build instead of reaching one.
//
// It cannot see what the server adds at start (the office's theme, the HTML);
// those are measured by the Go tests.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** One entry of Vite's manifest, as far as the budgets need it. */
export interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

export type Manifest = Readonly<Record<string, Chunk>>;

/** A budget: the manifest's key of a bundle, and its limit in bytes after brotli 11. */
export interface Budget {
  readonly entry: string;
  readonly bytes: number;
}

/** files lists what the browser loads for an entry before anything lazy: the entry and its static imports. */
export function files(manifest: Manifest, entry: string): string[] {
  const found = new Set<string>();
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (chunk === undefined || found.has(chunk.file)) return;
    found.add(chunk.file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  visit(entry);
  return [...found];
}

/** over returns one sentence for each budget that is exceeded. A bundle that is not built yet has no size. */
export function over(manifest: Manifest, sizes: ReadonlyMap<string, number>, budgets: readonly Budget[]): string[] {
  const faults: string[] = [];
  for (const budget of budgets) {
    const sum = files(manifest, budget.entry).reduce((total, file) => total + (sizes.get(file) ?? 0), 0);
    if (sum > budget.bytes) faults.push(`${budget.entry} is ${sum} bytes, the budget is ${budget.bytes}`);
  }
  return faults;
}

/** undefinedTokens lists the custom properties that a sheet refers to without a default and does not define. */
export function undefinedTokens(css: string): string[] {
  const defined = new Set([...css.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]));
  const used = [...css.matchAll(/var\(\s*(--[\w-]+)\s*\)/g)].map((match) => match[1] ?? '');
  return [...new Set(used)].filter((token) => !defined.has(token)).sort();
}

function walk(dir: string, prefix = ''): string[] {
  return readdirSync(dir, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? walk(join(dir, entry.name), `${prefix}${entry.name}/`) : [prefix + entry.name],
    );
}

/** compress writes the .br and .gz copies of every script and style sheet below dir and returns the brotli sizes. */
export function compress(dir: string): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const file of walk(dir)) {
    if (!/\.(js|css)$/.test(file)) continue;
    const body = readFileSync(join(dir, file));
    const small = brotliCompressSync(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
    });
    writeFileSync(join(dir, `${file}.br`), small);
    writeFileSync(join(dir, `${file}.gz`), gzipSync(body, { level: 9 }));
    sizes.set(file, small.length);
  }
  return sizes;
}

/** precompress is the Vite plugin: it runs when the bundle lies on the disk. */
export function precompress(dir: string, budgets: readonly Budget[]): Plugin {
  return {
    name: 'beistand-precompress',
    apply: 'build',
    closeBundle() {
      const sizes = compress(dir);
      const manifest = JSON.parse(readFileSync(join(dir, '.vite/manifest.json'), 'utf8')) as Manifest;
      const faults = over(manifest, sizes, budgets);
      if (faults.length > 0) throw new Error(`over budget: ${faults.join('; ')}`);
      for (const file of sizes.keys()) {
        const lost = file.endsWith('.css') ? undefinedTokens(readFileSync(join(dir, file), 'utf8')) : [];
        if (lost.length > 0) throw new Error(`${file} refers to tokens that are not in it: ${lost.join(', ')}`);
      }
    },
  };
}
