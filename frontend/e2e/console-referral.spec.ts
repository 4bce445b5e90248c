// Nothing is handed on before the person has agreed to this body and these words.
import { clean } from './axe.ts';
import { expect, login, openFirst, part, test, unlock } from './console.ts';

test('no consent, nothing to copy; other words, nothing to copy; taken back, nothing to copy', async ({
  page,
  city,
}) => {
  test.setTimeout(120_000);
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'counselling');
  await part(page, 'Maßnahmen');
  const copy = page.getByRole('button', { name: 'Text kopieren' });
  await page.getByLabel('Stelle aus dem Verzeichnis').selectOption({ label: 'TelefonSeelsorge' });
  await expect(page.getByText('Hier geben Sie nichts weiter')).toBeVisible();
  await expect(page.getByText('Kontakt noch nicht geprüft')).toBeVisible();
  await page.getByLabel('Stelle aus dem Verzeichnis').selectOption({ label: 'Antidiskriminierungsstelle des Bundes' });
  await page.getByLabel('Was würden Sie weitergeben?').fill('Jemand bekam eine Wohnung nicht.');
  await expect(page.getByText('Die Person hat noch nicht zugestimmt')).toBeVisible();
  await expect(copy).toHaveCount(0);
  await clean(page, 'referral without consent');
  await page.setViewportSize({ width: 1_280, height: 800 });

  await page.getByRole('button', { name: 'Im Postfach um Einwilligung bitten' }).click();
  await expect(page.getByLabel('Textbaustein', { exact: true })).toHaveValue('referral');
  await page.getByLabel('Sprache der Antwort').selectOption('de');
  await page.getByRole('button', { name: 'Einfügen' }).click();
  await expect(page.getByLabel('Ihre Antwort')).toHaveValue(/Jemand bekam eine Wohnung nicht\./);
  await expect(page.getByLabel('Ihre Antwort')).toHaveValue(/0800 546 546 5/);

  await part(page, 'Maßnahmen');
  await page.getByLabel('Die Person hat schon zugestimmt').fill('am Telefon, heute');
  await page
    .getByRole('region', { name: 'An eine andere Stelle' })
    .getByRole('button', { name: 'Einwilligung festhalten' })
    .click();
  await expect(copy).toBeVisible();
  await expect(page.locator('.letter')).toHaveText('Jemand bekam eine Wohnung nicht.');
  await clean(page, 'what goes');
  await page.setViewportSize({ width: 1_280, height: 800 });

  await page.getByLabel('Was würden Sie weitergeben?').fill('Jemand bekam eine Wohnung nicht. Und mehr.');
  await expect(page.getByText('Der Text ist ein anderer')).toBeVisible();
  await expect(copy).toHaveCount(0);
  await page.getByLabel('Was würden Sie weitergeben?').fill('Jemand bekam eine Wohnung nicht.');
  await page.getByRole('button', { name: 'Einwilligung zurückgenommen' }).click();
  await expect(page.getByText('Die Person hat noch nicht zugestimmt')).toBeVisible();
  await expect(copy).toHaveCount(0);

  await page.getByLabel('Die Person hat schon zugestimmt').fill('schriftlich im Postfach');
  await page
    .getByRole('region', { name: 'An eine andere Stelle' })
    .getByRole('button', { name: 'Einwilligung festhalten' })
    .click();
  await page.getByRole('button', { name: 'Ist weitergegeben: festhalten' }).click();
  await expect(page.getByText(/Weitergegeben an Antidiskriminierungsstelle des Bundes/)).toBeVisible();
  await expect(page.getByLabel('Was würden Sie weitergeben?')).toHaveValue('');
});
