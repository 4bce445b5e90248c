// What a member types is not lost: not by a reload, a session that ends, or a
// line that breaks; and nobody else finds it in the browser.
import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { clean } from './axe.ts';
import { enter, expect, login, logout, openFirst, part, settled, unlock } from './console.ts';
import { type City, cityOf } from './fixture.ts';

const test = cityOf(20);

/** stored gives all that the browser keeps for the console, as one text. */
function stored(page: Page): Promise<string> {
  return page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
}

function count(page: Page): Promise<number> {
  return page.evaluate(() => localStorage.length);
}

test('a note and an answer survive a reload, sealed; a lock clears them away', async ({ page, city }) => {
  const who = login(city, 'coordinator');
  await unlock(page, city, who);
  await openFirst(page, 'counselling');
  await part(page, 'Notizen');
  await page.getByLabel('Neue Notiz').fill('Kennwort Bachforelle');
  await expect(page.getByText('Entwurf gesichert')).toBeVisible();
  await expect.poll(() => count(page)).toBe(1);
  const note = await stored(page);
  await part(page, 'Gespräch');
  await page.getByLabel('Ihre Antwort').fill('Guten Tag, wir haben Ihre Meldung gelesen.');
  // Both lie in one box, which has been there since the note.
  await expect.poll(() => stored(page)).not.toBe(note);
  expect(await count(page)).toBe(1);
  const kept = await stored(page);
  expect(kept).not.toContain('Bachforelle');
  expect(kept).not.toContain(/case=([0-9a-f]{32})/.exec(page.url())?.[1] ?? 'no case');
  expect(kept).not.toContain(who.name);

  await page.reload();
  await enter(page, who);
  await settled(page);
  await expect(page.getByLabel('Ihre Antwort')).toHaveValue('Guten Tag, wir haben Ihre Meldung gelesen.', {
    timeout: 30_000,
  });
  await part(page, 'Notizen');
  await expect(page.getByLabel('Neue Notiz')).toHaveValue('Kennwort Bachforelle');
  await page.getByRole('link', { name: 'Eingang', exact: true }).click();
  const offered = page.getByRole('complementary', { name: 'Entwürfe wieder da' });
  await expect(offered).toContainText('Antwort');
  await expect(offered).toContainText('Notiz');
  await clean(page, 'inbox with drafts');
  await page.setViewportSize({ width: 1_280, height: 800 });

  await page.getByRole('button', { name: 'Sperren' }).click();
  await expect(page.locator('h1')).toHaveText('Konsole öffnen');
  expect(await count(page)).toBe(0);
});

test('a second member on the same browser finds nothing, and takes nothing away', async ({ page, city }) => {
  const who = login(city, 'coordinator');
  await unlock(page, city, who);
  await openFirst(page, 'intervention');
  const url = page.url();
  await part(page, 'Notizen');
  await page.getByLabel('Neue Notiz').fill('Nur meine Sache');
  await expect.poll(() => count(page)).toBe(1);
  await page.reload();

  await enter(page, login(city, 'coordinator', 1));
  await settled(page);
  await page.goto(url);
  await part(page, 'Notizen');
  await expect(page.getByLabel('Neue Notiz')).toHaveValue('');
  await page.getByRole('link', { name: 'Eingang', exact: true }).click();
  await expect(page.getByText('Entwürfe wieder da')).toHaveCount(0);
  await logout(page);
  expect(await count(page)).toBe(1);

  await unlock(page, city, who);
  await expect(page.getByRole('complementary', { name: 'Entwürfe wieder da' })).toBeVisible();
  await page.getByRole('button', { name: 'Entwürfe verwerfen' }).click();
  await expect.poll(() => count(page)).toBe(0);
  await page.goto(url);
  await part(page, 'Notizen');
  await expect(page.getByLabel('Neue Notiz')).toHaveValue('');
});

test.describe('a session that ends while somebody writes', () => {
  test.use({ expected: [/401 \(Unauthorized\)/] });

  test('loses nothing, not even over a reload', async ({ page, city }) => {
    const who = login(city, 'coordinator');
    await unlock(page, city, who);
    await openFirst(page, 'triage');
    await part(page, 'Gespräch');
    await page.getByLabel('Ihre Antwort').fill('Eine lange Antwort');
    await expect.poll(() => count(page)).toBe(1);
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Antwort senden' }).click();
    await expect(page.getByText('Ihre Sitzung ist zu Ende.')).toBeVisible();
    await page.reload();
    await enter(page, who);
    await settled(page);
    await expect(page.getByLabel('Ihre Antwort')).toHaveValue('Eine lange Antwort');
    await page.getByRole('button', { name: 'Antwort senden' }).click();
    await expect(page.locator('.thread')).toContainText('Eine lange Antwort');
    await expect.poll(() => count(page)).toBe(0);
  });
});

test.describe('a session that ends over measures and a hand-over', () => {
  test.use({ expected: [/401 \(Unauthorized\)/] });

  test('leaves what was typed into their forms; a lock by hand clears it away', async ({ page, city }) => {
    const who = login(city, 'coordinator');
    await unlock(page, city, who);
    await openFirst(page, 'intervention');
    await part(page, 'Maßnahmen');
    const type = page.getByLabel('Was haben Sie getan?');
    await page.getByRole('button', { name: 'Maßnahme eintragen' }).click();
    await type.selectOption({ label: 'Erstberatung' });
    await page.getByLabel('Genauer: Name der Stelle oder Firma').fill('Hausverwaltung am Hafen');
    await page.getByRole('button', { name: 'Maßnahme speichern' }).click();
    const step = page.locator('.entry--note').filter({ hasText: 'Hausverwaltung am Hafen' });
    await step.getByRole('button', { name: 'Ergebnis eintragen' }).click();
    const result = step.getByLabel('Ergebnis', { exact: true });
    await result.fill('Kennwort Bachforelle');
    await page.getByRole('button', { name: 'Maßnahme eintragen' }).click();
    await type.selectOption({ label: 'Erstberatung' });
    const target = page.getByLabel('Genauer: Name der Stelle oder Firma');
    await target.fill('Kennwort Seeforelle');
    await page.getByRole('button', { name: 'Weitergeben', exact: true }).click();
    const note = page.getByLabel('Notiz zur Übergabe');
    await expect.poll(() => count(page)).toBe(1);
    const before = await stored(page);
    await note.fill('Kennwort Lachsforelle');
    await expect.poll(() => stored(page)).not.toBe(before);
    expect(await stored(page)).not.toContain('forelle');

    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Maßnahme speichern' }).click();
    await expect(page.getByText('Ihre Sitzung ist zu Ende.')).toBeVisible();
    await page.reload();
    await enter(page, who);
    await settled(page);
    await expect(result).toHaveValue('Kennwort Bachforelle');
    await expect(type).toHaveValue(/.+/);
    await expect(target).toHaveValue('Kennwort Seeforelle');
    await expect(note).toHaveValue('Kennwort Lachsforelle');

    // Sent or cancelled, a draft is gone.
    await step.getByRole('button', { name: 'Speichern' }).click();
    await expect(step).toContainText('Kennwort Bachforelle');
    await page.locator('form', { has: target }).getByRole('button', { name: 'Abbrechen' }).click();
    await page.getByRole('link', { name: 'Eingang', exact: true }).click();
    await expect(page.locator('.offered li')).toContainText(/: Notiz zur Übergabe$/);
    await page.getByRole('button', { name: 'Sperren' }).click();
    await expect(page.locator('h1')).toHaveText('Konsole öffnen');
    expect(await count(page)).toBe(0);
  });
});

test.describe('a line that breaks during an answer', () => {
  test.use({ expected: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED/] });

  test('loses nothing; the answer is stored once', async ({ page, city }) => {
    await unlock(page, city, login(city, 'coordinator'));
    await openFirst(page, 'paused');
    await part(page, 'Gespräch');
    const before = await page.locator('.entry--office').count();
    await page.getByLabel('Ihre Antwort').fill('Mitten im Satz');
    await page.route('**/answers', async (route) => {
      // It arrives; the line breaks before the reply.
      await route.fetch();
      await route.abort('internetdisconnected');
    });
    await page.getByRole('button', { name: 'Antwort senden' }).click();
    await expect(page.getByRole('alert')).toContainText('Es wird nichts doppelt gespeichert');
    await expect(page.getByLabel('Ihre Antwort')).toHaveValue('Mitten im Satz');
    await page.unroute('**/answers');
    await page.getByRole('button', { name: 'Noch einmal senden' }).click();
    await expect(page.getByText('Antwort gesendet')).toBeVisible();
    await expect(page.locator('.entry--office')).toHaveCount(before + 1);
    await expect(page.getByLabel('Ihre Antwort')).toHaveValue('');
  });
});

test.describe('a dialog that cannot send', () => {
  test.use({ expected: [/ERR_INTERNET_DISCONNECTED|ERR_FAILED|401 \(Unauthorized\)/] });

  test('stays open with its words: the line breaks, then the session ends', async ({ page, city }) => {
    const who = login(city, 'coordinator');
    await unlock(page, city, who);
    await openFirst(page, 'paused');
    const dialog = page.getByRole('dialog');
    const reason = dialog.getByLabel('Begründung');
    const state = page.locator('.case__meta .badge').first();
    await page.getByRole('button', { name: 'Beratung fortsetzen' }).click();
    await reason.fill('Sie hat angerufen');
    await page.route('**/transitions', async (route) => {
      await route.fetch();
      await route.abort('internetdisconnected');
    });
    await dialog.getByRole('button', { name: 'Ausführen' }).click();
    await expect(dialog.getByRole('alert')).toContainText('Es wird nichts doppelt gespeichert');
    await expect(reason).toHaveValue('Sie hat angerufen');
    await expect(page.locator('.case > .trouble')).toBeHidden();
    await page.unroute('**/transitions');
    await dialog.getByRole('button', { name: 'Noch einmal senden' }).click();
    await expect(dialog).toHaveCount(0);
    await expect(state).toHaveText('Beratung');

    await page.getByRole('button', { name: 'Ruhen lassen' }).click();
    await expect(reason).toHaveValue('');
    await reason.fill('Wartet auf ein Gutachten');
    await dialog.getByRole('checkbox').check();
    await page.context().clearCookies();
    await dialog.getByRole('button', { name: 'Ausführen' }).click();
    await expect(page.getByText('Ihre Sitzung ist zu Ende.')).toBeVisible();
    await enter(page, who);
    await settled(page);
    await page.getByRole('button', { name: 'Ruhen lassen' }).click();
    await expect(reason).toHaveValue('Wartet auf ein Gutachten');
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Ausführen' }).click();
    await expect(state).toHaveText('Ruht');
  });
});

/** room sets how large the files of the running city may grow: 0 is a disk that takes nothing any more. */
function room(city: City, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(city.pid), `--fsize=${bytes}:unlimited`]);
}

test.describe('a disk that is full while somebody answers', () => {
  test.use({ expected: [/50[37] \(/] });

  test('loses nothing; with room again the answer is stored once', async ({ page, city }) => {
    await unlock(page, city, login(city, 'coordinator'));
    await openFirst(page, 'referred');
    await part(page, 'Gespräch');
    const before = await page.locator('.entry--office').count();
    await page.getByLabel('Ihre Antwort').fill('Bei voller Platte');
    room(city, '0');
    try {
      await page.getByRole('button', { name: 'Antwort senden' }).click();
      await expect(page.getByRole('alert')).toBeVisible();
      await expect(page.getByLabel('Ihre Antwort')).toHaveValue('Bei voller Platte');
    } finally {
      room(city, 'unlimited');
    }
    await page.getByRole('button', { name: /^(Noch einmal senden|Antwort senden)$/ }).click();
    await expect(page.getByText('Antwort gesendet')).toBeVisible();
    await expect(page.locator('.entry--office')).toHaveCount(before + 1);
  });
});

test('two windows of one member keep their own texts, also over a reload of both', async ({ page, context, city }) => {
  test.setTimeout(120_000);
  const who = login(city, 'coordinator');
  await unlock(page, city, who);
  await openFirst(page, 'triage');
  const url = page.url();
  const other = await context.newPage();
  await unlock(other, city, who);
  await other.goto(url);
  await settled(other);
  await part(page, 'Notizen');
  await page.getByLabel('Neue Notiz').fill('Aus dem einen Fenster');
  await part(other, 'Gespräch');
  await other.getByLabel('Ihre Antwort').fill('Aus dem anderen Fenster');
  await expect.poll(() => count(page)).toBe(2);

  for (const [one, tab, label, words] of [
    [other, 'Gespräch', 'Ihre Antwort', 'Aus dem anderen Fenster'],
    [page, 'Notizen', 'Neue Notiz', 'Aus dem einen Fenster'],
  ] as const) {
    await one.reload();
    await enter(one, who);
    await settled(one);
    await part(one, tab);
    await expect(one.getByLabel(label)).toHaveValue(words, { timeout: 30_000 });
  }
  // One writes; the other is told, and sends what it has.
  await page.getByRole('button', { name: 'Notiz speichern' }).click();
  await expect(page.locator('.entry--note').first()).toContainText('Aus dem einen Fenster');
  await other.getByRole('button', { name: 'Antwort senden' }).click();
  const again = other.getByRole('button', { name: 'Noch einmal senden' });
  await expect(again.or(other.getByText('Antwort gesendet'))).toBeVisible();
  if (await again.isVisible()) {
    await expect(other.getByLabel('Ihre Antwort')).toHaveValue('Aus dem anderen Fenster');
    await again.click();
  }
  await expect(other.locator('.thread')).toContainText('Aus dem anderen Fenster');
});
