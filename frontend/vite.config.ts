// The build of both sites: the form (public, no framework) and the console
// (Preact). Every file name carries the hash of its content; the Go server
// embeds dist/ and reads the manifest.
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Plugin as PostcssPlugin } from 'postcss';
import { defineConfig } from 'vite';
import { postcssLogical } from './build/postcss-logical.ts';
import { postcssPrune } from './build/postcss-prune.ts';
import { precompress } from './build/precompress.ts';
import { preload } from './build/preload.ts';

const root = import.meta.dirname;
const dist = resolve(root, 'dist');

// A checkout in which one of the two sites is not written yet still builds the other.
const entries = ['src/form/main.ts', 'src/styles/form.scss', 'src/console/main.tsx', 'src/styles/console.scss'].filter(
  (entry) => existsSync(resolve(root, entry)),
);

/** The icons of each sheet, by KERN's names. Icons carry no meaning, so there are few. */
const ICONS: Readonly<Record<string, readonly string[]>> = {
  'form.scss': ['danger', 'info', 'success', 'warning'],
  'console.scss': ['danger', 'info', 'success', 'warning'],
};

/** pruneByEntry gives each sheet its own list of icons, because PostCSS runs once per sheet. */
function pruneByEntry(): PostcssPlugin {
  return {
    postcssPlugin: 'beistand-prune-by-entry',
    OnceExit(sheet, helpers) {
      const icons = ICONS[basename(sheet.source?.input.file ?? '')] ?? [];
      return postcssPrune({ icons }).OnceExit?.(sheet, helpers);
    },
  };
}

// The post-quantum library makes its variants on other curves with these two
// functions when it is loaded. Nobody here uses them; told so, the bundler leaves
// them and those curves out: 12 KB of brotli.
const treeshake = { manualPureFunctions: ['QSF', 'ecdhKem'] };

export default defineConfig({
  root,
  base: '/',
  publicDir: 'public',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  css: {
    postcss: { plugins: [postcssLogical(), pruneByEntry()] },
    preprocessorOptions: { scss: { loadPaths: [resolve(root, 'node_modules')], quietDeps: true } },
  },
  worker: { format: 'es', rollupOptions: { treeshake } },
  build: {
    outDir: dist,
    emptyOutDir: true,
    manifest: true,
    // Beside a chunk only the large library is named in advance: the hashes of the
    // small ones would cost the first script more than they save.
    modulePreload: { polyfill: false, resolveDependencies: (_, deps) => deps.filter((name) => /\/age-/.test(name)) },
    assetsInlineLimit: 0,
    cssMinify: 'lightningcss',
    target: 'es2022',
    reportCompressedSize: false,
    rollupOptions: {
      input: entries.map((entry) => resolve(root, entry)),
      treeshake,
    },
  },
  plugins: [
    preload(),
    precompress(dist, [
      { entry: 'src/styles/form.scss', bytes: 12_000 },
      { entry: 'src/styles/console.scss', bytes: 20_000 },
      { entry: 'src/form/main.ts', bytes: 6_000 },
      { entry: 'src/form/send.ts', bytes: 30_000 },
      { entry: 'src/console/main.tsx', bytes: 70_000 },
    ]),
  ],
});
