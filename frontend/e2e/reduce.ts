// Pictures of pages that can be compared on another machine: always the same
// fonts, made small so that a letter's edge is of no weight, in few colours.
import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';
import { type Browser, expect, type Page } from '@playwright/test';

/** FONTS are in Debian's fonts-noto-core, which make test installs. Which font a system has for "sans-serif" differs. */
const FONTS = `* { font-family: "Noto Sans", "Noto Sans Arabic" !important; caret-color: transparent !important }
*, *::before, *::after { animation: none !important; transition: none !important }`;

/** TALLEST is how much of a page is looked at, in pixels of the page. */
const TALLEST = 1_500;

/** dress puts fonts into a page whose content security policy is bypassed. */
export async function dress(page: Page): Promise<void> {
  await page.waitForLoadState();
  await page.addStyleTag({ content: FONTS });
  await page.evaluate(() => document.fonts.ready);
}

/** still takes the digits of a receipt and its picture out of a page: they are others each time. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(() => {
    const digits = ['5815', '1125', '1217', '1181', '1900', '1412', '4458', '4569'];
    for (const code of document.querySelectorAll('.receipt, #shown')) {
      const groups = [...code.children].filter((one) => /^\d{4}$/.test(one.textContent ?? ''));
      groups.forEach((group, i) => {
        group.textContent = digits[i] ?? '';
      });
      if (groups.length !== digits.length) code.textContent = digits.join(' ');
    }
    for (const image of document.querySelectorAll<HTMLImageElement>('.slip img'))
      image.style.filter = 'sepia(1) brightness(0.5) contrast(0)';
  });
}

/** reduced takes a picture of a page, and makes it a fifth to two fifths as wide. */
export async function reduced(page: Page, bench: Bench, path: string): Promise<Buffer> {
  await page.evaluate(() => scrollTo(0, 0));
  const size = page.viewportSize() ?? { width: 0, height: 0 };
  const height = Math.min(TALLEST, await page.evaluate(() => document.documentElement.scrollHeight));
  await page.setViewportSize({ width: size.width, height });
  await page.screenshot({ path, clip: { x: 0, y: 0, width: size.width, height } });
  await page.setViewportSize(size);
  return bench.shrink(readFileSync(path), size.width < 600 ? 0.4 : 0.2);
}

/** A Bench draws pictures on an empty page, where no policy forbids it. */
export class Bench {
  readonly #page: Page;
  constructor(page: Page) {
    this.#page = page;
  }

  static async open(browser: Browser): Promise<Bench> {
    return new Bench(await browser.newPage());
  }

  close(): Promise<void> {
    return this.#page.context().close();
  }

  /** shrink makes a picture smaller, and gives each colour one of six steps: enough to see what a page looks like. */
  async shrink(png: Buffer, scale: number): Promise<Buffer> {
    const { width, height, steps } = await this.#page.evaluate(
      async ([source, scale]) => {
        const image = new Image();
        image.src = `data:image/png;base64,${source}`;
        await image.decode();
        const canvas = document.createElement('canvas');
        const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)];
        canvas.width = width;
        canvas.height = height;
        const context = canvas.getContext('2d') as CanvasRenderingContext2D;
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, width, height);
        const { data } = context.getImageData(0, 0, width, height);
        const step = (at: number): number => Math.round((data[at] as number) / 51);
        const steps = Array.from(
          { length: width * height },
          (_, i) => step(4 * i) * 36 + step(4 * i + 1) * 6 + step(4 * i + 2),
        );
        return { width, height, steps };
      },
      [png.toString('base64'), scale] as const,
    );
    return indexed(width, height, Buffer.from(steps));
  }
}

/** indexed writes a PNG of 216 colours, six steps of red, green and blue. */
function indexed(width: number, height: number, steps: Buffer): Buffer {
  const chunk = (kind: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const palette = Array.from({ length: 216 }, (_, i) => [Math.floor(i / 36), Math.floor(i / 6) % 6, i % 6]);
  const rows = Array.from({ length: height }, (_, y) =>
    Buffer.concat([Buffer.of(0), steps.subarray(y * width, (y + 1) * width)]),
  );
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('PLTE', Buffer.from(palette.flat().map((step) => step * 51))),
    chunk('IDAT', deflateSync(Buffer.concat(rows), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** same holds a picture against the committed one. A letter's edge may differ, a line, a box or a side may not. */
export function same(picture: Buffer, name: string): void {
  expect(picture).toMatchSnapshot(`${name}.png`, { threshold: 0.2, maxDiffPixels: 60 });
}
