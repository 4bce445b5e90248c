// A summary goes from one desk to the other: with the person's consent, sealed,
// as a case of its own, and the person reads in the mailbox what went to whom
// and opens the mailbox of the other desk with a code that only they have.
import type { Browser, Page } from '@playwright/test';
import { clean } from './axe.ts';
import { part, settled } from './console.ts';
import { test as base, expect } from './fixture.ts';
import { type Office, open, setUp, startOffice } from './office.ts';

const WORDS = 'Jemand bekam wegen des Namens eine Wohnung nicht.';

const test = base.extend<{ office: Office }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the first argument
  office: async ({}, use) => {
    const office = await startOffice();
    await use(office);
    await office.stop();
  },
});

// A card that is written in the background and an opening may meet; a form without a key answers 503.
test.use({ expected: [/409 \(Conflict\)|503 \(Service Unavailable\)/] });

/** tell sends a report that wants an answer, without JavaScript, and gives its receipt. */
async function tell(browser: Browser, office: Office): Promise<string> {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${office.form}/de/report`);
  await page.locator('#text').fill('Vermieter sagte ab, als er meinen Namen hörte. Geheim: Lindenstraße 4.');
  await page.locator('#desk-city').check();
  await page.locator('input[name=rung][value=answer_me]').check();
  await page.locator('input[value="art9/1"]').check();
  await page.locator('#submit').click();
  await expect(page.locator('h1')).toContainText('Ihre Meldung ist angekommen');
  const receipt = ((await page.locator('#shown').textContent()) ?? '').replaceAll(/\D/g, '');
  expect(receipt).toHaveLength(32);
  await context.close();
  return receipt;
}

/** mailbox opens a mailbox, with or without JavaScript. */
async function mailbox(browser: Browser, office: Office, receipt: string, script: boolean, lang = 'de'): Promise<Page> {
  const page = await (await browser.newContext({ javaScriptEnabled: script })).newPage();
  await page.goto(`${office.form}/${lang}/mailbox`);
  await page.locator('#receipt').fill(receipt);
  await page.locator('#receipt').press('Enter');
  await expect(page.locator('.thread')).toBeVisible();
  return page;
}

/** openCase opens the one case of a desk. */
async function openCase(page: Page, desk: string): Promise<void> {
  const id = async () =>
    page.evaluate(async (of) => {
      const answer = await fetch('/api/v1/office/cases');
      const { cases } = (await answer.json()) as { cases: { case: string; desk: string }[] };
      return cases.find((one) => one.desk === of)?.case ?? '';
    }, desk);
  await expect.poll(id).not.toBe('');
  await page.goto(`${page.url().split('#')[0]}#case=${await id()}`);
  await settled(page);
}

test('a desk hands a summary to another, and the person has both mailboxes', async ({ page, browser, office }) => {
  test.setTimeout(180_000);
  const who = await setUp(page, office);
  const receipt = await tell(browser, office);
  await open(page, office, who.login);
  await openCase(page, 'city');
  await part(page, 'Maßnahmen');
  await page.getByLabel('Stelle aus dem Verzeichnis').selectOption({ label: 'Vereinsstelle' });
  const words = page.getByLabel('Was würden Sie weitergeben?');
  await page.getByRole('button', { name: 'Entwurf aus Meldung und Kodierung' }).click();
  await expect(words).toHaveValue(/Vermieter sagte ab/);
  await words.fill(WORDS);
  const handOver = page.getByRole('button', { name: 'Verschlossen an Vereinsstelle übergeben' });
  await expect(page.getByText('Die Person hat noch nicht zugestimmt')).toBeVisible();
  await expect(handOver).toHaveCount(0);
  await page.getByLabel('Die Person hat schon zugestimmt').fill('im Postfach, heute');
  const region = page.getByRole('region', { name: 'An eine andere Stelle' });
  await region.getByRole('button', { name: 'Einwilligung festhalten' }).click();
  await expect(handOver).toBeVisible();
  await clean(page, 'a hand-over before it goes');
  await page.setViewportSize({ width: 1_280, height: 800 });

  // Nothing of it leaves this browser in the clear.
  const bodies: string[] = [];
  page.on('request', (request) => bodies.push(request.postData() ?? ''));
  await handOver.click();
  await expect(page.getByText(/Weitergegeben an Vereinsstelle/)).toBeVisible();
  await expect(words).toHaveValue('');
  for (const body of bodies) expect(body).not.toContain('Wohnung');
  // The consent is used: more needs a new one.
  await words.fill(WORDS);
  await expect(page.getByText('Die Person hat noch nicht zugestimmt')).toBeVisible();

  // The other desk has a case of its own, and only the words that were agreed to.
  await openCase(page, 'verein');
  await expect(page.getByText('Stadtstelle hat das übergeben')).toBeVisible();
  await expect(page.locator('.words-told')).toHaveText(WORDS);
  await expect(page.locator('main')).not.toContainText('Lindenstraße');
  await clean(page, 'a case that another desk handed over');
  await page.setViewportSize({ width: 1_280, height: 800 });
  await part(page, 'Gespräch');
  await page.getByLabel('Ihre Antwort').fill('Guten Tag, wir sind der Verein.');
  await page
    .getByRole('button', { name: /^Antwort/ })
    .last()
    .click();
  await expect(page.locator('.thread')).toContainText('wir sind der Verein');

  // The person reads it with and without JavaScript, and has one code for the other mailbox.
  const codes: string[] = [];
  for (const script of [true, false]) {
    const own = await mailbox(browser, office, receipt, script);
    await expect(own.locator('.thread')).toContainText(/Am \d+\. \S+ \d{4} an Vereinsstelle weitergegeben/);
    await expect(own.locator('.thread')).toContainText(WORDS);
    codes.push(((await own.locator('.thread .receipt').textContent()) ?? '').replaceAll(/\D/g, ''));
    if (script) await clean(own, 'a mailbox that tells of a hand-over');
    await own.context().close();
  }
  expect(codes[0]).toHaveLength(32);
  expect(codes[0]).not.toBe(receipt);
  expect(codes[1]).toBe(codes[0]);
  const there = await mailbox(browser, office, codes[0] ?? '', true);
  await expect(there.locator('.thread')).toContainText('wir sind der Verein');
  await there.context().close();
  const arabic = await mailbox(browser, office, receipt, true, 'ar');
  await expect(arabic.locator('.thread .receipt')).toHaveAttribute('dir', 'ltr');
  await arabic.context().close();
});
