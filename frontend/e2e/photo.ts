// A photo that tells everything a camera knows, and what a case's files hold in
// the console: shared by the specs of files.
import type { Download, Page } from '@playwright/test';

/** MARKS are what must not be left in a cleaned picture. */
export const MARKS = ['KENNUNG-MAKE', 'KENNUNG-KOMMENTAR', 'KENNUNG-VORSCHAU', 'GPSLatitude'];

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
export async function photo(page: Page, size = 64): Promise<Buffer> {
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
export async function pixels(page: Page, bytes: Buffer): Promise<string> {
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

/** saved opens file n of the case and gives what its download holds. */
export async function saved(page: Page, n: number, original = false): Promise<{ name: string; bytes: Buffer }> {
  const file = page.locator('.files li').nth(n);
  await file.getByRole('button', { name: 'Datei öffnen' }).click();
  if (original) await page.getByRole('button', { name: 'Öffnen und vermerken' }).click();
  const download = page.waitForEvent('download');
  await file.getByRole('button', { name: 'Herunterladen' }).click();
  return content(await download);
}

/** content reads a download. */
export async function content(done: Download): Promise<{ name: string; bytes: Buffer }> {
  const chunks: Buffer[] = [];
  for await (const chunk of await done.createReadStream()) chunks.push(chunk as Buffer);
  return { name: done.suggestedFilename(), bytes: Buffer.concat(chunks) };
}
