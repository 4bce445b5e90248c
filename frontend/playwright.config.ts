// End-to-end tests run the built program with the distribution's Chromium; the
// build server of the frontend is never in between, since it needs a weaker CSP.
import { defineConfig } from '@playwright/test';
import { QUICK } from './e2e/browser.ts';

export default defineConfig({
  testDir: 'e2e',
  // Measures, and asserts nothing: run on request.
  testIgnore: process.env['BEISTAND_SPEED'] === undefined ? ['**/console-speed.spec.ts'] : [],
  outputDir: 'test-results',
  snapshotPathTemplate: '{testDir}/pictures/{arg}{ext}',
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  // A machine may be several times slower than ours; whoever waits for something goes on when it is there.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    headless: true,
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1_280, height: 800 },
    launchOptions: {
      executablePath: QUICK,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-gpu',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
});
