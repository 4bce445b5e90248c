// The opened mailbox in every state that an office can bring about, against axe:
// answers in two languages, files, deadlines, damage, a message on its way, a wish
// to erase; and the form after a text that was cut.
import { newOp } from '../src/shared/seal.ts';
import { clean, unfold, withoutScript } from './axe.ts';
import { expect, test } from './fixture.ts';
import { read, report } from './post.ts';

const FILE = {
  id: '00112233445566778899aabbccddeeff',
  n: 1,
  sha256: '00'.repeat(32),
  size: 2_000,
  cleaned: ['place'],
  original: false,
};

const TOLD = {
  rule: 'kschg_4',
  safe_day: '2098-12-11',
  verified_on: '2022-03-26',
  stale: true,
  tariff: true,
  more: [
    { label: 'Eigene Regel', act: 'Schreiben Sie.', safe_day: '2098-12-31', verified_on: '2026-11-01', learned: true },
    { rule: 'agg_21_5', late: 'Ohne Verschulden?', safe_day: '2026-11-01', verified_on: '2022-03-26' },
    { rule: 'agg_15_4', outside: true },
  ],
};

for (const lang of ['de', 'de-simple', 'ar']) {
  test(`a mailbox in ${lang} with all that can lie in it has no findings`, async ({ page, city }) => {
    test.slow();
    const { receipt, post } = await report(page, city, lang);
    const first = post.plain('report');
    post.plain('access', 'office', '2026-11-23');
    Object.assign(post.lines.at(-1) ?? {}, { role: 'caseworker' });
    const answer = await post.sealed('answer', first, {
      text: 'مرحبا\n\nفقرة ثانية',
      lang: 'ar',
      german: 'Guten Tag\n\nZweiter Absatz',
      files: [FILE, { ...FILE, id: FILE.id.replaceAll('0', '1') }],
    });
    await post.sealed('deadline', answer, TOLD);
    post.plain('message');
    post.plain('attachment');
    post.plain('consent');
    await post.sealed('answer', answer, { text: 'Ohne die Nachricht zu kennen', lang: 'de' });
    await post.sealed('answer', first, { text: 'Beschädigt' });
    Object.assign(post.lines.at(-1) ?? {}, { op: newOp() });
    await read(page, city, receipt, post, { lang });
    await expect(page.locator('.thread .files li')).toHaveCount(2);
    await expect(page.locator('.thread .entry .kern-error').first()).toBeVisible();
    await unfold(page);
    await clean(page, `mailbox in ${lang}, full`);

    post.plain('withdrawal');
    await read(page, city, receipt, post, { lang });
    await expect(page.locator('#wish')).toHaveCount(0);
    await unfold(page);
    await clean(page, `mailbox in ${lang}, to be erased`);

    await page.unroute('**/api/v1/mailbox');
    await page.goto(`${city.public}/${lang}/mailbox`);
    await page.locator('#receipt').fill(receipt);
    await page.keyboard.press('Enter');
    await expect(page.locator('.thread')).toBeVisible();
    await page.locator('#text').fill('Noch etwas');
    await page.locator('form#mailbox .kern-btn--primary').click();
    await expect(page.locator('.done')).toBeVisible();
    await clean(page, `mailbox in ${lang}, sent`);
  });

  test(`what is left of a long text has no findings in ${lang}`, async ({ page, city, context, expected }) => {
    test.slow();
    expected.push(/net::ERR_FAILED/, /4(13|22)/);
    await withoutScript(context);
    await page.goto(`${city.public}/${lang}/report`);
    await page.locator('#text').fill(`Anfang ${'Es war so. '.repeat(60_000)}`);
    await page.locator('#submit').click();
    await expect(page.locator('#summary')).toBeVisible();
    await expect(page.locator('#text')).toHaveValue(/^Anfang/);
    await clean(page, `/${lang}/report, cut`, [360, 1_280]);
  });
}
