// Too much at once, without JavaScript: the browser gets the form back with the
// text, also where the server answers before the last byte has come.
import { writeFileSync } from 'node:fs';
import { expect, test } from './fixture.ts';

test.use({ javaScriptEnabled: false, expected: [/status of 4(13|22)/] });

test('a text of 300 pages comes back, and says what to do', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  await page.locator('#text').fill(`Anfang ${'Es war so. '.repeat(60_000)}`);
  await page.locator('#place-note').fill('Linie 4');
  await page.locator('#submit').click();
  await expect(page.locator('#summary')).toContainText('Der Anfang steht noch hier');
  await expect(page.locator('#text')).toHaveValue(/^Anfang Es war so/);
  await expect(page.locator('#place-note')).toHaveValue('Linie 4');
  await page.locator('#text').fill('Kürzer.');
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toContainText('Ihre Meldung ist angekommen');
});

test('a file of 90 MB is too much, the text stays', async ({ page, city }, info) => {
  const path = info.outputPath('film.txt');
  writeFileSync(path, Buffer.alloc(90 << 20, 'x'));
  await page.goto(`${city.public}/de/report`);
  await page.locator('#text').fill('Mein Text');
  await page.locator('#files').setInputFiles(path);
  await page.locator('#submit').click();
  await expect(page.locator('#summary')).toContainText('zusammen zu groß', { timeout: 40_000 });
  await expect(page.locator('#text')).toHaveValue('Mein Text');
  await expect(page.locator('#attach')).toContainText('noch einmal aus');
});
