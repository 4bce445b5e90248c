// The languages that a11y.spec does not look at from all sides: each page once, on
// a phone, without the page's script, so that the whole form is on one page; with
// faults, with the receipt, with an open mailbox. Long words must fit.
import { clean, fits, unfold, withoutScript } from './axe.ts';
import { expect, test } from './fixture.ts';

test.use({ viewport: { width: 360, height: 800 } });

for (const lang of 'en tr uk ru it hr ro el pl sq fr'.split(' ')) {
  test(`all pages in ${lang} have no findings on a phone`, async ({ page, city, context, expected }) => {
    expected.push(/net::ERR_FAILED/, /422/, /404/);
    await withoutScript(context);
    const check = async (name: string): Promise<void> => {
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      await unfold(page);
      await page.setViewportSize({ width: 320, height: 800 });
      await fits(page, `${lang}, ${name}`);
      await clean(page, `${lang}, ${name}`, [360], ['light']);
    };
    for (const name of ['', 'rights', 'privacy', 'accessibility', 'imprint', 'safety', 'mailbox', 'nothing']) {
      await page.goto(`${city.public}/${lang}/${name}`);
      await check(`/${name}`);
    }
    await page.goto(`${city.public}/${lang}/report`);
    await check('the form');
    const receipt = (await page.locator('#shown').textContent()) ?? '';
    await page.locator('#submit').click();
    await expect(page.locator('#summary')).toBeFocused();
    await check('the form with a fault');
    await page.locator('#text').fill('Κάτι ещё şey');
    await page.locator('#submit').click();
    await expect(page.locator('.slip img')).toBeVisible();
    await check('the receipt');
    await page.goto(`${city.public}/${lang}/mailbox`);
    await page.locator('#receipt').fill('5815');
    await page.locator('button[name=open]').click();
    await expect(page.locator('#summary')).toBeFocused();
    await check('the mailbox with a fault');
    await page.locator('#receipt').fill(receipt);
    await page.locator('button[name=open]').click();
    await expect(page.locator('.thread')).toBeVisible();
    await check('the open mailbox');
  });
}
