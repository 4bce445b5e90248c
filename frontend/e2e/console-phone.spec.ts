// The console on a phone, opened there and not made narrow afterwards: parts that
// fold start folded, and say in one line what they hold.
import { expect, login, openFirst, part, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

test.use({ viewport: { width: 360, height: 740 } });

test('the bar is short, everybody finds every view, and nothing scrolls sideways', async ({ page, city }) => {
  const sideways = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await unlock(page, city, login(city, 'coordinator'));
  const links = page.locator('.bar nav a');
  await expect(links).toHaveCount(7);
  for (const link of await links.all()) await expect(link).toBeInViewport({ ratio: 1 });
  // Name and acts in one line, the views in two.
  expect((await page.locator('.bar').boundingBox())?.height).toBeLessThan(130);
  expect(await sideways()).toBeLessThanOrEqual(0);
  await page.locator('.bar .menu__button').click();
  await expect(page.getByRole('button', { name: 'Abmelden' })).toBeInViewport({ ratio: 1 });
  await page.keyboard.press('Escape');

  await openFirst(page, 'counselling');
  await expect(page.locator('.fold').first()).toBeVisible();
  expect(await sideways()).toBeLessThanOrEqual(0);
  for (const name of ['Gespräch', 'Maßnahmen', 'Fristen', 'Verlauf']) {
    await part(page, name);
    expect(await sideways(), name).toBeLessThanOrEqual(0);
  }
  // The chosen state stands in its line, which had to be scrolled for it.
  await page.getByRole('link', { name: 'Zum Eingang' }).click();
  await expect(page.locator('.states a[aria-current]')).toBeInViewport({ ratio: 0.9 });
});
