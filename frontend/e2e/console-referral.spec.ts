// Nothing is handed on before the person has agreed to this body and these words.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { clean } from './axe.ts';
import { expect, login, openFirst, part, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

test.use({ expected: [/409 \(Conflict\)|500 \(Internal Server Error\)/] });

/** letterAlone prints and saves the letter: it alone comes out, and nothing before the ledger has its line. */
async function letterAlone(page: Page): Promise<void> {
  // The printer is not asked; what it would get is what the page shows for print.
  await page.evaluate(() => {
    globalThis.print = () => undefined;
  });
  const body = page.locator('body');
  await page.route('**/cases/*/exports', (route) => route.fulfill({ status: 500, json: { error: 'internal' } }));
  await page.getByRole('button', { name: 'Brief drucken' }).click();
  await expect(page.getByText('Nichts hat das Haus verlassen')).toBeVisible();
  await expect(body).not.toHaveAttribute('data-print', 'letter');
  await page.unroute('**/cases/*/exports');
  await page.getByRole('button', { name: 'Brief drucken' }).click();
  await expect(body).toHaveAttribute('data-print', 'letter');
  await page.emulateMedia({ media: 'print' });
  const paper = (await page.locator('.handover').allInnerTexts()).join().replaceAll(/\s+/g, ' ').trim();
  expect((await body.allInnerTexts()).join().replaceAll(/\s+/g, ' ').trim()).toBe(paper);
  await page.emulateMedia({ media: null });
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect(body).not.toHaveAttribute('data-print', 'letter');

  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Als Text speichern' }).click();
  const file = readFileSync(await (await saving).path(), 'utf8');
  expect(file.replaceAll(/\s+/g, ' ').trim()).toBe(paper);
  expect(file).toContain('\n\nJemand bekam eine Wohnung nicht.\n\nDie betroffene Person hat am ');
  expect(file).toContain('Antidiskriminierungsstelle des Bundes\nTelefon 0800 546 546 5');
  // How the person agreed, and the number of the case, stay here.
  expect(file).not.toContain('am Telefon, heute');
  const id = /case=([0-9a-f]{4})/.exec(page.url())?.[1] ?? '-';
  expect(file).not.toContain(id);
  // A word that fades away has no contrast in between.
  await expect(page.locator('.said p')).toBeHidden();
}

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
  await letterAlone(page);
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
