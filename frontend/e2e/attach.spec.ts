// Files on both ways: a photo that tells where, with what and by whom it was
// taken arrives clean, with the same pixels; what is broken is refused; a line
// that breaks costs nothing.
import { clean } from './axe.ts';
import { archiveBomb, pictureBomb } from './bomb.ts';
import { openTold, part } from './console.ts';
import { cityOf, expect } from './fixture.ts';
import { MARKS, photo, pixels, saved } from './photo.ts';
import { arrived, goTo, next } from './steps.ts';

/** A city of this file's own: nobody else has told anything in it. */
const test = cityOf(0);

test('with script: found, cleaned, sealed, cut, and whole again', async ({ page, city, expected, context }) => {
  test.slow();
  expected.push(/ERR_/);
  await page.goto(`${city.public}/de/report`);
  const shot = await photo(page);
  const before = await pixels(page, shot);
  await goTo(page, 'what');
  await page.locator('#text').fill('Mit Foto');
  await goTo(page, 'attach');
  await page.locator('#files').setInputFiles([
    { name: 'Фото 😔.jpg', mimeType: 'image/jpeg', buffer: shot },
    {
      name: 'brief.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(10 * 2 ** 20 - 9, 7)]),
    },
    { name: 'kaputt.jpg', mimeType: 'image/jpeg', buffer: shot.subarray(0, 300) },
    { name: 'seite.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') },
  ]);
  const list = page.locator('.files li');
  await expect(list).toHaveCount(4);
  await expect(list.nth(0)).toContainText(/Ort der Aufnahme.*Gerät.*Kommentar.*Vorschaubild/);
  await expect(list.nth(2)).toContainText('beschädigt');
  await expect(list.nth(3)).toContainText('nehmen wir nicht');
  await next(page);
  await expect(page.locator('#summary')).toContainText('bei jeder Datei');
  await page
    .locator('.files')
    .getByRole('checkbox', { name: /trotzdem/ })
    .check();
  await page
    .locator('.files')
    .getByRole('checkbox', { name: /Original/ })
    .check();
  await goTo(page, 'check');
  await expect(page.locator('#check')).toContainText('brief.pdf');
  await goTo(page, 'send');
  let cuts = 0;
  const sent: Buffer[] = [];
  await page.route('**/api/v1/chunks', async (route) => {
    sent.push(route.request().postDataBuffer() ?? Buffer.alloc(0));
    if (cuts < 5 && sent.length % 4 === 2) {
      cuts += 1;
      await route.abort('connectionreset');
    } else await route.continue();
  });
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/, { timeout: 90_000 });
  expect(cuts).toBe(5);
  for (const mark of [...MARKS, 'JFIF', '%PDF']) {
    expect(sent.some((body) => body.includes(mark))).toBe(false);
  }
  const office = await context.newPage();
  await openTold(office, city, 'Mit Foto');
  const copy = await saved(office, 0);
  expect(copy.name).toBe('Фото 😔.jpg');
  for (const mark of [...MARKS, 'KENNUNG']) expect(copy.bytes.includes(mark)).toBe(false);
  expect(await pixels(page, copy.bytes)).toBe(before);
  const untouched = office.locator('.files li').nth(1);
  await untouched.getByRole('button', { name: 'Datei öffnen' }).click();
  await expect(office.getByRole('dialog')).toBeVisible();
  await clean(office, 'the dialog before an original', [1_280, 768]);
  await untouched.getByRole('button', { name: 'Nicht öffnen' }).click();
  expect((await saved(office, 1, true)).bytes.equals(shot)).toBe(true);
  const letter = await saved(office, 2);
  expect(letter.bytes.length).toBe(10 * 2 ** 20);
  const picture = office.locator('.files li').nth(0);
  // Opened once it is blurred, and its name is not read out; asked for again it is clear.
  await expect(picture.getByRole('img', { name: 'Bild, unscharf' })).toHaveCSS('filter', /blur\(/);
  await picture.getByRole('button', { name: 'Bild zeigen' }).click();
  await expect(picture.locator('img')).toHaveCSS('filter', 'none');
  await expect(picture.locator('img')).toHaveJSProperty('complete', true);
  await expect.poll(() => picture.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(64);
});

test('a bomb is kept as it is: no picture is drawn of it, and no archive unpacked', async ({ page, city }) => {
  test.slow();
  const picture = pictureBomb(20_000);
  const archive = archiveBomb(50_000_000);
  expect(Math.max(picture.length, archive.length)).toBeLessThan(100_000);
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('Mit Bomben');
  await goTo(page, 'attach');
  await page.locator('#files').setInputFiles([
    { name: 'bild.png', mimeType: 'image/png', buffer: picture },
    { name: 'brief.docx', mimeType: 'application/zip', buffer: archive },
  ]);
  await page
    .locator('.files')
    .getByRole('checkbox', { name: /trotzdem/ })
    .check();
  await goTo(page, 'send');
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toHaveText(/angekommen/, { timeout: 30_000 });
  await openTold(page, city, 'Mit Bomben');
  expect((await saved(page, 0)).bytes.length).toBe(picture.length);
  const first = page.locator('.files li').nth(0);
  await expect(first).toContainText('Es wird hier nicht gezeigt');
  await expect(first.locator('img')).toHaveCount(0);
  await expect(first.getByRole('button', { name: 'Bild zeigen' })).toHaveCount(0);
  expect((await saved(page, 1)).bytes.equals(archive)).toBe(true);
});

test.describe('without script', () => {
  test('the same photo arrives clean, and a broken one brings the text back', async ({ page, browser, city }) => {
    test.slow();
    await page.goto(`${city.public}/de/safety`);
    const shot = await photo(page);
    const before = await pixels(page, shot);
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE' });
    const bare = await context.newPage();
    await bare.goto(`${city.public}/de/report`);
    await bare.locator('#text').fill('Ohne Skript, mit Foto');
    await bare
      .locator('#files')
      .setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: shot.subarray(0, 400) });
    await bare.locator('#submit').click();
    await expect(bare.locator('#summary')).toContainText('beschädigt');
    await expect(bare.locator('main')).toContainText('Bitte wählen Sie die Dateien noch einmal aus');
    await expect(bare.locator('#text')).toHaveValue('Ohne Skript, mit Foto');
    await bare.locator('#keep_original').check();
    await bare.locator('#files').setInputFiles({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: shot });
    await bare.locator('#submit').click();
    await expect(bare.locator('h1')).toContainText('angekommen');
    const code = await arrived(bare);
    await bare.goto(`${city.public}/de/mailbox`);
    await bare.locator('#receipt').fill(code);
    await bare.locator('button[name=open]').click();
    await bare.locator('details:has(#files) > summary').click();
    await bare
      .locator('#files')
      .setInputFiles({ name: 'notiz.txt', mimeType: 'text/plain', buffer: Buffer.from('Noch etwas') });
    await bare.locator('button[name=send]').click();
    await expect(bare.locator('.done')).toBeVisible();
    await context.close();

    await openTold(page, city, 'Ohne Skript, mit Foto');
    const copy = await saved(page, 0);
    for (const mark of [...MARKS, 'KENNUNG']) expect(copy.bytes.includes(mark)).toBe(false);
    expect(await pixels(page, copy.bytes)).toBe(before);
    expect((await saved(page, 1, true)).bytes.equals(shot)).toBe(true);
    await part(page, 'Verlauf');
  });
});
