// Two coordinators and four eyes, with the keyboard alone: nobody approves alone,
// and a hold stops what was asked for.
import type { Page } from '@playwright/test';
import { expect, login } from './console.ts';
import { cityOf } from './fixture.ts';
import { arrived, tell } from './steps.ts';
import { again, confirm, dialog, enter, find, key, mailboxGone, missing, press, reach, step } from './walk.ts';

const test = cityOf(20);

/** byHand sends an approval of what waits on the case, past the console, and gives the server's answer. */
async function byHand(page: Page): Promise<string> {
  const id = /case=([0-9a-f]{32})/.exec(page.url())?.[1] ?? '';
  return page.evaluate(async (path) => {
    const file = (await (await fetch(path)).json()) as { summary: { rev: number }; waiting?: { op: string } };
    const op = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
    const body = JSON.stringify({ rev: file.summary.rev, op, of: file.waiting?.op });
    const answer = await fetch(`${path}/approvals`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    return `${answer.status} ${((await answer.json()) as { error?: string }).error}`;
  }, `/api/v1/office/cases/${id}`);
}

test.describe('four eyes', () => {
  test.use({ expected: [/40[39] \((Forbidden|Conflict)\)/] });

  test('two coordinators discard and erase, and nobody approves alone', async ({ page, city, browser }) => {
    test.setTimeout(240_000);
    const phone = await browser.newPage();
    await tell(phone, `${city.public}/de/report`, 'Zwei Personen sehen diesen Fall an.');
    await phone.locator('#submit').click();
    const receipt = await arrived(phone);
    const words = 'Zwei Personen sehen diesen Fall an';
    await enter(page, city, login(city, 'coordinator'));
    await find(page, words);

    // Discarded: asked for by the one, not approved by the same, approved by the other.
    await step(page, 'Verwerfen beantragen');
    await press(page, dialog(page).getByRole('button', { name: 'Ausführen' }));
    await expect(dialog(page)).toContainText('Bitte wählen Sie einen Grund.');
    await confirm(page, 'Eingegangen', { code: 'Spam' });
    await expect(missing(page, 'Verwerfen zustimmen')).toContainText('Eine zweite Person muss zustimmen.');
    expect(await byHand(page)).toBe('403 forbidden');
    const second = await browser.newPage();
    await enter(second, city, login(city, 'coordinator', 1));
    await second.goto(page.url());
    await expect(second.locator('.case__body')).toBeVisible();
    await step(second, 'Dem Verwerfen zustimmen');
    await confirm(second, 'Verworfen');
    await step(second, 'Zurückholen');
    await confirm(second, 'Ersteinschätzung', { code: 'Irrtum', reason: 'Es ist keiner' });

    // Erased: a hold stops it, also after the request was made.
    await again(page);
    await step(page, 'Löschung beantragen');
    await confirm(page, 'Ersteinschätzung', { reason: 'Die Person bittet darum' });
    expect(await byHand(page)).toBe('403 forbidden');
    await again(second);
    await hold(second, 'Ein Gericht braucht die Akte');
    await expect(missing(second, 'Löschung zustimmen')).toContainText('Eine Löschsperre ist gesetzt.');
    expect(await byHand(second)).toMatch(/^409 /);
    await hold(second, 'Das Gericht ist fertig');
    await step(second, 'Der Löschung zustimmen');
    await press(second, dialog(second).getByRole('button', { name: 'Ausführen' }));
    await expect(second.locator('main')).toContainText('Der Fall ist gelöscht.');
    await mailboxGone(phone, city, receipt);
    await second.close();
    await phone.close();
  });
});

/** hold sets the hold, or takes it away, with a note that says why. */
async function hold(page: Page, why: string): Promise<void> {
  await key(page, 'n');
  await expect(page.getByLabel('Neue Notiz')).toBeFocused();
  await page.keyboard.type(why);
  await reach(page, page.getByRole('checkbox', { name: /Löschsperre/ }));
  await page.keyboard.press('Space');
  await press(page, page.getByRole('button', { name: 'Notiz speichern' }));
  await expect(page.locator('.entry--note').first()).toContainText(why);
}
