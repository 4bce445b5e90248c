// What somebody decides later: another wish, and that everything be erased, with
// and without script, down to the erasure in the console.
import { login, openFirst, unlock } from './console.ts';
import { expect, startCity, test } from './fixture.ts';
import { arrived, tell } from './steps.ts';

test.describe.configure({ mode: 'serial' });

test('another wish is sealed in the browser, and its faults are told', async ({ page, city }) => {
  const bodies: string[] = [];
  page.on('request', (request) => bodies.push(request.postData() ?? ''));
  await tell(page, `${city.public}/de/report`, 'Nur zählen');
  await page.locator('#submit').click();
  const receipt = await arrived(page);
  await page.goto(`${city.public}/de/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.keyboard.press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
  await page.locator('#text').fill('Mein Entwurf');
  await page.locator('#wish summary').click();
  const send = page.getByRole('button', { name: 'Wunsch senden' });
  await send.click();
  await expect(page.locator('#summary')).toContainText('Bitte wählen Sie, was Sie sich wünschen.');
  await page.getByText('Mir antworten').click();
  await send.click();
  await expect(page.locator('#summary')).toContainText('brauchen wir Ihr Einverständnis');
  await page.locator('#art9').check();
  await send.click();
  await expect(page.locator('.done')).toHaveText('Ihr neuer Wunsch ist angekommen.');
  await expect(page.locator('.thread')).toContainText(/Ihr Wunsch wurde im \S+ \d{4} geändert/);
  await expect(page.locator('.thread + p')).toContainText('innerhalb von 3 Arbeitstagen');
  await expect(page.locator('#text')).toHaveValue('Mein Entwurf');
  for (const body of bodies) expect(body).not.toContain(receipt.slice(0, 16));
  await page.locator('#text').fill(`Mein Code ist ${receipt}`);
  await page.getByRole('button', { name: 'Nachricht senden' }).click();
  await expect(page.locator('#summary')).toContainText('In Ihrem Text steht ein Code.');
});

test('a withdrawal is asked for twice, waits for the office, and erases', async ({ page, browser }) => {
  // A city of its own: this is its only case.
  const { city, stop } = await startCity(0);
  await tell(page, `${city.public}/de/report`, 'Bitte wieder löschen');
  await page.locator('#submit').click();
  const receipt = await arrived(page);
  const open = async (): Promise<void> => {
    await page.goto(`${city.public}/de/mailbox`);
    await page.locator('#receipt').fill(receipt);
    await page.keyboard.press('Enter');
  };
  await open();
  const ask = page.getByRole('button', { name: 'Meine Meldung löschen' });
  await ask.click();
  await expect(page.locator('#h-delete')).toHaveText('Wirklich alles löschen?');
  await expect(page.locator('#h-delete')).toBeFocused();
  await page.getByRole('button', { name: 'Nein, zurück' }).click();
  await expect(ask).toBeFocused();
  await ask.click();
  await page.getByRole('button', { name: 'Ja, alles löschen' }).click();
  await expect(page.locator('main')).toContainText('Innerhalb von 7 Tagen');
  await expect(page.locator('.thread')).toContainText('alles zurückgenommen');
  await expect(ask).toHaveCount(0);
  await expect(page.locator('#wish')).toHaveCount(0);

  const console = await browser.newPage();
  await unlock(console, city, login(city, 'coordinator'));
  await openFirst(console, 'received');
  await console.getByRole('button', { name: 'Löschwunsch erfüllen' }).click();
  await console.getByRole('dialog').locator('button[type=submit]').click();
  await expect(console.locator('main')).toContainText('Der Fall ist gelöscht.');
  await console.close();

  await open();
  await expect(page.locator('#summary')).toContainText('gibt es kein Postfach');
  await stop();
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });
  test('wish and withdrawal work as forms', async ({ page, city }) => {
    await page.goto(`${city.public}/de/report`);
    await page.locator('#text').fill('Ohne Skript');
    const receipt = (await page.locator('input#receipt').inputValue()) ?? '';
    await page.locator('#submit').click();
    await expect(page.locator('h1')).toHaveText(/angekommen/);
    await expect(page.locator('main')).toContainText(/Schauen Sie am \d+\. \S+ \d{4} wieder in Ihr Postfach/);
    await page.goto(`${city.public}/de/mailbox`);
    await page.locator('#receipt').fill(receipt);
    await page.getByRole('button', { name: 'Postfach öffnen' }).click();
    await page.locator('#wish summary').click();
    await page.getByText('Lesen und daraus lernen').click();
    await page.getByRole('button', { name: 'Wunsch senden' }).click();
    await expect(page.locator('.done')).toHaveText('Ihr neuer Wunsch ist angekommen.');
    await page.getByRole('button', { name: 'Meine Meldung löschen' }).click();
    await expect(page.locator('h1')).toHaveText('Wirklich alles löschen?');
    await page.getByRole('button', { name: 'Ja, alles löschen' }).click();
    await expect(page.locator('main')).toContainText('Innerhalb von 7 Tagen');
  });
});
