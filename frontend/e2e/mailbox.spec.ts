// The mailbox under the script: opened in the browser, by digits that never
// leave it.
import { expect, test } from './fixture.ts';
import { arrived, tell } from './steps.ts';

test('a typing mistake, an unknown receipt and a known one are told apart', async ({ page, city }) => {
  const bodies: string[] = [];
  page.on('request', (request) => bodies.push(request.url(), request.postData() ?? ''));
  await tell(page, `${city.public}/de/report`, 'Bitte antworten');
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  const receipt = await arrived(page);

  await page.goto(`${city.public}/de/mailbox`);
  const field = page.locator('#receipt');
  await field.fill(`${receipt.slice(0, 31)}${(Number(receipt[31]) + 1) % 10}`);
  await page.keyboard.press('Enter');
  await expect(page.locator('#summary')).toContainText('Tippfehler');
  // On a small phone the field shows half of them: here they stand in groups, as on paper.
  await expect(page.locator('#summary .receipt span')).toHaveText([/^\d{4}$/, ...Array(7).fill(/^\d{4}$/)]);
  await field.fill(`${receipt.slice(0, 4)}O${receipt.slice(5)}`);
  await page.keyboard.press('Enter');
  await expect(page.locator('#summary')).toContainText('An Stelle 5');
  await field.fill('5815 1125 1217 1181 1900 1412 4458 4569');
  await expect(page.getByText('Verstanden: 5815 1125 1217 1181 1900 1412 4458 4569')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.locator('#summary')).toContainText('gibt es kein Postfach');

  await field.fill(receipt.replaceAll(/(\d{4})/g, '$1-').slice(0, -1));
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toHaveText('Ihr Postfach ist offen');
  await expect(page.locator('h1')).toBeFocused();
  await expect(page.locator('.thread')).toContainText(/Sie haben im \S+ \d{4} Ihre Meldung geschickt/);
  await expect(page.locator('main')).toContainText('Angekommen.');

  await page.locator('#text').fill('Noch etwas\nzweite Zeile');
  await page.getByRole('button', { name: 'Nachricht senden' }).click();
  await expect(page.locator('.done')).toHaveText('Ihre Nachricht ist angekommen.');
  await expect(page.locator('.thread')).toContainText(/Sie haben im \S+ \d{4} geschrieben/);
  for (const body of bodies) {
    expect(body).not.toContain('Noch etwas');
    expect(body).not.toContain(receipt);
    expect(body).not.toContain(receipt.slice(0, 16));
  }
});

test('known and unknown receipts get answers of one size', async ({ page, city }) => {
  await tell(page, `${city.public}/de/report`, 'Größe');
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  const receipt = await arrived(page);
  const sizes: number[] = [];
  page.on('response', async (response) => {
    if (response.url().endsWith('/api/v1/mailbox')) sizes.push((await response.body()).length);
  });
  await page.goto(`${city.public}/de/mailbox`);
  for (const [code, sign] of [
    ['58151125121711811900141244584569', '#summary'],
    [receipt, '.thread'],
  ] as const) {
    await page.locator('#receipt').fill(code);
    await page.keyboard.press('Enter');
    await expect(page.locator(sign)).toBeVisible();
  }
  await expect.poll(() => sizes).toEqual([65_536, 65_536]);
});

test('another language shows the opened mailbox again, with the draft', async ({ page, city }) => {
  await tell(page, `${city.public}/de/report`, 'Mehrsprachig');
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/);
  const receipt = await arrived(page);
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await page.locator('#text').fill('Entwurf');
  await page.locator('button[name=lang][value=en]').click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.locator('.thread')).toBeVisible();
  await expect(page.locator('#text')).toHaveValue('Entwurf');
  await expect(page).toHaveURL(`${city.public}/en/mailbox`);
});

test.describe('a browser that cannot open', () => {
  test.use({ expected: [/ERR_FAILED/] });
  test('asks before the server opens, and the draft goes along to another language', async ({ page, city }) => {
    await tell(page, `${city.public}/de/report`, 'Für den anderen Weg');
    await page.locator('#submit').click();
    await expect(page.locator('h1')).toHaveText(/angekommen/);
    const receipt = await arrived(page);
    await page.route('**/assets/mailbox-*.js', (route) => route.abort());
    await page.goto(`${city.public}/de/mailbox`);
    await page.locator('#receipt').fill(receipt);
    await page.keyboard.press('Enter');
    await expect(page.locator('#trouble')).toContainText('konnte das Postfach nicht öffnen');
    await page.getByRole('button', { name: 'Vom Server öffnen lassen' }).click();
    await expect(page.locator('h1')).toHaveText('Ihr Postfach ist offen');
    await page.locator('#text').fill('Entwurf');
    await page.locator('button[name=lang][value=en]').click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page.locator('#text')).toHaveValue('Entwurf');
  });
});
