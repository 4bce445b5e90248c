// Unit tests of the TypeScript run in Node, apart from Vite's build.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'build/**/*.test.ts'],
    // One login costs 128 MiB and up to three seconds on a busy machine.
    testTimeout: 60_000,
  },
});
