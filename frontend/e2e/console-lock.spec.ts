// The lock of the console: words, keys, the swapped key, idle time, drafts.
import { enter, expect, login, openFirst, part, unlock } from './console.ts';
import { cityOf } from './fixture.ts';

const test = cityOf(20);

test('words are completed, a wrong one is marked before the slow step', async ({ page, city }) => {
  await page.goto(city.office);
  await expect(page.locator('h1')).toBeFocused();
  const field = page.locator('input[name=passphrase]');
  await field.fill('aban abil nonsense ');
  await expect(page.locator('.place--good')).toHaveText(['abandon', 'ability']);
  await expect(page.locator('.place--wrong')).toHaveText('nonsense');
  await page.locator('input[name=username]').fill('beratung');
  await page.getByRole('button', { name: 'Öffnen', exact: true }).click();
  await expect(page.locator('.fault')).toHaveText('Das 3. Wort steht nicht auf der Liste. Bitte prüfen Sie es.');
  await expect(field).toBeFocused();
});

test.describe('wrong words', () => {
  test.use({ expected: [/401 \(Unauthorized\)/] });

  test('tell nothing about which part is wrong, and keep the name', async ({ page, city }) => {
    await page.goto(city.office);
    await enter(page, { name: 'niemand', passphrase: 'abandon ability able about above absent absorb' });
    await expect(page.getByRole('alert')).toHaveText('Name oder Wörter stimmen nicht.', { timeout: 30_000 });
    await expect(page.locator('input[name=username]')).toHaveValue('niemand');
    await expect(page.locator('input[name=passphrase]')).toHaveValue('');
  });
});

test('locking drops what was open; a draft comes back with the keys', async ({ page, city }) => {
  const who = login(city, 'coordinator');
  await unlock(page, city, who);
  await openFirst(page, 'paused');
  await part(page, 'Notizen');
  await page.getByLabel('Neue Notiz').fill('Ein halber Satz');
  const title = (await page.locator('h1').textContent()) ?? '';
  await page.getByRole('button', { name: 'Sperren' }).click();
  await expect(page.locator('h1')).toHaveText('Konsole öffnen');
  await expect(page.locator('h1')).toBeFocused();
  await expect(page.getByText('Ihre Entwürfe liegen verschlossen bereit.')).toBeVisible();
  await expect(page.locator('body')).not.toContainText('Ein halber Satz');
  await expect(page.locator('body')).not.toContainText(title);
  await enter(page, who);
  await expect(page.getByLabel('Neue Notiz')).toHaveValue('Ein halber Satz', { timeout: 30_000 });
});

test('locking one tab locks all, and the way back shows nothing', async ({ page, city, context }) => {
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'counselling');
  const told = (await page.locator('.words-told').first().textContent()) ?? '';
  expect(told).not.toBe('');
  const other = await context.newPage();
  await unlock(other, city, login(city, 'coordinator'));
  await other.getByRole('button', { name: 'Sperren' }).click();
  await expect(other.locator('h1')).toHaveText('Konsole öffnen');
  await expect(page.locator('h1')).toHaveText('Konsole öffnen');
  await expect(page.getByText('in einem anderen Fenster gesperrt')).toBeVisible();
  for (let i = 0; i < 2; i++) {
    await page.evaluate(() => history.back());
    await expect(page.locator('h1')).toHaveText('Konsole öffnen');
    await expect(page.locator('body')).not.toContainText(told);
  }
});

test('without input it warns after 13 minutes and locks after 15', async ({ page, city }) => {
  await page.clock.install();
  await unlock(page, city, login(city, 'caseworker'));
  await page.clock.fastForward('12:30');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.clock.fastForward('00:45');
  await expect(page.getByRole('dialog', { name: 'Sind Sie noch da?' })).toBeVisible();
  await page.getByRole('button', { name: 'Weiterarbeiten' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.clock.fastForward('15:01');
  await expect(page.locator('h1')).toHaveText('Konsole öffnen');
  await expect(page.getByText('Die Konsole war 15 Minuten ohne Eingabe')).toBeVisible();
});

test('a swapped key in the public form stops all work', async ({ page, city }) => {
  await page.route('**/de/report', async (route) => {
    const response = await route.fetch();
    const html = await response.text();
    const swapped = (key: string) => `age1pq1${[...key.slice(7)].reverse().join('')}`;
    await route.fulfill({ response, body: html.replaceAll(/age1pq1[02-9ac-hj-np-z]{1952}/g, swapped) });
  });
  await page.goto(city.office);
  await enter(page, login(city, 'coordinator'));
  await expect(page.locator('h1')).toHaveText('Der öffentliche Schlüssel wurde ausgetauscht', { timeout: 30_000 });
  await expect(
    page.getByText('Das öffentliche Formular verschließt Meldungen für einen anderen Schlüssel.'),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Öffnen' })).toHaveCount(0);
});

test('nothing is kept on the device, and no case id is in a path', async ({ page, city }) => {
  const paths: string[] = [];
  page.on('framenavigated', (frame) => paths.push(new URL(frame.url()).pathname));
  await unlock(page, city, login(city, 'coordinator'));
  await openFirst(page, 'referred');
  const kept = await page.evaluate(async () => ({
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    cookies: document.cookie,
  }));
  expect(kept).toEqual({ local: 0, session: 0, databases: 0, cookies: '' });
  expect(new Set(paths)).toEqual(new Set(['/office/']));
});
