// The ticks of a move that no program can make: what each says, what the file
// knows about it, and that nothing goes without it.
import type { Locator, Page } from '@playwright/test';
import { expect, login, openFirst, part, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

// A city of its own: one of its cases has been silent for long, and no other spec moves them.
const test = cityOf(60, 40);

/** asked opens a step, reads its ticks, and tries it without them. */
async function asked(page: Page, name: string, says: readonly RegExp[], reason = ''): Promise<Locator> {
  await page.getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog', { name });
  const checks = dialog.locator('.checks');
  for (const words of says) await expect(checks).toContainText(words);
  if (reason !== '') await dialog.getByLabel('Begründung').fill(reason);
  await dialog.getByRole('button', { name: 'Ausführen' }).click();
  await expect(checks.locator('.fault')).toContainText('Trifft einer nicht zu, geht dieser Schritt noch nicht.');
  return dialog;
}

/** ticked makes the ticks and takes the step. */
async function ticked(dialog: Locator): Promise<void> {
  for (const tick of await dialog.locator('.checks').getByRole('checkbox').all()) await tick.check();
  await dialog.getByRole('button', { name: 'Ausführen' }).click();
  await expect(dialog).toHaveCount(0);
}

test('each tick says what it means and what the file knows', async ({ page, city }) => {
  test.setTimeout(120_000);
  await unlock(page, city, login(city, 'coordinator'));
  const state = page.locator('.case__meta .badge').first();

  await openFirst(page, 'triage');
  await asked(page, 'Beratung beginnen', [/Fragen zu Fristen sind beantwortet/, /Noch offen: /]);
  await page.keyboard.press('Escape');
  await expect(state).toHaveText('Ersteinschätzung');
  await part(page, 'Gespräch');
  await page.getByLabel('Ihre Antwort').fill('Dafür ist eine andere Stelle da.');
  await page.getByRole('button', { name: 'Antwort senden' }).click();
  await expect(page.locator('.thread')).toContainText('Dafür ist eine andere Stelle da.');
  const nothing = /In der Akte steht keine Weitergabe/;
  await ticked(await asked(page, 'Weiterverweisen', [/außerhalb unserer Aufgabe/, nothing]));
  await expect(state).toHaveText('Weiterverwiesen');
  await ticked(await asked(page, 'Beratung wieder aufnehmen', [/zurückgegeben/, nothing]));
  await expect(state).toHaveText('Beratung');
  await ticked(await asked(page, 'Ruhen lassen', [/um Zeit gebeten/], 'Sie meldet sich nach dem Urlaub.'));
  await expect(state).toHaveText('Ruht');
});

test('who was silent for 90 days is told before the case is closed', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'paused');
  const told = /Die Person weiß aus einer Antwort, dass wir den Fall schließen/;
  await asked(page, 'Abschließen', [told, /Letzte Antwort der Stelle: \d+\. /]);
  await page.keyboard.press('Escape');
  await expect(page.locator('.case__meta .badge').first()).toHaveText('Ruht');
});
