// The ticks of a move that no program can make: what each says, what the file
// knows about it, and that nothing goes without it.
import type { Page } from '@playwright/test';
import { expect, login, openFirst, part, test, unlock } from './console.ts';

/** move opens a step, tries it without its tick, and goes on with it. */
async function move(page: Page, name: string, says: readonly RegExp[], reason = ''): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog', { name });
  const checks = dialog.locator('.checks');
  for (const words of says) await expect(checks).toContainText(words);
  if (reason !== '') await dialog.getByLabel('Begründung').fill(reason);
  await dialog.getByRole('button', { name: 'Ausführen' }).click();
  await expect(checks.locator('.fault')).toContainText('Trifft einer nicht zu, geht dieser Schritt noch nicht.');
  for (const tick of await checks.getByRole('checkbox').all()) await tick.check();
  await dialog.getByRole('button', { name: 'Ausführen' }).click();
  await expect(dialog).toHaveCount(0);
}

test('each tick says what it means and what the file knows', async ({ page, city }) => {
  test.setTimeout(120_000);
  await unlock(page, city, login(city, 'coordinator'));
  const state = page.locator('.case__meta .badge').first();

  await openFirst(page, 'triage');
  await move(page, 'Beratung beginnen', [/Fragen zu Fristen sind beantwortet/]);
  await expect(state).toHaveText('Beratung');
  await move(page, 'Ruhen lassen', [/um Zeit gebeten/], 'Sie meldet sich nach dem Urlaub.');
  await expect(state).toHaveText('Ruht');

  await page.getByRole('link', { name: 'Eingang', exact: true }).click();
  await openFirst(page, 'triage');
  await part(page, 'Gespräch');
  await page.getByLabel('Ihre Antwort').fill('Dafür ist eine andere Stelle da.');
  await page.getByRole('button', { name: 'Antwort senden' }).click();
  await expect(page.locator('.thread')).toContainText('Dafür ist eine andere Stelle da.');
  await move(page, 'Weiterverweisen', [/außerhalb unserer Aufgabe/, /In der Akte steht keine Weitergabe/]);
  await expect(state).toHaveText('Weiterverwiesen');
  await move(page, 'Beratung wieder aufnehmen', [/zurückgegeben/, /In der Akte steht keine Weitergabe/]);
  await expect(state).toHaveText('Beratung');
});

test('who was silent for 90 days is told before the case is closed', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'paused');
  await page.getByRole('button', { name: 'Abschließen', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Abschließen' });
  await expect(dialog.locator('.checks')).toContainText(
    'Die Person weiß aus einer Antwort, dass wir den Fall schließen',
  );
  await expect(dialog.locator('.checks')).toContainText(/Letzte Antwort der Stelle: \d+\. /);
  await dialog.getByRole('button', { name: 'Ausführen' }).click();
  await expect(dialog.locator('.checks .fault')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.case__meta .badge').first()).toHaveText('Ruht');
});
