// Where a member is logged in: told when it is new, ended one by one.
import { clean } from './axe.ts';
import { enter, expect, login, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

// Other specs leave sessions behind, which would be told here.
const test = cityOf(0);

const NOTICE = 'Ihr Zugang ist noch an anderer Stelle offen';

test.use({ expected: [/401 \(Unauthorized\)/] });

test('a login elsewhere is told, and can be ended from here', async ({ page, city, browser }) => {
  test.setTimeout(120_000);
  const who = login(city, 'caseworker');
  await page.clock.install();
  await unlock(page, city, who);
  await expect(page.getByText(NOTICE)).toHaveCount(0);

  // Somebody else has the words: the first page hears of it by itself.
  const phone = await browser.newContext({ locale: 'de-DE', hasTouch: true, isMobile: true });
  const other = await phone.newPage();
  await other.clock.install();
  await unlock(other, city, who);
  await expect(other.getByText(NOTICE)).toBeVisible();
  await other.getByRole('button', { name: 'Das bin ich' }).click();
  await expect(other.getByText(NOTICE)).toHaveCount(0);
  await page.clock.fastForward('03:00');
  await expect(page.getByText(NOTICE)).toBeVisible();
  await expect(page.locator('.elsewhere')).toContainText('Telefon oder Tablet');

  await page.getByRole('link', { name: 'Sitzungen ansehen' }).click();
  const sessions = page.locator('section', { has: page.getByRole('heading', { name: 'Ihre Sitzungen' }) });
  await expect(sessions.locator('li')).toHaveCount(2);
  await clean(page, 'my access, open elsewhere');
  await sessions.getByRole('button', { name: 'Telefon oder Tablet: Beenden' }).click();
  await expect(sessions.locator('li')).toHaveText([/Computer.*dieses Fenster/]);
  await expect(page.getByText(NOTICE)).toHaveCount(0);
  expect(await other.evaluate(() => fetch('/api/v1/office/session').then((answer) => answer.status))).toBe(401);
  // It locks by itself: nobody reads on there until a click fails.
  await other.clock.fastForward('03:00');
  await expect(other.locator('h1')).toHaveText('Konsole öffnen');
  await expect(other.getByText('Ihre Sitzung ist zu Ende.')).toBeVisible();
  await phone.close();

  // Locking and opening again in the same browser is one place, not two.
  await page.getByRole('button', { name: 'Sperren' }).click();
  await enter(page, who);
  await expect(sessions.locator('li')).toHaveText([/Computer.*dieses Fenster/], { timeout: 30_000 });
});
