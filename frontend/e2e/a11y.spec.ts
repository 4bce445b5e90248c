// Every public page against axe: German, Leichte Sprache and Arabic, light and
// dark, at three widths, with and without the page's script, with faults, with
// everything opened.
import type { Page } from '@playwright/test';
import { clean, unfold, withoutScript } from './axe.ts';
import { expect, test } from './fixture.ts';
import { next, receiptOf, shownStep } from './steps.ts';

async function check(page: Page, name: string): Promise<void> {
  await unfold(page);
  await clean(page, name);
}

for (const lang of ['de', 'de-simple', 'ar']) {
  test(`information pages in ${lang} have no findings`, async ({ page, city }) => {
    test.slow();
    for (const name of ['', 'rights', 'privacy', 'accessibility', 'imprint', 'safety', 'mailbox', 'note']) {
      await page.goto(`${city.public}/${lang}/${name}`);
      await check(page, `/${lang}/${name}`);
    }
  });

  test(`the form in ${lang} has no findings, one question a page`, async ({ page, city }) => {
    test.slow();
    await page.goto(`${city.public}/${lang}/report`);
    const steps = await page.locator('.step').count();
    for (let i = 0; i < steps; i++) {
      const shown = await shownStep(page);
      if (shown === 'send') {
        await receiptOf(page);
        await expect(page.locator('[data-record] button')).toBeVisible();
      }
      await check(page, `/${lang}/report, ${shown}`);
      if (shown === 'what') {
        await next(page);
        await expect(page.locator('#summary')).toBeFocused();
        await check(page, `/${lang}/report, fault`);
        await page.locator('#text').fill('x');
      }
      if (shown === 'send') return;
      await next(page);
    }
    throw new Error('the last question was not reached');
  });

  test(`the form in ${lang} has no findings without script`, async ({ page, city, context, expected }) => {
    test.slow();
    expected.push(/net::ERR_FAILED/, /422/);
    await withoutScript(context);
    await page.goto(`${city.public}/${lang}/report`);
    await check(page, `/${lang}/report`);
    await page.locator('#when-from').fill('2099-01-01');
    await page.locator('#submit').click();
    await expect(page.locator('#summary')).toBeFocused();
    await check(page, `/${lang}/report with faults`);
    await page.locator('#when-from').fill('');
    await page.locator('#text').fill('Ein Text');
    const receipt = (await page.locator('#shown').textContent()) ?? '';
    await page.locator('#submit').click();
    await expect(page.locator('.slip img')).toBeVisible();
    await check(page, `/${lang}, receipt`);
    await page.goto(`${city.public}/${lang}/mailbox`);
    await page.locator('#receipt').fill('5815');
    await page.locator('button[name=open]').click();
    await expect(page.locator('#summary')).toBeFocused();
    await check(page, `/${lang}/mailbox with a fault`);
    await page.locator('#receipt').fill(receipt);
    await page.locator('button[name=open]').click();
    await expect(page.locator('.thread')).toBeVisible();
    await check(page, `/${lang}/mailbox, opened`);
  });
}
