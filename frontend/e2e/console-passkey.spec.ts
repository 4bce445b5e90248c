// Passkeys: as a second factor, and as a second lock where the device can do it.
// The authenticators are Chromium's virtual ones.
import { clean } from './axe.ts';
import { enter, expect, login, logout, unlock } from './console.ts';
import { cityOf } from './fixture.ts';
import { setUp, startOffice } from './office.ts';
import { access, device, passkeys, words } from './passkey.ts';

const test = cityOf(20);

const LOCK = 'Auch meinen Leseschlüssel damit verschließen (zweites Schloss)';

test.use({ expected: [/401 \(Unauthorized\)|403 \(Forbidden\)/] });

test('a passkey is a second factor, and a lost one is another person’s act', async ({ page, city, browser }) => {
  test.setTimeout(180_000);
  const who = login(city, 'caseworker');
  const phone = await device(page, false);
  await unlock(page, city, who);
  await access(page);
  await expect(page.getByText('Sie haben noch keinen Passkey')).toBeVisible();
  await page.getByLabel('Name des Passkeys').fill('Diensttelefon');
  // A session alone, left open or stolen, adds nothing: the words are wanted once more.
  await words(page, { passphrase: 'abandon ability able about above absent absorb' });
  await page.getByRole('button', { name: 'Passkey hinzufügen' }).click();
  await expect(page.getByRole('alert')).toContainText('Das sind nicht Ihre sieben Wörter', { timeout: 30_000 });
  expect(await phone.credentials()).toBe(0);
  await words(page, who);
  await page.getByRole('button', { name: 'Passkey hinzufügen' }).click();
  const list = passkeys(page);
  await expect(list).toHaveText([/Diensttelefon/]);
  expect(await phone.credentials()).toBe(1);
  // The same device makes no second one.
  await words(page, who);
  await page.getByRole('button', { name: 'Passkey hinzufügen' }).click();
  await expect(page.getByRole('alert')).toContainText('Dieses Gerät hat schon einen Passkey');

  // The words alone open nothing; the dialog can be asked again without typing them anew.
  await logout(page);
  await phone.verified(false);
  await enter(page, who);
  await expect(page.getByText('Der Passkey wurde noch nicht bestätigt.')).toBeVisible({ timeout: 30_000 });
  expect(await page.evaluate(() => fetch('/api/v1/office/session').then((answer) => answer.status))).toBe(401);
  await phone.verified(true);
  await page.getByRole('button', { name: 'Passkey verwenden' }).click();
  await expect(page.locator('h1')).toHaveText('Mein Zugang', { timeout: 30_000 });
  await expect(list).toHaveText([/Diensttelefon/]);

  // Lost: nobody gets in, until a coordinator takes the passkeys away.
  await logout(page);
  await phone.remove();
  await device(page, false);
  await enter(page, who);
  await expect(page.getByText('Der Passkey wurde noch nicht bestätigt.')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Abbrechen' }).click();
  await expect(page.getByRole('alert')).toContainText('Der Passkey wurde nicht angenommen');
  const boss = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  await unlock(boss, city, login(city, 'coordinator'));
  await boss.getByRole('link', { name: 'Team und Schlüssel' }).click();
  const person = boss.locator('.people li', { hasText: '1 Passkey' });
  await person.getByRole('button', { name: 'Passkeys zurücksetzen' }).click();
  await boss.getByRole('dialog').getByRole('button', { name: 'Zurücksetzen' }).click();
  await expect(person).toHaveCount(0);
  await boss.getByRole('link', { name: 'Protokoll' }).click();
  await expect(boss.locator('.ledger li', { hasText: 'Passkeys zurückgesetzt' })).toHaveCount(1);
  await boss.context().close();
  await enter(page, who);
  await expect(page.getByText('Sie haben noch keinen Passkey')).toBeVisible({ timeout: 30_000 });
});

test('a passkey with PRF is a second lock, in series', async ({ page, city }) => {
  test.setTimeout(180_000);
  const who = login(city, 'coordinator');
  const stick = await device(page, true);
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));
  await unlock(page, city, who);
  await access(page);
  await page.getByLabel('Name des Passkeys').fill('Stick');
  await page.getByLabel(LOCK).check();
  await words(page, who);
  await page.getByRole('button', { name: 'Passkey hinzufügen' }).click();
  const list = passkeys(page);
  await expect(list).toHaveText([/Stick.*zweites Schloss/]);
  // Nothing is left that the words alone open: a reload's session has no lock.
  const lock = () =>
    page.evaluate(async () => ((await (await fetch('/api/v1/office/session')).json()) as { lock: string }).lock);
  expect(await lock()).toBe('');

  await logout(page);
  await enter(page, who);
  await expect(list).toHaveText([/Stick.*zweites Schloss/], { timeout: 30_000 });
  await page.getByRole('link', { name: 'Eingang', exact: true }).click();
  await page.locator('a.row__title').first().click();
  await expect(page.locator('.case__body')).toBeVisible();
  expect(sent.join('\n')).not.toMatch(/"(prf|results)"/);

  // The last lock goes only against one of the words alone.
  await access(page);
  await page.getByRole('button', { name: 'Stick: Entfernen' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('Ihr letztes zweites Schloss');
  await clean(page, 'the dialog of a passkey', [1_280, 768]);
  await words(page, who);
  await dialog.getByRole('button', { name: 'Entfernen' }).click();
  await expect(page.getByText('Sie haben noch keinen Passkey')).toBeVisible();
  expect((await lock()).length).toBeGreaterThan(2_000);
  await logout(page);
  await stick.remove();
  await enter(page, who);
  await expect(page.getByText('Sie haben noch keinen Passkey')).toBeVisible({ timeout: 30_000 });
});

test('a device without PRF is told, and protects the login', async ({ page, city }) => {
  test.setTimeout(120_000);
  const who = login(city, 'coordinator');
  await device(page, false);
  await unlock(page, city, who);
  await access(page);
  await page.getByLabel(LOCK).check();
  await words(page, who);
  await page.getByRole('button', { name: 'Passkey hinzufügen' }).click();
  await expect(page.getByText('Dieser Passkey kann kein zweites Schloss sein.')).toBeVisible();
  await expect(passkeys(page)).toHaveText([/^Passkey seit/]);
  await page.getByRole('button', { name: 'Passkey: Entfernen' }).click();
  await words(page, who);
  await page.getByRole('dialog').getByRole('button', { name: 'Entfernen' }).click();
  await expect(page.getByText('Sie haben noch keinen Passkey')).toBeVisible();
});

test('an office that asks everybody for a passkey lets nobody in without one', async ({ page }) => {
  test.setTimeout(120_000);
  const office = await startOffice({ BEISTAND_AUTH_REQUIRE_PASSKEY: 'true' });
  try {
    const { login: first } = await setUp(page, office);
    await page.goto('about:blank');
    await page.goto(office.console);
    const phone = await device(page, false);
    await enter(page, first);
    await expect(page.getByText('Ihre Stelle verlangt einen Passkey.')).toBeVisible({ timeout: 30_000 });
    await clean(page, 'a first passkey is asked for');
    expect(await page.evaluate(() => fetch('/api/v1/office/session').then((answer) => answer.status))).toBe(401);
    await page.getByRole('button', { name: 'Passkey machen' }).click();
    await expect(page.locator('h1')).toHaveText(/^(Heute|Eingang)$/, { timeout: 30_000 });
    expect(await phone.credentials()).toBe(1);
    await logout(page);
    await enter(page, first);
    await expect(page.locator('h1')).toHaveText(/^(Heute|Eingang)$/, { timeout: 30_000 });
  } finally {
    await office.stop();
  }
});
