// Nothing but ciphertext crosses the wire: all traffic of a day's work in the
// console is recorded and searched for what was read, searched and written. The
// same search finds the marker in a report sent without JavaScript, so it is
// known to work.
import type { Page } from '@playwright/test';
import { expect, find, login, part, settled, unlock } from './console.ts';
import { cityOf } from './fixture.ts';
import { report } from './office.ts';

const test = cityOf(20);

/** A Wire is everything that a page sent and got, as bytes. */
interface Wire {
  /** holds gives the addresses of what contained the words, in plain or in one of three alignments of base64. */
  holds(words: string): Promise<readonly string[]>;
  readonly count: () => number;
}

function forms(words: string): readonly string[] {
  const bytes = Buffer.from(words);
  const shifted = [0, 1, 2].map((n) => {
    const text = Buffer.concat([Buffer.alloc(n), bytes]).toString('base64');
    // The edges mix with their neighbours: only what is in the middle is sure.
    return text.slice(n === 0 ? 0 : n + 1, -4);
  });
  return [words, encodeURIComponent(words), bytes.toString('hex'), bytes.toString('utf16le'), ...shifted];
}

/** record keeps all that a page sends and gets. */
function record(page: Page): Wire {
  const kept: { readonly url: string; readonly bytes: Promise<string> }[] = [];
  page.on('request', (request) => {
    const body = request.postDataBuffer()?.toString('latin1') ?? '';
    const head = JSON.stringify(request.headers());
    kept.push({ url: request.url(), bytes: Promise.resolve(request.url() + head + body) });
  });
  page.on('response', (response) => {
    const body = response.body().then(
      (bytes) => bytes.toString('latin1'),
      () => '',
    );
    kept.push({ url: response.url(), bytes: body });
  });
  return {
    count: () => kept.length,
    async holds(words) {
      // A box is base64 of ciphertext; what would be inside a JSON text in plain stands as latin1 here.
      const wanted = forms(words).flatMap((form) => [form, Buffer.from(form).toString('latin1')]);
      const found: string[] = [];
      for (const { url, bytes } of kept) {
        const text = await bytes;
        if (wanted.some((form) => text.includes(form))) found.push(url);
      }
      return found;
    },
  };
}

test('what is read, searched for, labelled, noted and kept never crosses the wire', async ({ page, browser, city }) => {
  const mark = `merk${Date.now().toString(36)}`;
  const told = await browser.newContext({ javaScriptEnabled: false });
  const outside = await told.newPage();
  const plain = record(outside);
  await outside.goto(`${city.public}/de/report`);
  await outside.locator('#text').fill(`Der Vermieter sagte ${mark} zu mir.`);
  await outside.locator('#submit').click();
  await expect(outside.locator('h1')).toContainText('Ihre Meldung ist angekommen');
  expect(await plain.holds(mark)).not.toEqual([]);
  await told.close();
  await report(browser, { form: city.public }, '', 'Noch eine Meldung, damit die Liste etwas zu suchen hat.');

  const wire = record(page);
  await unlock(page, city, login(city, 'coordinator'));
  await find(page, mark);
  await page.locator('tbody .row__check input').check();
  await page.getByRole('button', { name: 'Label', exact: true }).click();
  await page.getByLabel('Neues Label').fill(`r:${mark}`);
  await page.getByRole('button', { name: 'Speichern' }).click();
  await expect(page.locator('.labelled')).toHaveText(`r:${mark}`);
  await page.locator('tbody .row__check input').check();
  await page.getByRole('button', { name: 'Zuweisen', exact: true }).click();
  await page.getByLabel('An wen?').selectOption({ label: 'ich' });
  await page.getByLabel('Notiz zur Übergabe').fill(`Bitte übernehmen: ${mark}`);
  await page.getByRole('dialog').getByRole('button', { name: 'Zuweisen' }).click();
  // That one case was changed stood there since the label.
  await expect(page.locator('tbody td:last-child')).toHaveText('ich');
  await page.getByRole('button', { name: 'Ansichten' }).click();
  await page.getByLabel('Name der Ansicht').fill(`Suche ${mark}`);
  await page.getByRole('button', { name: 'Ansicht speichern' }).click();
  await expect(page.getByRole('navigation', { name: 'Angeheftete Ansichten' })).toContainText(mark);
  await page.keyboard.press('Escape');
  await page.locator('a.row__title').click();
  await settled(page);
  await expect(page.locator('.words-told')).toContainText(mark);
  await part(page, 'Verlauf');
  await expect(page.locator('.timeline')).toContainText(`Bitte übernehmen: ${mark}`);

  expect(wire.count()).toBeGreaterThan(20);
  expect(await wire.holds(mark)).toEqual([]);
  expect(await wire.holds('Der Vermieter sagte')).toEqual([]);
  expect(decodeURIComponent(page.url())).not.toContain(mark);
  expect(await page.evaluate(() => JSON.stringify(Object.entries(localStorage)))).not.toContain(mark);
});
