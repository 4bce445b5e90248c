// The few lines that run before a lazy chunk is loaded: they ask for the large
// library at once, beside the chunk that needs it. They stand in the place of
// Vite's own helper, which can also load style sheets, reports its errors to a
// framework and looks for a nonce: nothing here needs that, and it would be an
// eighth of the form's first script.
import type { Plugin } from 'vite';

const HELPER = '\0vite/preload-helper.js';

/** HELPER_SOURCE is the helper: `load` imports the chunk, `deps` are what it needs beside it. */
export const HELPER_SOURCE = `
export const __vitePreload = (load, deps = []) => {
  for (const dep of deps) {
    const href = '/' + dep;
    if (document.head.querySelector('link[href="' + href + '"]')) continue;
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = href;
    document.head.append(link);
  }
  return load();
};
`;

/** preload gives each site a helper of its own: one that both shared would be one more file to fetch first. */
export function preload(): Plugin {
  return {
    name: 'beistand-preload',
    apply: 'build',
    enforce: 'pre',
    resolveId(id, importer) {
      if (id !== HELPER) return undefined;
      return `${HELPER}?${importer?.includes('/src/console/') ? 'console' : 'form'}`;
    },
    load: (id) => (id.startsWith(HELPER) ? { code: HELPER_SOURCE, moduleSideEffects: false } : undefined),
  };
}
