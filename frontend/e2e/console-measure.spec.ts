// What the office does for a person is recorded: steps, results, follow-up,
// labels, similar cases.
import { clean } from './axe.ts';
import { expect, isCase, login, officeDay, openFirst, part, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

test('a step needs its consent, gets a result, and stays over a reload of the case', async ({ page, city }) => {
  test.setTimeout(120_000);
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'counselling');
  await part(page, 'Maßnahmen');
  await page.getByRole('button', { name: 'Maßnahme eintragen' }).click();
  await page.getByRole('button', { name: 'Maßnahme speichern' }).click();
  await expect(page.getByText('Bitte wählen Sie, was Sie getan haben.')).toBeVisible();
  await page.getByLabel('Was haben Sie getan?').selectOption({ label: 'Beschwerdebrief' });
  await page.getByRole('button', { name: 'Maßnahme speichern' }).click();
  await expect(page.getByText('Ohne festgehaltene Einwilligung geht nichts an Dritte.')).toBeVisible();
  await clean(page, 'measure with faults');
  await page.setViewportSize({ width: 1_280, height: 800 });
  await page.getByLabel('Genauer: Name der Stelle oder Firma').fill('Hausverwaltung am Hafen');
  await page.getByLabel('Auf welche Einwilligung stützt sich das?').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Maßnahme speichern' }).click();
  const step = page.locator('.entry--note').filter({ hasText: 'Beschwerdebrief' });
  await expect(step).toContainText('Ergebnis offen');
  await expect(step).toContainText('Hausverwaltung am Hafen');

  await step.getByRole('button', { name: 'Ergebnis eintragen' }).click();
  await step.getByLabel('Ergebnis', { exact: true }).fill('Die Verwaltung hat sich entschuldigt.');
  await step.getByRole('button', { name: 'Speichern' }).click();
  await expect(step).toContainText('Ergebnis da');
  await expect(step).toContainText('entschuldigt');
  // A record is no note, and its place among the notes stays empty.
  await part(page, 'Notizen');
  await expect(page.locator('.entry--note').filter({ hasText: 'Beschwerdebrief' })).toHaveCount(0);
});

test('a follow-up is set, due and done; labels find similar cases and link them', async ({ page, city }) => {
  test.setTimeout(120_000);
  await unlock(page, city, login(city, 'coordinator'));
  const label = async (state: string) => {
    await openFirst(page, state);
    for (const [kind, word] of [
      ['Gegenseite', 'Muster GmbH'],
      ['Ort', 'Am Hafen'],
    ] as const) {
      await page.getByRole('button', { name: 'Label hinzufügen' }).click();
      await page.getByLabel('Art').selectOption({ label: kind });
      await page.getByRole('complementary').getByLabel('Label', { exact: true }).fill(word);
      await page.getByRole('button', { name: 'Hinzufügen', exact: true }).click();
      await expect(page.locator('.labels')).toContainText(`${kind}: ${word}`);
    }
    const url = page.url();
    await page.getByRole('link', { name: 'Eingang', exact: true }).click();
    await expect(page.locator('h1')).toHaveText('Eingang');
    return url;
  };
  const first = await label('triage');
  const second = await label('intervention');
  await page.goto(first);
  await isCase(page, first);
  await page.getByRole('button', { name: 'Wiedervorlage setzen' }).click();
  await page.getByLabel('Wieder ansehen am').fill('2020-01-01');
  await page.getByRole('complementary').getByRole('button', { name: 'Speichern' }).click();
  await expect(page.getByText('Bitte geben Sie heute oder einen späteren Tag an.')).toBeVisible();
  await page.getByLabel('Wieder ansehen am').fill(officeDay());
  await page.getByLabel('Warum? (freiwillig)').fill('Nachfragen');
  await page.getByRole('complementary').getByRole('button', { name: 'Speichern' }).click();
  await expect(page.getByText('heute fällig')).toBeVisible();

  await page.getByText('Ähnliche Fälle').click();
  const similar = page
    .locator('.similar li')
    .filter({ hasText: 'Gleiche Gegenseite: Muster GmbH; Gleicher Ort: Am Hafen' });
  await expect(similar).toHaveCount(1);
  await similar.getByRole('button', { name: 'Verknüpfen' }).click();
  await expect(page.locator('.labels')).toContainText('Verknüpft:');
  await clean(page, 'case with labels, follow-up and similar cases');
  await page.setViewportSize({ width: 1_280, height: 800 });
  await page.getByRole('button', { name: 'Erledigt' }).click();
  await expect(page.getByText('heute fällig')).toHaveCount(0);
  await page.goto(second);
  await isCase(page, second);
  await expect(page.locator('.labels')).toContainText('Verknüpft:');
});
