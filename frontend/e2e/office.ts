// A real office of two desks, from its set-up link on: what the specs about
// members and keys share.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { enter, inbox, type Login } from './console.ts';
import { expect, program } from './fixture.ts';

const DESKS =
  '[{id: city, name: Stadtstelle, operator: Stadt, public_body: true, languages: [de]}, {id: verein, name: Vereinsstelle, operator: Verein, languages: [de]}]';

/** An Office is a running server that began empty. */
export interface Office {
  readonly link: string;
  readonly form: string;
  readonly console: string;
  readonly data: string;
  /** run runs an operator's command and gives its output; it throws if the command fails. */
  run(...args: string[]): string;
  /** stop ends the server and, unless it is to be started again, forgets its data. */
  stop(keep?: boolean): Promise<void>;
}

/** startOffice starts a server; settings are variables of the environment. Without a data folder its store is empty. */
export async function startOffice(settings: Readonly<Record<string, string>> = {}): Promise<Office> {
  const known = settings['BEISTAND_DATA'];
  const data = known ?? mkdtempSync(join(tmpdir(), 'beistand-office-'));
  const env = {
    ...process.env,
    BEISTAND_DATA: data,
    BEISTAND_LISTEN: '127.0.0.1:0',
    BEISTAND_OPERATOR_LISTEN: '127.0.0.1:0',
    BEISTAND_OFFICE_DESKS: DESKS,
    ...settings,
  };
  const child = spawn(program, ['serve'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  await new Promise<void>((done, fail) => {
    child.stdout.on('data', (piece: Buffer) => {
      out += piece.toString();
      if (known === undefined ? out.includes('takes nothing.') : /operator +\S+\n/.test(out)) done();
    });
    child.once('exit', () => fail(new Error(`the program ended: ${out}`)));
  });
  return {
    link: /http:\S+#setup=\S+/.exec(out)?.[0] ?? '',
    form: /form +(\S+)/.exec(out)?.[1] ?? '',
    console: /console +(\S+)/.exec(out)?.[1] ?? '',
    data,
    run: (...args) => execFileSync(program, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    async stop(keep = false) {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGTERM');
      await ended;
      if (!keep) rmSync(data, { recursive: true, force: true });
    },
  };
}

/** wordsOf copies the seven words and types three of them back. */
export async function wordsOf(page: Page): Promise<string> {
  await expect(page.locator('.words li')).toHaveCount(7);
  const words = await page.locator('.words li').allInnerTexts();
  await page.getByRole('button', { name: 'Ich habe sie aufgeschrieben' }).click();
  for (const n of [2, 4, 7]) await page.getByLabel(`Wort ${n}`).fill(words[n - 1] ?? '');
  await page.getByRole('button', { name: 'Weiter' }).click();
  return words.join(' ');
}

/** An Opening is what the first coordinator has after the set-up. */
export interface Opening {
  readonly login: Pick<Login, 'name' | 'passphrase'>;
  readonly paper: string;
}

/** setUp makes the first coordinator of all desks; the operator pins their keys. */
export async function setUp(page: Page, office: Office, desks = 2): Promise<Opening> {
  await page.goto(office.link);
  await page.getByLabel('Ihr Name, wie ihn das Team sieht').fill('Erste Koordination');
  await page.getByLabel('Anmeldename').fill('erste');
  await page.getByRole('button', { name: 'Weiter' }).click();
  const passphrase = await wordsOf(page);
  await expect(page.locator('.paper')).toBeVisible({ timeout: 30_000 });
  const paper = (await page.locator('.paper__key span').allInnerTexts()).join('');
  await page.getByLabel('Die letzten vier Zeichen des Schlüssels').fill(paper.slice(-4));
  await page.getByRole('button', { name: 'Speichern und weiter' }).click();
  await expect(page.locator('.digits')).toHaveCount(desks);
  await pinAll(page, office);
  return { login: { name: 'erste', passphrase }, paper };
}

/** pinAll runs the operator's command for each key that the page asks to confirm. */
export async function pinAll(page: Page, office: Office): Promise<void> {
  for (const pin of await page.locator('.pin').all()) {
    const desk = ((await pin.locator('pre').textContent()) ?? '').trim().split(' ').at(-1) ?? '';
    const digits = (await pin.locator('.digits').textContent()) ?? '';
    expect(office.run('office', 'pin', '-fingerprint', digits, desk)).toContain('pinned');
  }
}

/** open logs in and waits for the inbox. */
export async function open(page: Page, office: Office, who: Opening['login']): Promise<void> {
  await page.goto('about:blank');
  await page.goto(office.console);
  await enter(page, who);
  await inbox(page);
}

/** members opens the page of members and keys. */
export async function members(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Team und Schlüssel' }).click();
  await expect(page.locator('h1')).toHaveText('Team und Schlüssel');
}

/** join goes through a newcomer's first visit and gives login and digits. */
export async function join24(page: Page, link: string, name: string) {
  await page.goto('about:blank');
  await page.goto(link);
  await expect(page.locator('h1')).toHaveText('Zugang anlegen');
  await expect(page).not.toHaveURL(/join=/);
  await page.getByLabel('Anmeldename').fill(name);
  await page.getByRole('button', { name: 'Weiter' }).click();
  const passphrase = await wordsOf(page);
  await expect(page.locator('.digits')).toBeVisible({ timeout: 30_000 });
  return { login: { name, passphrase }, digits: (await page.locator('.digits').textContent()) ?? '' };
}

/** report sends a report without JavaScript to a desk, and resolves when it has arrived. */
export async function report(
  browser: Browser,
  office: Pick<Office, 'form'>,
  desk: string,
  words: string,
): Promise<void> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${office.form}/de/report`);
  await page.locator('#text').fill(words);
  // An office of one desk asks nobody to choose.
  if (desk !== '') await page.locator(`#desk-${desk}`).check();
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toContainText('Ihre Meldung ist angekommen');
  await context.close();
}
