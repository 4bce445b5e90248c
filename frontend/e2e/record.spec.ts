// The memory record: written down, saved, printed, sent nowhere.
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixture.ts';
import { goTo, tell } from './steps.ts';

test('from the start page: questions, a text to save, and no request with a word of it', async ({ page, city }) => {
  const posts: string[] = [];
  page.on('request', (request) => {
    if (request.method() !== 'GET') posts.push(request.url());
  });
  await page.goto(`${city.public}/de/`);
  await page.getByRole('link', { name: 'Nur aufschreiben, nichts senden' }).click();
  await expect(page.locator('h1')).toHaveText('Nur aufschreiben, nichts senden');
  await goTo(page, 'what');
  await page.locator('#text').fill('Wörtlich: „Raus hier“\nZeugin war dabei');
  await goTo(page, 'when');
  await page.locator('#when-from').fill('2026-11-20');
  await goTo(page, 'keep');
  await expect(page.locator('.record .done')).toContainText('Es wurde nichts gesendet.');
  await expect(page.locator('.record .slip')).toContainText('Zeugin war dabei');
  await expect(page.locator('#submit')).toHaveCount(0);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Als Text speichern' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('notiz.txt');
  const saved = await readFile(await download.path(), 'utf8');
  expect(saved).toContain('Was ist passiert?');
  expect(saved).toContain('Wörtlich: „Raus hier“\r\nZeugin war dabei');
  expect(saved).toContain('20.11.2026');
  expect(saved).not.toContain(city.public);
  expect(posts).toEqual([]);
});

test('from the last page of the form, before anything is sent', async ({ page, city }) => {
  await tell(page, `${city.public}/de/report`, 'Lieber doch nicht');
  await page.getByRole('button', { name: 'Nur aufschreiben, nichts senden' }).click();
  await expect(page.locator('.record')).toContainText('Lieber doch nicht');
  await expect(page.locator('.record .done')).toContainText('Es wurde nichts gesendet.');
  // A change of mind is seen in the record.
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  await expect(page.locator('.record')).toHaveCount(0);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });
  test('the page says to print, and cannot send', async ({ page, city }) => {
    await page.goto(`${city.public}/de/note`);
    await expect(page.getByText('Ohne JavaScript: Füllen Sie diese Seite aus')).toBeVisible();
    await expect(page.locator('form#report button')).toHaveCount(0);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
    await page.locator('#place-note').fill('Schule');
    await page.keyboard.press('Enter');
    await page.locator('#exit').focus();
    await expect(page.locator('#place-note')).toHaveValue('Schule');
    expect(asked).toEqual([]);
  });
});
