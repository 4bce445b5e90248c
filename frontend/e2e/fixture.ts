// Every spec runs against the built program: a fictional city in a folder of its
// own, on a free port. A page that reports anything, or asks another host, fails
// its test.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base, expect, type Page, type WorkerFixture } from '@playwright/test';

/** A City is a running demo. */
export interface City {
  readonly public: string;
  readonly office: string;
  readonly logins: readonly { readonly name: string; readonly role: string; readonly passphrase: string }[];
  /** The folder in which it keeps everything. */
  readonly data: string;
  readonly pid: number;
  /** What it wrote to standard output and standard error so far. */
  readonly log: () => string;
}

export const program = process.env['BEISTAND'] ?? resolve(import.meta.dirname, '../../bin/beistand');

/** A Running city ends with stop. */
export interface Running {
  readonly city: City;
  readonly stop: () => Promise<void>;
}

/** newFolder makes a folder for a city. */
export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'beistand-e2e-'));

/**
 * startCity starts a demo with so many made-up reports of this year and of the last, and resolves when it is ready.
 * A folder that is named stays and can be used again, on a later day if one is given.
 */
export async function startCity(reports: number, past = 0, folder = '', day = ''): Promise<Running> {
  const data = folder || newFolder();
  const later = day === '' ? '' : ` -day ${day}`;
  const flags = `-listen 127.0.0.1:0 -reports ${reports} -past ${past} -seed 1 -json${later}`.split(' ');
  const child = spawn(program, ['demo', ...flags, '-data', data], { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  child.stderr.on('data', (piece: Buffer) => {
    log += piece.toString();
  });
  const ready = await new Promise<Omit<City, 'data' | 'log' | 'pid'>>((done, fail) => {
    createInterface(child.stdout).on('line', (line) => {
      log += `${line}\n`;
      if (line.startsWith('{"ready":true')) done(JSON.parse(line) as City);
    });
    child.once('error', fail);
    child.once('exit', () => fail(new Error(`the program ended: ${log}`)));
  });
  const stop = async (): Promise<void> => {
    await end(child);
    if (folder === '') rmSync(data, { recursive: true, force: true });
  };
  return { city: { ...ready, data, pid: child.pid ?? 0, log: () => log }, stop };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(hard);
}

/** watch fails a test for anything a page complains about and for every request that leaves the machine. */
export function watch(page: Page, faults: string[], expected: RegExp[] = []): void {
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    const known = expected.some((pattern) => pattern.test(message.text()));
    if (['error', 'warning'].includes(message.type()) && !known) faults.push(message.text());
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (!['127.0.0.1', 'localhost', ''].includes(hostname) && protocol !== 'data:') faults.push(`asked ${hostname}`);
  });
}

/** seeded is a city that each worker starts for its tests, and stops after the last. */
function seeded(reports: number, past: number): [WorkerFixture<City, object>, { scope: 'worker'; timeout: number }] {
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first argument
  const start: WorkerFixture<City, object> = async ({}, use) => {
    const { city, stop } = await startCity(reports, past);
    await use(city);
    await stop();
  };
  return [start, { scope: 'worker', timeout: 120_000 }];
}

interface Own {
  /** Console messages that a test provokes on purpose. */
  expected: RegExp[];
}

export const test = base.extend<Own, { city: City }>({
  city: seeded(0, 0),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first argument
  expected: async ({}, use) => use([]),
  page: async ({ page, expected }, use) => {
    const faults: string[] = [];
    watch(page, faults, expected);
    await use(page);
    expect(faults, 'what the page complained about').toEqual([]);
  },
});

/** cityOf gives a file a city of its own, with so many made-up reports of this year and of the last. */
export const cityOf = (reports: number, past = 0) =>
  test.extend<object, { city: City }>({ city: seeded(reports, past) });

export { expect };
