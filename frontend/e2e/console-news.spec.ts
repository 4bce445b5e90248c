// What came since the console was opened: it is counted in the background, by
// one small question, and shown when the member asks for it.
import { calm, expect, login, unlock } from './console.ts';
import { cityOf } from './fixture.ts';
import { report } from './office.ts';

const test = cityOf(20);

/** LOOK is how often the console asks for what is new. */
const LOOK = '01:30';

test('a new report is announced, changes nothing under the hand, and is shown on request', async ({
  page,
  browser,
  city,
}) => {
  await page.clock.install();
  await unlock(page, city, login(city, 'coordinator', 1));
  await calm(page);
  const found = page.locator('.states a').first().locator('.count');
  const before = Number(await found.textContent());
  const lists: string[] = [];
  page.on('request', (request) => {
    const path = new URL(request.url()).pathname.replace('/api/v1/office/', '');
    if (['cases', 'cards', 'heads'].includes(path)) lists.push(path);
  });
  await report(browser, { form: city.public }, '', 'Im Amt hat man mich weggeschickt.');
  await page.clock.fastForward(LOOK);
  const fresh = page.getByRole('button', { name: /neu.*anzeigen/ });
  await expect(fresh).toBeVisible();
  await expect(found).toHaveText(String(before));
  await fresh.click();
  await expect(found).toHaveText(String(before + 1));
  await expect(fresh).toHaveCount(0);
  // The list itself was never fetched again.
  expect(new Set(lists)).toEqual(new Set(['heads']));
});
