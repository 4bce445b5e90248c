// Live figures: exact, for coordinators only, and nothing of them leaves the
// browser.
import { expect, login, showState, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

test('every figure opens its cases, and no request carries a count', async ({ page, city }) => {
  await unlock(page, city, login(city, 'coordinator'));
  // The list of all cases tells how many there are.
  await showState(page, 'all');
  await expect(page.locator('.inbox__found')).toHaveText(/^\d+ Fälle/);
  const all = Number(/^\d+/.exec((await page.locator('.inbox__found').textContent()) ?? '')?.[0]);
  const asked: string[] = [];
  page.on('request', (request) =>
    asked.push(
      `${request.method()} ${new URL(request.url()).pathname}${new URL(request.url()).search} ${request.postData() ?? ''}`,
    ),
  );
  await page.getByRole('link', { name: 'Zahlen' }).click();
  await expect(page.locator('h1')).toHaveText('Zahlen');
  await expect(page.getByText('Interne, genaue Zahlen. Nicht weitergeben')).toBeVisible();
  const figure = (name: string) => page.locator('.figure', { has: page.getByRole('heading', { name, exact: true }) });
  const sum = async (name: string) => {
    const numbers = await figure(name).locator('td').allTextContents();
    return numbers.reduce((total, text) => total + Number(text), 0);
  };
  await expect(page.getByRole('link', { name: `${all} Fälle` })).toBeVisible();
  expect(await sum('Eingang nach Monat')).toBe(all);
  expect(await sum('Stand')).toBe(all);
  // A load is what is still open.
  expect(await sum('Auslastung: offene Fälle')).toBeLessThan(all);
  // The chart says the same as the table before it.
  for (const name of ['Eingang nach Monat', 'Stand', 'Gründe', 'Lebensbereiche', 'Auslastung: offene Fälle']) {
    const drawn = await figure(name).locator('svg text:nth-of-type(2)').allTextContents();
    expect(drawn, name).toEqual(await figure(name).locator('td').allTextContents());
    await expect(figure(name).locator('svg')).toHaveAttribute('aria-hidden', 'true');
  }

  await page.getByLabel('Fälle', { exact: true }).selectOption({ label: 'Alle offenen' });
  await expect.poll(() => sum('Stand')).toBeLessThan(all);
  await page.getByLabel('Eingegangen im Jahr').selectOption({ index: 1 });
  await expect.poll(() => sum('Eingang nach Monat')).toBeGreaterThan(0);
  expect(
    asked.filter((line) => !line.startsWith('GET /assets/')),
    'filters ask the server nothing',
  ).toEqual([]);

  const cell = figure('Gründe').locator('td a').first();
  const n = (await cell.textContent()) ?? '';
  await cell.click();
  await expect(page.locator('h1')).toHaveText('Eingang');
  await expect(page.locator('.inbox__found')).toHaveText(new RegExp(`^${n} F`));

  await page.goBack();
  await page.getByRole('button', { name: 'Zählen', exact: true }).click();
  await expect(page.getByText('Mitte (Median)')).toBeVisible({ timeout: 30_000 });
  const waits = figure('Zeit bis zur ersten Antwort');
  await expect(waits.getByRole('row')).toHaveCount(5);
  await waits.locator('summary').first().click();
  await expect(waits.locator('details a').first()).toHaveAttribute('href', /^#case=[0-9a-f]{32}/);
  // Counting opens cases and says nothing: no body, no query.
  const calls = asked.filter((line) => !line.startsWith('GET /assets/'));
  for (const line of calls) expect(line).toMatch(/^GET \/api\/v1\/office\/(cases\/[0-9a-f]{32}|session|cases|cards)/);
});

test('figures are for coordinators, and not for paper', async ({ page, city }) => {
  await unlock(page, city, login(city, 'caseworker'));
  await expect(page.getByRole('link', { name: 'Zahlen' })).toHaveCount(0);
  // An address kept from before, or typed, asks for nothing that would be refused.
  for (const theirs of ['figures', 'workload', 'ledger', 'statistics=2025']) {
    await page.goto(`${city.office}#inbox=1`);
    await expect(page.locator('h1')).toHaveText('Eingang');
    await page.goto(`${city.office}#${theirs}`);
    await expect(page.locator('h1')).toHaveText('Heute');
    await expect(page.locator('.figures')).toHaveCount(0);
  }
  await unlock(page, city, login(city, 'coordinator'));
  await page.goto(`${city.office}#figures`);
  await expect(page.locator('.figure').first()).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('main.figures')).toBeHidden();
});
