// Answers that begin with a template: filled in, checked, previewed as the
// mailbox shows them, in the person's language with the German beside it.
import type { Page } from '@playwright/test';
import { clean, unfold } from './axe.ts';
import { expect, login, openTold, part } from './console.ts';
import { cityOf } from './fixture.ts';
import { arrived, goTo, next } from './steps.ts';

const test = cityOf(20);

/** tell sends a report in a language, wishing an answer, and gives the receipt. */
async function tell(page: Page, site: string, lang: string, words: string): Promise<string> {
  await page.goto(`${site}/${lang}/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill(words);
  await goTo(page, 'where');
  await unfold(page);
  await page.locator('input[value=dismissal]').check();
  await goTo(page, 'wish');
  await page.locator('input[value=answer_me]').check();
  await next(page);
  await page.locator('input[value="art9/1"]:visible').check();
  await goTo(page, 'send');
  await page.locator('#submit').click();
  const receipt = await arrived(page);
  return receipt;
}

test('a template in Arabic: filled in, German beside it, previewed, read in the mailbox', async ({ page, city }) => {
  test.setTimeout(120_000);
  const words = `فصلوني من العمل ${Date.now()}`;
  const receipt = await tell(page, city.public, 'ar', words);
  await openTold(page, city, words, login(city, 'coordinator'));
  await part(page, 'Gespräch');
  await expect(page.getByLabel('Sprache der Antwort')).toHaveValue('ar');
  await page.getByText('Mit einem Textbaustein beginnen').click();
  await page
    .getByLabel('Textbaustein', { exact: true })
    .selectOption({ label: 'Eingang bestätigen, nächste Schritte' });
  await expect(page.getByText('Diesen Text hat noch niemand geprüft.')).toBeVisible();
  await page.getByLabel('Wann schreiben Sie wieder?').fill('2026-12-04');
  await clean(page, 'template chosen');
  await page.setViewportSize({ width: 1_280, height: 800 });
  await page.getByRole('button', { name: 'Einfügen' }).click();
  await expect(page.getByLabel('Ihre Antwort')).toHaveValue(/04\.12\.2026/);
  await expect(page.getByLabel('Dasselbe auf Deutsch')).toHaveValue(/Spätestens am Freitag, 4\. Dezember 2026/);
  await page.getByRole('button', { name: 'Vorschau' }).click();
  await expect(page.locator('.letter')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('.letter')).toHaveAttribute('lang', 'ar');
  await clean(page, 'preview in Arabic');
  await page.setViewportSize({ width: 1_280, height: 800 });
  await page.getByRole('button', { name: 'Antwort senden' }).click();
  await expect(page.locator('.entry--office').last()).toContainText('Arabisch');
  await expect(page.locator('.entry--office').last()).toContainText('ungeprüften Textbaustein');

  await page.goto(`${city.public}/ar/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread [lang=ar]').first()).toContainText('04.12.2026');
  await expect(page.locator('.thread details div[lang=de]')).toContainText('Spätestens am Freitag');
});

test('missing facts are asked from the deadlines; what is open does not go out', async ({ page, city }) => {
  test.setTimeout(120_000);
  const words = `Mir wurde gekündigt ${Date.now()}.`;
  await tell(page, city.public, 'de', words);
  await openTold(page, city, words, login(city, 'coordinator'));
  await part(page, 'Fristen');
  await page.getByRole('button', { name: 'Fehlende Angaben im Postfach erfragen' }).click();
  await expect(page.getByLabel('Textbaustein', { exact: true })).toHaveValue('questions');
  await page.getByRole('button', { name: 'Einfügen' }).click();
  await expect(page.getByLabel('Ihre Antwort')).toHaveValue(/– Wann haben Sie die schriftliche Kündigung bekommen\?/);

  // In a language that the questions are not written in, they stay open, and the answer stays here.
  await page.getByLabel('Sprache der Antwort').selectOption('tr');
  await page.getByText('Mit einem Textbaustein beginnen').click();
  await page.getByLabel('Textbaustein', { exact: true }).selectOption({ label: 'Nicht zuständig, hier gibt es Hilfe' });
  await page.getByRole('button', { name: 'Einfügen' }).click();
  await page.getByRole('button', { name: 'Antwort senden' }).click();
  await expect(page.getByText('Noch offen: Stelle, Kontakt der Stelle.').first()).toBeVisible();
  await expect(page.locator('.entry--office').filter({ hasText: 'Freundliche Grüße' })).toHaveCount(0);
  await page.getByLabel('Textbaustein', { exact: true }).selectOption({ label: 'An eine Frist erinnern' });
  await expect(page.getByText('Diesen Baustein gibt es nicht auf Türkisch.')).toBeVisible();
});
