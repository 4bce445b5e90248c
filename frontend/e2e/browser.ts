// Which browser the specs drive. Chromium's headless shell is the same engine
// without the window around it, and takes half of the processor; what the browser
// around the page keeps (history, tabs, a page that was left) needs a whole one.
// CHROMIUM names one browser for all.
import { existsSync } from 'node:fs';

const SHELL = '/usr/bin/chromium-headless-shell';

/** WHOLE is the path of a whole browser. */
export const WHOLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** QUICK is the headless shell where the distribution's is installed. */
export const QUICK = process.env['CHROMIUM'] ?? (existsSync(SHELL) ? SHELL : WHOLE);
