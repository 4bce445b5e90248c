// What the script puts on the page after sending, against axe: trouble, receipt,
// mailbox with a fault, mailbox opened.
import { clean } from './axe.ts';
import { expect, test } from './fixture.ts';
import { receiptOf, tell } from './steps.ts';

for (const lang of ['de', 'de-simple', 'ar']) {
  test.describe(lang, () => {
    test.use({ expected: [/ERR_INTERNET_DISCONNECTED/] });
    test('trouble, receipt and mailbox have no findings', async ({ page, city, context }) => {
      test.slow();
      await tell(page, `${city.public}/${lang}/report`, 'Ein Text');
      const receipt = await receiptOf(page);
      await expect(page.locator('[data-record] button')).toBeVisible();
      await context.setOffline(true);
      await page.locator('#submit').click();
      await expect(page.locator('#trouble')).toBeFocused();
      await clean(page, 'trouble');
      await context.setOffline(false);
      await page.locator('#submit').click();
      await expect(page.locator('.slip')).toBeVisible();
      await expect(page.locator('.slip img')).toHaveJSProperty('naturalWidth', 232);
      await page.locator('#retype').fill('0000');
      await clean(page, 'receipt');

      await page.goto(`${city.public}/${lang}/mailbox`);
      await page.locator('#receipt').fill('5815');
      await page.keyboard.press('Enter');
      await expect(page.locator('#summary')).toBeFocused();
      await clean(page, 'mailbox with a fault');
      await page.locator('#receipt').fill(receipt);
      await page.keyboard.press('Enter');
      await expect(page.locator('.thread')).toBeVisible();
      await page.locator('#wish summary').click();
      await expect(page.locator('#wish button')).toBeVisible();
      await clean(page, 'mailbox, opened');
      await page.locator('#wish button').click();
      await expect(page.locator('#wish').getByRole('alert')).toBeVisible();
      await clean(page, 'mailbox, no wish chosen');
      await page.locator('#wish').getByRole('alert').getByRole('link').click();
      await expect(page.locator('#wish input').first()).toBeFocused();
      await page.locator('#h-delete ~ .acts button').click();
      await expect(page.locator('#h-delete ~ .acts button')).toHaveCount(2);
      // The wish that was missing is not asked for any more.
      await expect(page.getByRole('alert')).toHaveCount(0);
      await clean(page, 'mailbox, asked whether really all is to go');
      await page.locator('form#mailbox button').click();
      await expect(page.locator('#text-error')).toBeVisible();
      await clean(page, 'mailbox, empty message');
    });
  });
}
