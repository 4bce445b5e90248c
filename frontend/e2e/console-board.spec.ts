// The board: the filter of the list in columns, and cards that move by a menu.
import { clean } from './axe.ts';
import { expect, login, showState, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

test('the board shows the filter of the list, and a card moves by its menu', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await showState(page, 'all');
  const all = await page.locator('.inbox__found p').textContent();
  await page.getByRole('link', { name: 'Tafel' }).click();
  await expect(page.locator('h1')).toHaveText('Tafel');
  await expect(page.locator('.inbox__found p')).toHaveText(all ?? '');
  await expect(page.locator('.board__column')).toHaveCount(7);

  const fresh = page.locator('.board__column').filter({ has: page.getByRole('heading', { name: /^Neu/ }) });
  const triage = page
    .locator('.board__column')
    .filter({ has: page.getByRole('heading', { name: /^Ersteinschätzung/ }) });
  const before = await triage.locator('.piece').count();
  const id = (await fresh.locator('.piece .id').first().textContent()) ?? '';
  const card = page.locator('.piece', { hasText: id });
  const menu = card.getByRole('button', { name: `Weiter ${id}` });
  // Nobody has it: the step that is not open yet says why.
  await menu.focus();
  await page.keyboard.press('Enter');
  await expect(card).toContainText('Jemand muss den Fall übernehmen.');
  await card.getByRole('button', { name: 'Übernehmen' }).click();
  await expect(card.locator('.piece__end > span').first()).toHaveText('ich');
  await menu.click();
  await card.getByRole('button', { name: 'Ersteinschätzung' }).click();
  await expect(triage.locator('.piece', { hasText: id })).toBeVisible();
  await expect(triage.locator('.piece')).toHaveCount(before + 1);
  await expect(page.locator('.bulk__outcome')).toContainText('1 Fall geändert');

  // What needs a look into the case leads there.
  const advice = page.locator('.board__column').filter({ has: page.getByRole('heading', { name: /^Beratung/ }) });
  await advice
    .getByRole('button', { name: /^Weiter/ })
    .first()
    .click();
  await expect(advice.getByRole('link', { name: /^Im Fall: / }).first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(advice.getByRole('link', { name: /^Im Fall: / })).toHaveCount(0);
});

test('the board has no findings, on a phone too', async ({ page, city }) => {
  test.setTimeout(120_000);
  await unlock(page, city, login(city, 'coordinator'));
  await page.getByRole('link', { name: 'Tafel' }).click();
  await expect(page.locator('.piece').first()).toBeVisible();
  await clean(page, 'board');
  await page.setViewportSize({ width: 360, height: 800 });
  await page.getByRole('button', { name: /^Beratung/ }).click();
  await expect(page.getByRole('heading', { name: /^Beratung/ })).toBeFocused();
  await page
    .locator('.piece')
    .first()
    .getByRole('button', { name: /^Weiter/ })
    .click();
  await expect(page.locator('.moving .hint, .moving a, .moving button').first()).toBeVisible();
  await clean(page, 'board with a menu', [360, 1_280]);
});
