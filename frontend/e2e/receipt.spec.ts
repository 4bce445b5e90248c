// The receipt page of the script.
import { readFile } from 'node:fs/promises';
import { expect, test } from './fixture.ts';
import { arrived, tell } from './steps.ts';

test('the digits can be copied, saved and typed back', async ({ page, city, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await tell(page, `${city.public}/de/report`, 'Für den Code');
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toBeFocused();
  const receipt = await arrived(page);
  const groups = receipt.replaceAll(/(\d{4})(?=\d)/g, '$1 ');
  await expect(page.locator('form')).toHaveCount(0);
  await expect(page.locator('main')).toContainText('Nur die Beratungsstelle kann ihn lesen');

  await page.getByRole('button', { name: 'Kopieren' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Kopiert' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(groups);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Als Text speichern' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('notiz.txt');
  expect((await readFile(await download.path(), 'utf8')).trim()).toBe(groups);

  const retype = page.locator('#retype');
  await retype.fill(receipt.slice(-4, -1) + ((Number(receipt.at(-1)) + 1) % 10));
  await expect(page.locator('#retyped')).toHaveText(/stimmt noch nicht/);
  const arabic = [...receipt.slice(-4)].map((digit) => String.fromCodePoint(0x660 + Number(digit))).join('');
  await retype.fill(arabic);
  await expect(page.locator('#retyped')).toHaveText('Gut notiert.');
});

test('a day to look again, a picture of the code, and no code in the text', async ({ page, city }) => {
  await tell(page, `${city.public}/de/report`, 'Mein Code: 5815 1125 1217 1181 1900 1412 4458 4569');
  await page.locator('#submit').click();
  await expect(page.locator('#trouble')).toContainText('In Ihrem Text steht ein Code.');
  await page.goto('about:blank');
  await tell(page, `${city.public}/de/report`, 'Ohne Code');
  await page.locator('#submit').click();
  await expect(page.locator('[data-act=look]')).toHaveText(/^Schauen Sie am \d+\. \S+ \d{4} wieder in Ihr Postfach/);
  const picture = page.locator('.slip img');
  await expect(picture).toHaveAttribute('src', /^data:image\/png;base64,/);
  await expect(picture).toHaveJSProperty('naturalWidth', 232);
});
