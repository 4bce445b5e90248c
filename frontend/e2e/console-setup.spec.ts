// First use: the link that an empty store prints, the keys made in the browser,
// the operator's confirmation, and the first report.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { enter, inbox } from './console.ts';
import { test as base, expect } from './fixture.ts';

const program = process.env['BEISTAND'] ?? resolve(import.meta.dirname, '../../bin/beistand');

interface Office {
  readonly link: string;
  readonly form: string;
  /** pin runs the operator's command with the digits that were told. */
  pin(digits: string): string;
}

async function start(data: string): Promise<{ child: ChildProcess; link: string; form: string }> {
  const env = {
    ...process.env,
    BEISTAND_DATA: data,
    BEISTAND_LISTEN: '127.0.0.1:0',
    BEISTAND_OPERATOR_LISTEN: '127.0.0.1:0',
  };
  const child = spawn(program, ['serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  const ready = new Promise<void>((done, fail) => {
    child.stdout.on('data', (piece: Buffer) => {
      out += piece.toString();
      if (out.includes('takes nothing.')) done();
    });
    child.once('exit', () => fail(new Error(`the program ended: ${out}`)));
  });
  await ready;
  return {
    child,
    link: /http:\S+#setup=\S+/.exec(out)?.[0] ?? '',
    form: /form +(\S+)/.exec(out)?.[1] ?? '',
  };
}

const test = base.extend<{ office: Office }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first argument
  office: async ({}, use) => {
    const data = mkdtempSync(join(tmpdir(), 'beistand-setup-'));
    const { child, link, form } = await start(data);
    const pin = (digits: string) =>
      execFileSync(program, ['office', 'pin', '-fingerprint', digits, 'city'], {
        env: { ...process.env, BEISTAND_DATA: data },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    await use({ link, form, pin });
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  },
});

test.use({ expected: [/503 \(Service Unavailable\)/] });

test('the first coordinator sets the office up, and the operator confirms', async ({ page, office }) => {
  test.setTimeout(120_000);
  await page.goto(office.link);
  await expect(page.locator('h1')).toHaveText('Beistand einrichten');
  // The code is gone from the address and so from the history.
  await expect(page).not.toHaveURL(/setup/);

  await page.getByRole('button', { name: 'Weiter' }).click();
  await expect(page.getByText('Bitte geben Sie einen Namen an.')).toBeVisible();
  await page.getByLabel('Ihr Name, wie ihn das Team sieht').fill('Erste Koordination');
  await page.getByLabel('Anmeldename').fill('erste.koordination');
  await page.getByRole('button', { name: 'Weiter' }).click();

  await expect(page.locator('.words li')).toHaveCount(7);
  await expect(page.getByRole('heading', { name: 'Ihre sieben Wörter' })).toBeFocused();
  const words = await page.locator('.words li').allInnerTexts();
  await page.getByRole('button', { name: 'Ich habe sie aufgeschrieben' }).click();
  await page.getByLabel('Wort 2').fill('falsch');
  await page.getByRole('button', { name: 'Weiter' }).click();
  await expect(page.getByText('Das ist nicht dieses Wort.').first()).toBeVisible();
  for (const n of [2, 4, 7]) await page.getByLabel(`Wort ${n}`).fill(words[n - 1] ?? '');
  await page.getByRole('button', { name: 'Weiter' }).click();

  await expect(page.locator('.paper')).toBeVisible({ timeout: 30_000 });
  const key = (await page.locator('.paper__key span').allInnerTexts()).join('');
  expect(key).toMatch(/^AGE-SECRET-KEY-PQ-1[02-9AC-HJ-NP-Z]{58}$/);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.postData() ?? ''));
  await page.getByLabel('Die letzten vier Zeichen des Schlüssels').fill(key.slice(-4));
  await page.getByRole('button', { name: 'Speichern und weiter' }).click();
  await expect(page.getByText('Die Schlüssel sind gespeichert.')).toBeVisible();
  expect(await page.content()).not.toContain(key.slice(20, 40));
  expect(requests.join('')).not.toContain(key.slice(20, 40));
  const digits = (await page.locator('.digits').textContent()) ?? '';
  expect(digits).toMatch(/^\d{4}( \d{4}){5}$/);

  await page.getByLabel('Der Betrieb hat den Schlüssel bestätigt').check();
  await page.getByRole('button', { name: 'Konsole öffnen' }).click();
  const me = { name: 'erste.koordination', passphrase: words.join(' ') };
  await enter(page, me);
  await expect(page.locator('h1')).toHaveText('Der Schlüssel ist noch nicht bestätigt', { timeout: 30_000 });
  await expect(page.locator('.digits')).toHaveText(digits);

  expect(() => office.pin(digits.replace(/\d$/, (d) => String((Number(d) + 1) % 10)))).toThrow();
  expect(office.pin(digits)).toContain('pinned');
  await expect(async () => {
    expect((await page.request.get(`${office.form}/de/report`)).status()).toBe(200);
  }).toPass({ timeout: 30_000 });

  await page.getByRole('button', { name: 'Ist bestätigt, noch einmal öffnen' }).click();
  await enter(page, me);
  await expect(page.locator('h1')).toHaveText('Heute', { timeout: 30_000 });
  await expect(page.getByText('Nichts wartet')).toBeVisible();
  await inbox(page);
  await expect(page.getByText('Noch keine Meldungen.')).toBeVisible();
  await expect(page.locator('.bar__me')).toContainText('Erste Koordination');
});

test.describe('a link that is not right', () => {
  test.use({ expected: [/404 \(Not Found\)/] });

  test('saves nothing and says so', async ({ page, office }) => {
    test.setTimeout(120_000);
    await page.goto(office.link.replace(/setup=.{4}/, 'setup=AAAA'));
    await page.getByLabel('Ihr Name, wie ihn das Team sieht').fill('Jemand');
    await page.getByLabel('Anmeldename').fill('jemand');
    await page.getByRole('button', { name: 'Weiter' }).click();
    await expect(page.locator('.words li')).toHaveCount(7);
    const words = await page.locator('.words li').allInnerTexts();
    await page.getByRole('button', { name: 'Ich habe sie aufgeschrieben' }).click();
    for (const n of [2, 4, 7]) await page.getByLabel(`Wort ${n}`).fill(words[n - 1] ?? '');
    await page.getByRole('button', { name: 'Weiter' }).click();
    await expect(page.locator('.paper')).toBeVisible({ timeout: 30_000 });
    const key = (await page.locator('.paper__key span').allInnerTexts()).join('');
    await page.getByLabel('Die letzten vier Zeichen des Schlüssels').fill(key.slice(-4));
    await page.getByRole('button', { name: 'Speichern und weiter' }).click();
    await expect(page.getByRole('alert')).toContainText('Dieser Link ist verbraucht, abgelaufen oder falsch.');
    await expect(page.locator('.paper')).toBeVisible();
  });
});
