// Leaving fast, from every place.
import { expect, test } from './fixture.ts';
import { goTo } from './steps.ts';

// The neutral page is in the internet; the test ends at the door.
test.beforeEach(async ({ page }) => {
  await page.route('**/exit', (route) =>
    route.fulfill({ status: 200, contentType: 'text/html', body: '<title>out</title>' }),
  );
});

for (const where of ['start', 'what', 'check', 'send']) {
  test(`the button leaves from "${where}", and going back does not lead to the form`, async ({ page, city }) => {
    await page.goto(`${city.public}/de/safety`);
    await page.goto(`${city.public}/de/report`);
    if (where !== 'start') {
      await goTo(page, 'what');
      await page.locator('#text').fill('Nur für mich');
      await goTo(page, where);
    }
    await page.locator('#exit').click();
    await expect(page).toHaveTitle('out');
    await page.goBack();
    await expect(page).toHaveURL(`${city.public}/de/safety`);
  });
}

test('Shift three times leaves; another key in between does not', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  await expect(page.locator('.progress')).toBeVisible();
  await page.keyboard.press('Shift');
  await page.keyboard.press('Shift');
  await expect(page.locator('.dots')).toHaveText('●●○');
  await expect(page.locator('.escape .unseen')).toHaveText('Noch 1 Mal Umschalttaste');
  await page.keyboard.press('a');
  await expect(page.locator('.dots')).toHaveText('');
  await page.keyboard.press('Shift');
  await page.keyboard.press('Shift');
  await page.keyboard.press('Shift');
  await expect(page).toHaveTitle('out');
});

test('the button is the first thing that the keyboard reaches', async ({ page, city }) => {
  for (const path of ['', 'report', 'mailbox', 'safety']) {
    await page.goto(`${city.public}/de/${path}`);
    await page.keyboard.press('Tab');
    await expect(page.locator('#exit')).toBeFocused();
  }
});
