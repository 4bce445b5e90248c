// What somebody meets whose line is slow: a script that comes while they write, a
// file that is still being read, an answer that lets them wait.
import type { Page } from '@playwright/test';
import { expect, test } from './fixture.ts';
import { arrived, goTo, shownStep, tell } from './steps.ts';

/** held keeps back what an address answers, until it is let go. */
async function held(page: Page, address: string): Promise<() => void> {
  let go = (): void => {};
  const gone = new Promise<void>((done) => {
    go = done;
  });
  await page.route(address, async (route) => {
    await gone;
    await route.continue();
  });
  return () => go();
}

test('who writes already when the script comes goes on writing', async ({ page, city }) => {
  await page.setViewportSize({ width: 360, height: 640 });
  const go = await held(page, '**/assets/main-*.js');
  await page.goto(`${city.public}/de/report`, { waitUntil: 'commit' });
  await page.locator('#text').click();
  await page.keyboard.type('Im Bus, ');
  go();
  await expect(page.locator('.progress')).toBeVisible();
  expect(await shownStep(page)).toBe('what');
  await page.keyboard.type('Linie 4');
  await expect(page.locator('#text')).toHaveValue('Im Bus, Linie 4');
  await expect(page.locator('#text')).toBeInViewport();
  await goTo(page, 'send');
  await page.locator('#submit').click();
  await arrived(page);
});

test('a file that is still being read is not sent before its tick', async ({ page, city }) => {
  const posts: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  const go = await held(page, '**/assets/attach-*.js');
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('Mit Brief');
  await goTo(page, 'attach');
  const letter = { name: 'brief.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n') };
  await page.locator('#files').setInputFiles(letter);
  await goTo(page, 'send');
  await page.locator('#submit').click();
  await expect(page.getByRole('status').filter({ hasText: 'wird' })).toBeVisible();
  go();
  await expect(page.locator('#summary')).toContainText('bei jeder Datei');
  expect(await shownStep(page)).toBe('attach');
  expect(posts).toEqual([]);
  await page
    .locator('.files')
    .getByRole('checkbox', { name: /trotzdem/ })
    .check();
  await goTo(page, 'send');
  await page.locator('#submit').click();
  await arrived(page);
});

test('what is written while a message is on its way stays', async ({ page, city }) => {
  await tell(page, `${city.public}/de/report`, 'Zuerst');
  await page.locator('#submit').click();
  const receipt = await arrived(page);
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
  const go = await held(page, '**/api/v1/messages');
  await page.locator('#text').fill('Noch etwas.');
  const asked = page.waitForRequest('**/api/v1/messages');
  await page.getByRole('button', { name: 'Nachricht senden' }).click();
  await asked;
  await page.locator('#text').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\nUnd dann');
  go();
  await expect(page.locator('.done')).toHaveText('Ihre Nachricht ist angekommen.');
  await expect(page.locator('#text')).toBeFocused();
  await page.keyboard.type(' das.');
  await expect(page.locator('#text')).toHaveValue('Und dann das.');
});
