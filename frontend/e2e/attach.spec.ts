// Files on both ways: a photo that tells where, with what and by whom it was
// taken arrives clean, with the same pixels; what is broken is refused; a line
// that breaks costs nothing.
import type { Page } from '@playwright/test';
import { login, part, settled, unlock } from './console.ts';
import { test as base, type City, expect, startCity } from './fixture.ts';
import { goTo, next } from './steps.ts';

/** A city of this file's own: nobody else has told anything in it. */
const test = base.extend<object, { city: City }>({
  city: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first argument
    async ({}, use) => {
      const { city, stop } = await startCity(0);
      await use(city);
      await stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

const MARKS = ['KENNUNG-MAKE', 'KENNUNG-KOMMENTAR', 'KENNUNG-VORSCHAU', 'GPSLatitude'];

function segment(marker: number, ...parts: (string | number[])[]): Buffer {
  const body = Buffer.concat(
    parts.map((one) => (typeof one === 'string' ? Buffer.from(one, 'latin1') : Buffer.from(one))),
  );
  return Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body]);
}

/** exif is a TIFF structure with a maker, a place and a thumbnail behind it. */
function exif(): number[] {
  const entry = (tag: number, kind: number, count: number, value: number): number[] => [
    ...[tag >> 8, tag & 255, 0, kind],
    ...[0, 0, 0, count],
    ...[value >> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255],
  ];
  const make = [...'KENNUNG-MAKE\0'].map((letter) => letter.charCodeAt(0));
  const thumb = [...'KENNUNG-VORSCHAU'].map((letter) => letter.charCodeAt(0));
  const ifd0 = [0, 2, ...entry(0x10f, 2, make.length, 38), ...entry(0x8825, 4, 1, 52), 0, 0, 0, 70];
  const gps = [0, 1, ...entry(1, 2, 2, 0x4e000000), 0, 0, 0, 0];
  const ifd1 = [0, 1, ...entry(0x201, 4, 1, 88), 0, 0, 0, 0];
  return [...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8], ...ifd0, ...make, 0, ...gps, ...ifd1, ...thumb];
}

/** photo draws a picture in the browser and gives it everything that a camera might add. */
async function photo(page: Page, size = 64): Promise<Buffer> {
  const plain = await page.evaluate(async (size) => {
    const canvas = document.createElement('canvas');
    canvas.width = size;
    canvas.height = size;
    const context = canvas.getContext('2d') as CanvasRenderingContext2D;
    const data = context.createImageData(size, size);
    for (let i = 0; i < data.data.length; i++) data.data[i] = i % 4 === 3 ? 255 : (i * i * 7) % 253;
    context.putImageData(data, 0, 0);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.9));
    return [...new Uint8Array((await (blob as Blob).arrayBuffer()) as ArrayBuffer)];
  }, size);
  const bytes = Buffer.from(plain);
  return Buffer.concat([
    bytes.subarray(0, 20),
    segment(0xe1, 'Exif\0\0', exif()),
    segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x exif:GPSLatitude="48,46N"/>'),
    segment(0xfe, 'KENNUNG-KOMMENTAR'),
    bytes.subarray(20),
    Buffer.from('PK\x03\x04KENNUNG-ARCHIV'),
  ]);
}

/** pixels decodes a picture without its colour profile, which is dropped as well. */
async function pixels(page: Page, bytes: Buffer): Promise<string> {
  return page.evaluate(
    async (list) => {
      const blob = new Blob([new Uint8Array(list)]);
      const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' });
      const canvas = document.createElement('canvas');
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const sum = await crypto.subtle.digest('SHA-256', data);
      return [...new Uint8Array(sum)].map((byte) => byte.toString(16)).join(' ');
    },
    [...bytes],
  );
}

/** openTold opens the case in which these words were told. */
async function openTold(page: Page, city: City, words: string): Promise<void> {
  await unlock(page, city, login(city, 'caseworker'));
  await expect(page.locator('a.row__title').first()).toBeVisible();
  const ids = await page.locator('a.row__title').evaluateAll((links) => links.map((one) => one.getAttribute('href')));
  for (const id of ids) {
    await page.goto(`${city.office}${id}`);
    await settled(page);
    if ((await page.locator('.words-told').textContent()) === words) return;
  }
  throw new Error('no case tells this');
}

/** saved opens file n of the case and gives what its download holds. */
async function saved(page: Page, n: number, original = false): Promise<{ name: string; bytes: Buffer }> {
  const file = page.locator('.files li').nth(n);
  await file.getByRole('button', { name: 'Datei öffnen' }).click();
  if (original) await page.getByRole('button', { name: 'Öffnen und vermerken' }).click();
  const download = page.waitForEvent('download');
  await file.getByRole('button', { name: 'Herunterladen' }).click();
  const done = await download;
  const chunks: Buffer[] = [];
  for await (const chunk of await done.createReadStream()) chunks.push(chunk as Buffer);
  return { name: done.suggestedFilename(), bytes: Buffer.concat(chunks) };
}

test('with script: found, cleaned, sealed, cut, and whole again', async ({ page, city, expected, context }) => {
  test.setTimeout(120_000);
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
  expect((await saved(office, 1, true)).bytes.equals(shot)).toBe(true);
  const letter = await saved(office, 2);
  expect(letter.bytes.length).toBe(10 * 2 ** 20);
  const picture = office.locator('.files li').nth(0);
  await expect(picture.locator('img')).toHaveCount(0);
  await picture.getByRole('button', { name: 'Bild zeigen' }).click();
  await expect(picture.locator('img')).toHaveJSProperty('complete', true);
  await expect.poll(() => picture.locator('img').evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(64);
});

test.describe('without script', () => {
  test('the same photo arrives clean, and a broken one brings the text back', async ({ page, browser, city }) => {
    test.setTimeout(90_000);
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
    const code = ((await bare.locator('.receipt').textContent()) ?? '').replaceAll(/\s/g, '');
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
