// The list of cases and the page of today: filters that combine and count, saved
// views that only their member sees, cards that are written by themselves, and
// numbers that open what they count.
import { clean } from './axe.ts';
import { calm, expect, find, inbox, login, logout, settled, showState, unlock } from './console.ts';
import { cityOf } from './fixture.ts';
import { report } from './office.ts';

const test = cityOf(20);

test('filters combine, each value says what it would find, and the address keeps them', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await showState(page, 'all');
  await page.getByRole('button', { name: 'Merkmal' }).click();
  const first = page.locator('.values__one').first();
  const name = (await first.locator('span').first().textContent()) ?? '';
  await first.locator('input').check();
  await expect(page.locator('.chip')).toHaveCount(1);
  await calm(page);
  const n = Number(await first.locator('.count').textContent());
  expect(n).toBeGreaterThan(0);
  await expect(page.locator('.inbox__found p')).toHaveText(n === 1 ? '1 Fall' : `${n} Fälle`);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Merkmal' })).toBeFocused();
  await expect(page.locator('.chips')).toContainText(name);

  await page.getByRole('button', { name: 'Zuständig' }).click();
  await page.locator('.values__one', { hasText: 'ich' }).locator('input').check();
  await expect(page).toHaveURL(/ground=\w+&?/);
  await expect(page).toHaveURL(/who=me/);
  await expect(page.locator('.chip')).toHaveCount(2);
  await calm(page);
  const both = await page.locator('.inbox__found p').textContent();
  const address = page.url();
  await page.goto('about:blank');
  await page.goto(address);
  await page.locator('input[name=username]').fill(login(city, 'coordinator').name);
  await page.locator('input[name=passphrase]').fill(login(city, 'coordinator').passphrase);
  await page.getByRole('button', { name: 'Öffnen', exact: true }).click();
  await expect(page.locator('.inbox__found p')).toHaveText(both ?? '', { timeout: 30_000 });
  await expect(page.locator('.chip')).toHaveCount(2);

  await page.locator('.chip').first().click();
  await expect(page.locator('.chip')).toHaveCount(1);
  await page.getByRole('button', { name: 'Filter aufheben' }).click();
  await expect(page.locator('.chip')).toHaveCount(0);
});

test('a saved view comes back for its member, for nobody else, and shows nothing in the storage', async ({
  page,
  city,
}) => {
  await unlock(page, city, login(city, 'caseworker'));
  await page.getByRole('searchbox').fill('polizei');
  await page.getByLabel('Nur ungelesene').check();
  await page.getByRole('button', { name: 'Ansichten' }).click();
  await page.getByRole('button', { name: 'Ansicht speichern' }).click();
  await expect(page.locator('.saved .fault')).toHaveText('Bitte geben Sie der Ansicht einen Namen.');
  await page.getByLabel('Name der Ansicht').fill('Polizei, neu');
  await page.getByRole('button', { name: 'Ansicht speichern' }).click();
  const pinned = page.getByRole('navigation', { name: 'Angeheftete Ansichten' }).getByRole('link');
  await expect(pinned).toHaveText('Polizei, neu');
  const kept = await page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
  expect(kept).toContain('beistand.views.');
  expect(kept.toLowerCase()).not.toMatch(/polizei|unread/);

  await logout(page);
  await unlock(page, city, login(city, 'coordinator'));
  await expect(pinned).toHaveCount(0);
  await page.getByRole('button', { name: 'Ansichten' }).click();
  await expect(page.getByText('Noch keine gespeicherten Ansichten.')).toBeVisible();
  await page.keyboard.press('Escape');
  await logout(page);

  await unlock(page, city, login(city, 'caseworker'));
  await pinned.click();
  await expect(page.getByRole('searchbox')).toHaveValue('polizei');
  await expect(page.getByLabel('Nur ungelesene')).toBeChecked();
  await page.getByRole('button', { name: 'Ansichten' }).click();
  await page.getByRole('button', { name: 'Ansicht „Polizei, neu“ entfernen' }).click();
  await expect(pinned).toHaveCount(0);
  expect(
    await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('beistand.views'))),
  ).toEqual([]);
});

test('a report without JavaScript is found by its words before anybody opened it, and stays unread', async ({
  page,
  browser,
  city,
}) => {
  const mark = `wort${Date.now().toString(36)}`;
  await report(browser, { form: city.public }, '', `Am Einlass hat man mich abgewiesen, ${mark} sagte der Mann.`);
  await unlock(page, city, login(city, 'coordinator'));
  await find(page, mark);
  const row = page.locator('tr.row');
  await expect(row).toHaveClass(/row--unread/);
  await expect(row).toContainText('Am Einlass hat man mich abgewiesen');
  await row.locator('a.row__title').click();
  await settled(page);
  await page.getByRole('navigation', { name: 'Teile des Falls' }).getByRole('link', { name: 'Verlauf' }).click();
  // The card was written first, by the browser; reading is recorded only now.
  await expect(page.locator('.timeline')).toContainText('geöffnet');
  const kinds = await page.locator('.timeline > li').allInnerTexts();
  const card = kinds.findIndex((text) => text.includes('Karteikarte'));
  const access = kinds.findIndex((text) => text.includes('geöffnet'));
  expect([card >= 0, access >= 0]).toEqual([true, true]);
});

test('the page of today counts what its lists show, and says so when nothing waits', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await calm(page);
  await page.getByRole('link', { name: 'Heute', exact: true }).click();
  await expect(page.locator('h1')).toHaveText('Heute');
  const links = page.locator('.concern__all');
  await expect(links.first()).toBeVisible();
  const hrefs = await links.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
  for (const href of hrefs) {
    const link = page.locator(`.concern__all[href="${href}"]`);
    const n = await link.locator('.concern__n').textContent();
    await link.click();
    await expect(page.locator('.inbox__found p')).toHaveText(n === '1' ? '1 Fall' : `${n} Fälle`);
    await page.goBack();
    await expect(page.locator('h1')).toHaveText('Heute');
  }
});

test('today, list with open menus and saved views have no findings', async ({ page, city }) => {
  test.setTimeout(180_000);
  await unlock(page, city, login(city, 'coordinator'));
  await page.getByRole('link', { name: 'Heute', exact: true }).click();
  await expect(page.locator('.concern').first()).toBeVisible();
  await clean(page, 'today');
  await inbox(page);
  await page.getByRole('button', { name: 'Merkmal' }).click();
  await page.locator('.values__one input').first().check();
  await clean(page, 'list with a menu');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Ansichten' }).click();
  await clean(page, 'list with its views');
});
