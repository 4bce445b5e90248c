// A file from the office: enclosed with an answer, cleaned and sealed in the
// console, saved from the mailbox with and without script, whole or not at all.
import type { Page } from '@playwright/test';
import { openTold, part } from './console.ts';
import { type City, cityOf, expect } from './fixture.ts';
import { content, MARKS, photo, pixels } from './photo.ts';
import { arrived } from './steps.ts';

const test = cityOf(0);

async function openMailbox(page: Page, city: City, code: string): Promise<void> {
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(code);
  await page.locator('button[name=open]').click();
  await expect(page.locator('.thread')).toContainText('Siehe Foto und Brief.');
}

async function save(page: Page, n: number): Promise<{ name: string; bytes: Buffer }> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: `Datei ${n} speichern` }).click();
  return content(await download);
}

test('a caseworker encloses files; the resident saves them on both ways', async ({ page, browser, city, expected }) => {
  test.slow();
  expected.push(/ERR_/);
  const bare = await (await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE' })).newPage();
  await bare.goto(`${city.public}/de/report`);
  await bare.locator('#text').fill('Bitte schickt mir den Brief.');
  await bare.locator('input[value=answer_me]').check();
  await bare.locator('input[value="art9/1"]').check();
  await bare.locator('#submit').click();
  const code = await arrived(bare);

  await page.goto(`${city.public}/de/safety`);
  const shot = await photo(page);
  const before = await pixels(page, shot);
  const brief = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(600_000, 7)]);
  await openTold(page, city, 'Bitte schickt mir den Brief.');
  await part(page, 'Gespräch');
  await page.getByLabel('Dateien beilegen').setInputFiles([
    { name: 'Akte Beispielperson.jpg', mimeType: 'image/jpeg', buffer: shot },
    { name: 'Klage.PDF', mimeType: 'application/pdf', buffer: brief },
    { name: 'seite.html', mimeType: 'text/html', buffer: Buffer.from('<b>x</b>') },
  ]);
  const list = page.locator('.enclose li');
  await expect(list).toHaveCount(3);
  await expect(list.nth(0)).toContainText(/Ort.*Gerät/);
  await expect(list.nth(1)).toContainText('kann Ihren Namen enthalten');
  await expect(list.nth(2)).toContainText('kann nicht beigelegt werden');
  await list.nth(2).getByRole('button', { name: 'Entfernen' }).click();
  const sent: Buffer[] = [];
  await page.route('**/chunks/**', async (route) => {
    sent.push(route.request().postDataBuffer() ?? Buffer.alloc(0));
    if (sent.length === 2) await route.abort('connectionreset');
    else await route.continue();
  });
  await page.getByLabel('Ihre Antwort').fill('Siehe Foto und Brief.');
  await page.getByRole('button', { name: 'Antwort senden' }).click();
  await expect(page.locator('.thread .files li')).toHaveCount(2);
  await expect(page.getByLabel('Ihre Antwort')).toHaveValue('');
  await expect(list).toHaveCount(0);
  expect(sent.length).toBe(5);
  for (const mark of [...MARKS, '%PDF']) expect(sent.some((body) => body.includes(mark))).toBe(false);
  await page.unroute('**/chunks/**');
  await part(page, 'Verlauf');
  await expect(page.locator('.timeline .badge--danger')).toHaveCount(0);

  await openMailbox(bare, city, code);
  await bare.locator('#text').fill('Halb geschrieben');
  const plain = await save(bare, 1);
  expect(plain.name).toBe('datei-1.jpg');
  expect((await save(bare, 2)).bytes.equals(brief)).toBe(true);
  await expect(bare.locator('#text')).toHaveValue('Halb geschrieben');
  for (const mark of MARKS) expect(plain.bytes.includes(mark)).toBe(false);

  await openMailbox(page, city, code);
  let asked = 0;
  await page.route('**/api/v1/pieces', async (route) => {
    asked += 1;
    if (asked === 2) await route.abort('connectionreset');
    else await route.continue();
  });
  const letter = await save(page, 2);
  expect(letter.name).toBe('datei-2.pdf');
  expect(letter.bytes.equals(brief)).toBe(true);
  const picture = await save(page, 1);
  expect(picture.bytes.equals(plain.bytes)).toBe(true);
  expect(await pixels(page, picture.bytes)).toBe(before);
  await page.unroute('**/api/v1/pieces');

  await page.route('**/api/v1/pieces', async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body.writeUInt8(body.readUInt8(100_000) ^ 1, 100_000);
    await route.fulfill({ response, body });
  });
  let downloads = 0;
  page.on('download', () => {
    downloads += 1;
  });
  await page.getByRole('button', { name: 'Datei 2 speichern' }).click();
  await expect(page.locator('#trouble')).toContainText('Diese Datei lässt sich nicht öffnen');
  await expect(page.locator('#trouble')).toBeFocused();
  expect(downloads).toBe(0);
  await bare.context().close();
});
