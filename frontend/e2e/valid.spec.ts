// What the running program sends is valid HTML: every page of both sites as it
// travels, and what the script makes of the form. TestValid reads every sample of
// every template in all languages.

import { resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { esmResolver, FileSystemConfigLoader, HtmlValidate } from 'html-validate';
import { expect, test } from './fixture.ts';
import { next, receiptOf, shownStep, tell } from './steps.ts';

const validator = new HtmlValidate(new FileSystemConfigLoader([esmResolver()]));

/** valid reads a page by the rules of .htmlvalidate.mjs, which lies where the page pretends to. */
async function valid(html: string, name: string): Promise<void> {
  const { results } = await validator.validateString(html, resolve(import.meta.dirname, '../page.html'));
  const found = results.flatMap(({ messages }) =>
    messages.map((m) => `${m.line}:${m.column} ${m.ruleId}: ${m.message}`),
  );
  expect(found, name).toEqual([]);
}

/** pagesOf collects the documents that a page is sent, as they travel. */
async function pagesOf(page: Page): Promise<{ name: string; html: string }[]> {
  const all: { name: string; html: string }[] = [];
  await page.route('**', async (route) => {
    const request = route.request();
    if (request.resourceType() !== 'document') return route.continue();
    const response = await route.fetch();
    const name = `${request.method()} ${new URL(request.url()).pathname} ${response.status()}`;
    all.push({ name, html: await response.text() });
    await route.fulfill({ response });
  });
  return all;
}

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false, expected: [/status of 4(04|22)/] });
  for (const lang of ['de', 'de-simple', 'ar']) {
    test(`every page in ${lang} is valid`, async ({ page, city }) => {
      const sent = await pagesOf(page);
      const paths = ['', 'rights', 'privacy', 'accessibility', 'imprint', 'safety', 'note', 'statistics', 'nothing'];
      for (const path of paths) await page.goto(`${city.public}/${lang}/${path}`);
      await page.goto(`${city.public}/${lang}/report`);
      const code = await receiptOf(page);
      await page.locator('#when-from').fill('2099-01-01');
      await page.locator('#submit').click();
      await expect(page.locator('#summary')).toBeVisible();
      await page.locator('#when-from').fill('');
      await page.locator('#text').fill('Ein "Text" <b> & mehr');
      await page.locator('input[value=act_for_me]').check();
      await page.locator('input[value="art9/1"]').check();
      await page.locator('#submit').click();
      await expect(page.locator('.slip img')).toBeVisible();
      await page.goto(`${city.public}/${lang}/mailbox`);
      await page.locator('#receipt').fill('5815');
      await page.locator('button[name=open]').click();
      await expect(page.locator('#summary')).toBeVisible();
      await page.locator('#receipt').fill(code);
      await page.locator('button[name=open]').click();
      await page.locator('#text').fill('Noch etwas');
      await page.locator('button[name=send]').click();
      await expect(page.locator('.entry')).toHaveCount(2);
      expect(sent.length).toBe(paths.length + 7);
      for (const { name, html } of sent) await valid(html, name);
    });
  }
});

test('what the script makes of form, receipt and mailbox is valid', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  const steps = await page.locator('.step').count();
  for (let i = 0; i < steps; i++) {
    const shown = await shownStep(page);
    await valid(await page.content(), shown);
    if (shown === 'what') {
      await next(page);
      await valid(await page.content(), 'a fault');
      await page.locator('#text').fill('Ein Text');
    }
    if (shown === 'send') break;
    await next(page);
  }
  expect(await shownStep(page)).toBe('send');
  await tell(page, `${city.public}/de/report`, 'Ein Text');
  const code = await receiptOf(page);
  await page.locator('#submit').click();
  await expect(page.locator('.slip img')).toHaveJSProperty('naturalWidth', 232);
  await valid(await page.content(), 'receipt');
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(code);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
  await page.locator('#wish summary').click();
  await valid(await page.content(), 'mailbox');
});

test('the console is sent as valid HTML', async ({ page, city }) => {
  const answer = await page.request.get(city.office);
  expect(answer.status()).toBe(200);
  await valid(await answer.text(), 'the console');
});
