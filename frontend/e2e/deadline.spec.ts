// The deadline guard: asked only where a code opens the question, computed in
// the browser, told in words; and the same without a script.
import { find, login, test as office, part, unlock } from './console.ts';
import { expect, test } from './fixture.ts';
import { ago, arrived, goTo, next, shownStep } from './steps.ts';

const LANGUAGES = [
  { lang: 'de', until: /Handeln Sie bis spätestens (Montag|Dienstag|Mittwoch|Donnerstag|Freitag), \d+\. \S+ \d{4}/ },
  { lang: 'ar', until: /(الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة)، \d+ \S+ \d{4}/ },
] as const;

for (const { lang, until } of LANGUAGES) {
  test(`in ${lang} the days are asked, computed and shown with the receipt`, async ({ page, city }) => {
    const asked: string[] = [];
    const day = ago(3);
    page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
    await page.goto(`${city.public}/${lang}/report`);
    await goTo(page, 'what');
    await page.locator('#text').fill('Kündigung');
    await goTo(page, 'where');
    await page.locator('details.kids').first().locator('summary').click();
    await page.locator('input[value=dismissal]').check();
    await goTo(page, 'dates');
    // Only what the tick opened, and nothing is fetched for it.
    await expect(page.locator('#dates input:visible')).toHaveCount(2);
    expect(asked.filter((one) => one.includes('/assets/rules-'))).toEqual([]);
    await page.locator('#facts-written_dismissal_received_on').fill(day);
    await page.locator('#facts-knowledge_on').fill(day);
    await expect(page.locator('#dates .deadlines .note')).toHaveCount(2);
    await expect(page.locator('#dates .deadlines .note').first()).toContainText(until);
    expect(asked.filter((one) => one.includes('/assets/rules-')).length).toBe(1);
    await page.screenshot({ path: `test-results/deadline-form-${lang}.png`, fullPage: true });
    await goTo(page, 'send');
    await page.locator('#submit').click();
    await expect(page.locator('.slip')).toBeVisible();
    await expect(page.locator('section.deadlines .note')).toHaveCount(2);
    await expect(page.locator('section.deadlines .note').first()).toContainText(until);
    // The claim in writing is drafted here and sent nowhere.
    const letter = page.locator('textarea#letter');
    await expect(letter).toHaveValue(/Geltendmachung von Ansprüchen nach § 15 AGG/);
    await letter.fill('Mein eigenes Schreiben 5512');
    const download = page.waitForEvent('download');
    await page.locator('[data-act=letter-save]').click();
    expect((await download).suggestedFilename()).toBe('schreiben.txt');
    await page.screenshot({ path: `test-results/deadline-receipt-${lang}.png`, fullPage: true });
    expect(asked.filter((one) => one.includes('5512') || one.includes(day))).toEqual([]);
  });
}

test('the day on which it happened is not asked twice, and gives a deadline', async ({ page, city }) => {
  const day = ago(5);
  const earlier = ago(6);
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('Die Wohnung bekam jemand anders');
  await goTo(page, 'where');
  await page.locator('input[value=housing]').check();
  await goTo(page, 'when');
  await page.locator('input[value=day]').check();
  await page.locator('#when-from').fill(day);
  await goTo(page, 'dates');
  const field = page.locator('#facts-violation_ended_on');
  await expect(field).toHaveValue(day);
  await expect(page.locator('#dates .deadlines .note').first()).toContainText('Handeln Sie bis spätestens');
  // Another day follows, as long as nobody wrote here.
  await page.locator('.steps button').nth(1).click();
  while ((await shownStep(page)) !== 'when') await page.locator('.steps button').nth(1).click();
  await page.locator('#when-from').fill(earlier);
  await goTo(page, 'dates');
  await expect(field).toHaveValue(earlier);
  await field.fill('');
  await page.locator('.steps button').nth(1).click();
  await next(page);
  await expect(field).toHaveValue('');
});

test('who tells a day at work is told until when the employer must know', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('Sprüche im Büro');
  await goTo(page, 'where');
  await page.locator('input[value=employment]').check();
  await goTo(page, 'when');
  const day = ago(5);
  await page.locator('#when-from').fill(day);
  // It is taken over by a script of its own, behind the page that is shown.
  await expect(page.locator('#facts-knowledge_on')).toHaveValue(day);
  await goTo(page, 'send');
  await page.locator('#submit').click();
  await expect(page.locator('section.deadlines .note').first()).toContainText('Handeln Sie bis spätestens');
  await expect(page.locator('textarea#letter')).toHaveValue(/Geltendmachung von Ansprüchen nach § 15 AGG/);
});

test('without a tick that opens a question nothing is asked', async ({ page, city }) => {
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('Etwas');
  await goTo(page, 'where');
  // Without a fold the ticks have been read.
  await expect(page.locator('#dates summary')).toHaveCount(0);
  const seen: string[] = [];
  while ((await shownStep(page)) !== 'send') {
    seen.push(await shownStep(page));
    await next(page);
  }
  expect(seen).not.toContain('dates');
});

test('a day to come is a slip, an old one is told with care, and an unticked question is gone', async ({
  page,
  city,
}) => {
  const old = ago(120);
  await page.goto(`${city.public}/de/report`);
  await goTo(page, 'what');
  await page.locator('#text').fill('Etwas');
  await goTo(page, 'where');
  await page.locator('input[value=housing]').check();
  await goTo(page, 'dates');
  await page.locator('#facts-violation_ended_on').fill('2099-01-01');
  await next(page);
  await expect(page.locator('#summary')).toContainText('einen Tag, der schon war');
  await page.locator('#facts-violation_ended_on').fill(old);
  await expect(page.locator('#dates .deadlines')).toContainText('vermutlich vorbei');
  await expect(page.locator('#dates .deadlines')).not.toContainText('abgelaufen');
  await goTo(page, 'check');
  await expect(page.locator('#check')).toContainText(old.split('-').reverse().join('.'));
  await page.getByRole('button', { name: 'Ändern: Wo ist es passiert?' }).click();
  await page.locator('input[value=housing]').uncheck();
  await next(page);
  expect(await shownStep(page)).toBe('check');
  await expect(page.locator('#check')).not.toContainText(old.split('-').reverse().join('.'));
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });
  test('who tells a day at work need not tell it again', async ({ page, city }) => {
    await page.goto(`${city.public}/de/report`);
    await page.locator('#text').fill('Sprüche im Büro');
    await page.locator('input[value=employment]').check();
    await page.locator('#when-from').fill(ago(5));
    await page.locator('#submit').click();
    await expect(page.locator('section.deadlines .note')).toHaveCount(1);
    await expect(page.locator('section.deadlines')).toContainText(LANGUAGES[0].until);
  });

  for (const { lang, until } of LANGUAGES) {
    test(`in ${lang} the questions lie folded and the receipt page has the line`, async ({ page, city }) => {
      await page.goto(`${city.public}/${lang}/report`);
      await page.locator('#text').fill('Kündigung');
      await page.locator('details.kids').first().locator('summary').click();
      await page.locator('input[value=dismissal]').check();
      await expect(page.locator('#dates input').first()).toBeHidden();
      await page.locator('#dates summary').click();
      await page.locator('#facts-written_dismissal_received_on').fill(ago(3));
      await page.locator('#submit').click();
      await expect(page.locator('section.deadlines')).toContainText(until);
      await page.screenshot({ path: `test-results/deadline-noscript-${lang}.png`, fullPage: true });
    });
  }
});

office('the first opening tells the deadlines, and the mailbox shows them', async ({ page, city, browser }) => {
  const outside = await browser.newPage();
  await outside.goto(`${city.public}/de/report`);
  await goTo(outside, 'what');
  await outside.locator('#text').fill('Frist Kündigung Prüfwort');
  await goTo(outside, 'where');
  await outside.locator('details.kids').first().locator('summary').click();
  await outside.locator('input[value=dismissal]').check();
  await goTo(outside, 'dates');
  await outside.locator('#facts-written_dismissal_received_on').fill(ago(3));
  await goTo(outside, 'send');
  await outside.locator('#submit').click();
  await expect(outside.locator('.slip')).toBeVisible();
  const receipt = await arrived(outside);

  await unlock(page, city, login(city, 'coordinator'));
  await find(page, 'prüfwort');
  await page.locator('a.row__title').click();
  await part(page, 'Fristen');
  await expect(page.locator('.entry').first()).toContainText('Klage gegen die Kündigung');
  await expect(page.getByText('Steht im Postfach')).toBeVisible();
  await page.screenshot({ path: 'test-results/deadline-console.png', fullPage: true });

  await outside.goto(`${city.public}/de/mailbox`);
  await outside.locator('#receipt').fill(receipt);
  await outside.locator('button[name=open], #mailbox button').first().click();
  await expect(outside.locator('section.deadlines')).toContainText('Klage gegen die Kündigung');
  await expect(outside.locator('section.deadlines')).toContainText(LANGUAGES[0].until);
  await outside.screenshot({ path: 'test-results/deadline-mailbox.png', fullPage: true });
  await outside.close();
});
