// Reports that were sealed with care and filled with malice: everybody who has
// the public form can seal any JSON. The console shows what it can, harmlessly;
// the fixture fails the test if the page complains about anything.
import type { Page } from '@playwright/test';
import { toBase64, toKeyText } from '../src/shared/bytes.ts';
import { deriveKeys, makeReceipt } from '../src/shared/receipt.ts';
import { newOp, seal } from '../src/shared/seal.ts';
import { calm, expect, login, openHash, part, unlock } from './console.ts';
import { type City, cityOf } from './fixture.ts';

const test = cityOf(20);

const MARK = 'Giftprobe';
const SCRIPT = `${MARK} <script>window.bitten=1</script><img src=x onerror="window.bitten=1"><a href="javascript:window.bitten=1">x</a>{{7*7}}\${7*7}`;
const RLO = '\u202e';

/** submit seals a body as the form does, but whatever it is, and gives the case's id. */
async function submit(city: City, body: Readonly<Record<string, unknown>>): Promise<string> {
  const html = await (await fetch(`${city.public}/de/report`)).text();
  const data = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(html)?.[1] ?? '{}';
  const { site, desks } = JSON.parse(data) as {
    site: string;
    desks: { id: string; epoch: number; recipient: string }[];
  };
  const desk = desks[0];
  if (desk === undefined) throw new Error('the form has no desk');
  const keys = await deriveKeys(site, makeReceipt());
  const op = newOp();
  const whole = { ...body, mailbox: { recipient: keys.recipient, mac: toKeyText(keys.mac) } };
  const envelope = {
    v: 1 as const,
    case: keys.caseId,
    kind: 'report',
    op,
    seen: '',
    by: 'browser',
    at: '2026-11-20',
    body: whole,
  };
  const box = toBase64(await seal(envelope, keys.mac, [desk.recipient]));
  const call = {
    locator: toKeyText(keys.locator),
    op,
    epoch: desk.epoch,
    box,
    desk: desk.id,
    track: 'report',
    att: [],
  };
  const answer = await fetch(`${city.public}/api/v1/reports`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(call),
  });
  expect(answer.status, await answer.text()).toBe(201);
  return keys.caseId;
}

const TOLD = {
  v: 1,
  taxonomy: 1,
  lang: 'de',
  rung: 'act_for_me',
  may_ask: true,
  manifestations: ['insult'],
  areas: ['housing'],
  grounds: ['age'],
};

const REPORTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  script: {
    ...TOLD,
    text: `${SCRIPT}\n${SCRIPT}`,
    lang: '"><script>window.bitten=1</script>',
    ground_other: SCRIPT,
    respondent_org: `<iframe srcdoc="${SCRIPT}">`,
    place: { district: SCRIPT, note: SCRIPT },
    contact: {
      way: 'email',
      value: `javascript:alert(1)//${SCRIPT}`,
      safe_times: SCRIPT,
      leave_message: true,
      interpreter: SCRIPT,
    },
    pass_on: [{ to: SCRIPT, what: SCRIPT }],
  },
  bidi: {
    ...TOLD,
    text: `${MARK} ${RLO}\u2067\u202dgnp.exe ${'\u202b'.repeat(200)} \u0000\u0007\u001b[31m\u2028\u2029\ufeff\ud83d`,
    respondent_org: `${RLO}drawtsni\u2066`,
    place: { district: 'altstadt', note: `${RLO}${MARK}` },
  },
  long: { ...TOLD, text: `${MARK}${'W'.repeat(11_000)} ${'\u200b'.repeat(200)}`, respondent_org: 'A'.repeat(3_000) },
  types: {
    v: 'eins',
    taxonomy: 'x',
    lang: ['de'],
    rung: { toString: 'x' },
    may_ask: 'ja',
    role: 7,
    under18: 'nein',
    text: { text: MARK },
    manifestations: [[['insult']], 7, null, { a: 1 }, '__proto__', 'constructor'],
    areas: 'housing',
    grounds: { length: 3, 0: 'age' },
    ground_other: 12,
    respondents: [null],
    respondent_org: [MARK],
    place: [['altstadt']],
    when: 'gestern',
    facts: { __proto__: 'x', constructor: 5, dismissal_received: ['2026-11-01'], '<b>': '2026-13-45' },
    contact: null,
    consents: [{ id: 'art9/1' }, 'constructor', '../../x'],
    pass_on: { to: 'x' },
    more: JSON.parse('['.repeat(500) + ']'.repeat(500)) as unknown,
  },
  codes: {
    ...TOLD,
    lang: 'toString',
    rung: '__proto__',
    role: 'constructor',
    grounds: ['__proto__', 'hasOwnProperty', RLO, '<b>'],
    areas: ['valueOf'],
    text: MARK,
    facts: { [RLO]: '0000-00-00', toString: '2026-11-01' },
    when: { precision: 'day', from: '9999-99-99', to: `${RLO}1`, ongoing: true },
  },
};

/** marks is as much text of combining marks as the public site takes: a frame of 256 KiB. */
const marks = () => ({ ...TOLD, text: `${MARK} Z${'\u0301\u0489'.repeat(64_000)} Ende` });

async function unharmed(page: Page): Promise<void> {
  expect(await page.evaluate(() => (globalThis as { bitten?: number }).bitten)).toBeUndefined();
  await expect(page.locator('#main script, #main iframe, #main img, #main a[href^="javascript:"]')).toHaveCount(0);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, 'the page scrolls sideways').toBeLessThanOrEqual(0);
}

async function visit(page: Page, city: City, id: string): Promise<void> {
  await openHash(page, city, `#case=${id}`);
  await unharmed(page);
  for (const name of ['Gespräch', 'Notizen', 'Fristen', 'Verlauf']) {
    await part(page, name);
    if (name === 'Gespräch') await page.locator('details summary').first().click();
    await unharmed(page);
  }
}

test('what was sealed with malice is shown harmlessly, in case, list and palette', async ({ page, city }) => {
  test.setTimeout(180_000);
  const ids: string[] = [];
  for (const body of Object.values(REPORTS)) ids.push(await submit(city, body));
  await unlock(page, city, login(city, 'coordinator'));
  for (const id of ids) await visit(page, city, id);

  await openHash(page, city, `#case=${ids[0]}`);
  // The tags are letters on the page.
  await expect(page.locator('.words-told').first()).toContainText('<script>window.bitten=1</script>');

  await page.getByRole('link', { name: '← Zum Eingang' }).click();
  await page.getByRole('searchbox').fill(MARK.toLowerCase());
  await expect(page.locator('[data-row]').filter({ hasText: MARK }).first()).toBeVisible();
  await unharmed(page);
  await page.setViewportSize({ width: 360, height: 760 });
  await unharmed(page);
  await page.setViewportSize({ width: 1_280, height: 800 });
  await page.locator('h1').focus();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(MARK);
  await expect(page.getByRole('option').filter({ hasText: MARK }).first()).toBeVisible();
  await unharmed(page);
});

test('a direction that was turned does not leave its line', async ({ page, city }) => {
  const id = await submit(city, REPORTS['bidi'] ?? {});
  await unlock(page, city, login(city, 'coordinator'));
  await visit(page, city, id);
  await part(page, 'Meldung');
  // Every text of the reporter stands in an element of its own, isolated from what follows.
  const loose = await page.evaluate((sign) => {
    const walker = document.createTreeWalker(document.querySelector('#main') as Node, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (!(node.nodeValue ?? '').includes(sign)) continue;
      const holder = node.parentElement?.closest('bdi, [dir], textarea, input');
      if (holder === null || holder === undefined) found.push(node.parentElement?.outerHTML.slice(0, 80) ?? '');
    }
    return found;
  }, RLO);
  expect(loose).toEqual([]);
});

test('a mountain of combining marks does not bring the page down', async ({ page, city }) => {
  test.setTimeout(120_000);
  const id = await submit(city, marks());
  await unlock(page, city, login(city, 'coordinator'));
  await visit(page, city, id);
  await part(page, 'Meldung');
  await expect(page.locator('.words-told').first()).toContainText(MARK);
});

test('five megabytes of combining marks are refused, sealed or not, and the office goes on', async ({ page, city }) => {
  test.setTimeout(120_000);
  const words = `${MARK} Z${'\u0301\u0489'.repeat(1_310_720)} Fluten`;
  expect(Buffer.byteLength(words)).toBeGreaterThan(5 * 2 ** 20);
  // What seals refuses it already; whoever seals without it is refused by the server.
  await expect(submit(city, { ...TOLD, text: words })).rejects.toThrow('too large');
  const sealed = await fetch(`${city.public}/api/v1/reports`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ box: Buffer.from(words).toString('base64') }),
  });
  expect([sealed.status, await sealed.json()]).toMatchObject([413, { error: 'too_large' }]);

  const form = new FormData();
  form.set('text', words);
  // The same without a script: the page comes back, and says that it is too long.
  const plain = await fetch(`${city.public}/de/report`, {
    method: 'POST',
    body: form,
    headers: { Origin: new URL(city.public).origin },
  });
  expect(plain.status).toBe(422);

  await unlock(page, city, login(city, 'coordinator'));
  await calm(page);
  await page.getByRole('searchbox').fill('Fluten');
  await expect(page.locator('a.row__title')).toHaveCount(0);
  await unharmed(page);
});
