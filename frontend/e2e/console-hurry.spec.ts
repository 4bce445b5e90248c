// A member who goes from one unopened case to the next faster than the console
// can write what an opening records. A page of a case once cleared the case that
// had begun to load after it, and the console waited for ever.
import { expect, hashes, isCase, login, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

test('one unopened case after another, as fast as they open', async ({ page, city }) => {
  test.setTimeout(180_000);
  await unlock(page, city, login(city, 'coordinator'));
  await page.goto(`${city.office}#inbox`);
  await expect(page.locator('a.row__title').first()).toBeVisible();
  const all = await hashes(page);
  expect(all.length).toBeGreaterThan(10);
  const go = (hash: string) =>
    page.evaluate((to) => {
      location.hash = to;
    }, hash);

  for (const hash of [...all, ...all]) {
    await go(hash);
    await isCase(page, hash);
  }
  for (const hash of [...all, ...all]) await go(hash);
  await isCase(page, all.at(-1) ?? '');
});
