// Every screen of the console against axe, in light and dark, wide and on a
// tablet. The lists have the router's views and the session's phases as their
// keys, and the files that hold a dialog: a new screen that stands on none of
// them does not compile, or fails here.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { formatRoute, type Route, TABS } from '../src/console/route.ts';
import type { Phase } from '../src/console/state/session.ts';
import { clean, fits } from './axe.ts';
import { enter, expect, login, openFirst, unlock } from './console.ts';
import { type City, cityOf, startCity } from './fixture.ts';
import { startOffice } from './office.ts';

const test = cityOf(20);

const WIDTHS = [1_280, 768];

type Gate = 'setup' | 'join' | 'recover';

/** SCREENS leads to each view of an open console; id is a case's. */
const SCREENS: Record<Exclude<Route['view'], Gate>, (id: string) => string> = {
  today: () => '#',
  inbox: () => '#inbox',
  board: () => '#board',
  workload: () => formatRoute({ view: 'workload' }),
  case: (id) => formatRoute({ view: 'case', id, tab: 'report' }),
  export: (id) => formatRoute({ view: 'export', id }),
  members: () => formatRoute({ view: 'members' }),
  ledger: () => formatRoute({ view: 'ledger' }),
  settings: () => formatRoute({ view: 'settings' }),
  access: () => formatRoute({ view: 'access' }),
  figures: () => formatRoute({ view: 'figures' }),
  statistics: () => formatRoute({ view: 'statistics', year: new Date().getFullYear() - 1 }),
};

/** check looks at the page in both colours at both widths, once it has come to rest. */
async function check(page: Page, name: string): Promise<void> {
  // A page that loads says little.
  await expect(page.locator('#main [role=status]', { hasText: '…' })).toHaveCount(0);
  await clean(page, name, WIDTHS);
  await page.setViewportSize({ width: 320, height: 800 });
  await fits(page, name);
  await page.setViewportSize({ width: 1_280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light' });
}

/** goTo goes to another view and waits until it is there: its heading, not the one of the view before, has the focus. */
async function goTo(page: Page, address: string): Promise<void> {
  await page.locator('h1').evaluate((before) => before.setAttribute('data-before', ''));
  await page.goto(address);
  await expect(page.locator('h1:not([data-before])')).toBeFocused();
}

/** caseOf opens a case in a state and gives its id. */
async function caseOf(page: Page, state: string): Promise<string> {
  await page.goto(`${page.url().split('#')[0]}#inbox`);
  await openFirst(page, state);
  return /case=([0-9a-f]{32})/.exec(page.url())?.[1] ?? '';
}

test('every view of the open console, and every part of a case', async ({ page, city }) => {
  test.setTimeout(420_000);
  await unlock(page, city, login(city, 'coordinator'));
  const id = await caseOf(page, 'counselling');
  for (const [view, hash] of Object.entries(SCREENS)) {
    await goTo(page, `${city.office}${hash(id)}`);
    await check(page, view);
  }
  for (const tab of TABS) {
    const address = formatRoute({ view: 'case', id, tab });
    await page.goto(`${city.office}${address}`);
    await expect(page.locator(`.tabs a[href="${address}"]`)).toHaveAttribute('aria-current', 'page');
    await expect(page.locator('.case__part')).toBeVisible();
    await check(page, `case, ${tab}`);
  }
});

/** DIALOGS opens what each file holds; where a spec of its own has to go a longer way there, the spec's name. */
const DIALOGS: Readonly<Record<string, string | ((page: Page, city: City) => Promise<void>)>> = {
  'components/lock.tsx': async (page) => {
    // Two minutes are left from now on, and axe needs some of them.
    await page.clock.runFor(13 * 60_000 + 1_000);
    await expect(page.getByRole('dialog')).toContainText('Sperren');
  },
  'views/beside.tsx': async (page) => {
    await caseOf(page, 'counselling');
    await page.getByRole('button', { name: 'Einwilligung festhalten' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Speichern' }).click();
  },
  'views/movedialog.tsx': async (page) => {
    await caseOf(page, 'counselling');
    await page.getByRole('button', { name: 'Intervention beginnen' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Ausführen' }).click();
    await expect(page.getByRole('dialog')).toContainText('Bitte bestätigen Sie alle Punkte.');
  },
  'views/conflict.tsx': async (page) => {
    await caseOf(page, 'counselling');
    await page.getByRole('button', { name: 'Befangen?' }).click();
  },
  'views/palette.tsx': async (page) => {
    await page.getByRole('button', { name: 'Suchen', exact: true }).click();
    await page.getByRole('combobox').fill('zzz-gibt-es-nicht');
    await expect(page.getByText('Nichts gefunden.')).toBeVisible();
  },
  'views/help.tsx': async (page) => {
    await page.locator('h1').focus();
    await page.keyboard.press('?');
  },
  'views/handover.tsx': async (page, city) => {
    await page.goto(`${city.office}${SCREENS.workload('')}`);
    await page
      .getByRole('button', { name: /Vertretung/ })
      .first()
      .click();
  },
  'views/deskkeys.tsx': async (page, city) => {
    await page.goto(`${city.office}${SCREENS.members('')}`);
    await page.getByRole('button', { name: 'Neuen Schlüssel machen' }).first().click();
  },
  'views/memberdialog.tsx': async (page, city) => {
    await page.goto(`${city.office}${SCREENS.members('')}`);
    await page.getByRole('button', { name: 'Zugang beenden' }).first().click();
  },
  'views/bulkdialog.tsx': async (page, city) => {
    await page.goto(`${city.office}${SCREENS.inbox('')}`);
    await page.locator('.pick input').nth(1).check();
    await page.getByRole('button', { name: 'Verschieben' }).click();
  },
  'views/files.tsx': 'attach.spec.ts',
  'views/passkeys.tsx': 'console-passkey.spec.ts',
};

test('every dialog stands on the list', () => {
  const root = join(import.meta.dirname, '../src/console');
  const holding = ['components', 'views'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.tsx') && /<Dialog\s/.test(readFileSync(join(root, folder, name), 'utf8')))
      .map((name) => `${folder}/${name}`),
  );
  expect(holding.sort()).toEqual(Object.keys(DIALOGS).sort());
  for (const spec of Object.values(DIALOGS).filter((way) => typeof way === 'string'))
    expect(readFileSync(join(import.meta.dirname, spec), 'utf8'), spec).toMatch(/clean\(\w+, '[^']*dialog/);
});

for (const [file, open] of Object.entries(DIALOGS)) {
  if (typeof open === 'string') continue;
  test(`the dialog of ${file} has no findings`, async ({ page, city }) => {
    test.setTimeout(120_000);
    await page.clock.install();
    await unlock(page, city, login(city, 'coordinator'));
    await open(page, city);
    await expect(page.getByRole('dialog')).toBeVisible();
    await check(page, file);
    // Closed, it gives the focus back; on the body it would be lost.
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.locator('body')).not.toBeFocused();
  });
}

/** PHASES brings the page to where it stands whole; open is what the tests above have. */
const PHASES: Record<Exclude<Phase, 'open'>, (page: Page, city: City) => Promise<void>> = {
  async starting(page, city) {
    await page.route('**/api/v1/office/start', () => undefined);
    await page.goto(city.office);
    await expect(page.getByRole('status')).toBeVisible();
  },
  async unreachable(page, city) {
    await page.route('**/api/v1/office/start', (route) => route.abort());
    await page.goto(city.office);
    await expect(page.getByRole('button', { name: 'Noch einmal' })).toBeVisible();
  },
  async locked(page, city) {
    await unlock(page, city, login(city, 'coordinator'));
    await page.getByRole('button', { name: 'Sperren' }).click();
    await expect(page.locator('h1')).toHaveText('Konsole öffnen');
  },
  async swapped(page, city) {
    await page.route('**/de/report', async (route) => {
      const response = await route.fetch();
      const other = (key: string) => `age1pq1${[...key.slice(7)].reverse().join('')}`;
      const body = (await response.text()).replaceAll(/age1pq1[02-9ac-hj-np-z]{1952}/g, other);
      await route.fulfill({ response, body });
    });
    await page.goto(city.office);
    await enter(page, login(city, 'coordinator'));
    await expect(page.locator('h1')).toHaveText('Der öffentliche Schlüssel wurde ausgetauscht', { timeout: 30_000 });
  },
  async unpinned(page, city) {
    // As long as the operator has pinned nothing, neither the console nor the form is told a key.
    await page.route('**/de/report', (route) => route.fulfill({ body: '<!doctype html>', contentType: 'text/html' }));
    await page.route('**/api/v1/office/office', async (route) => {
      const response = await route.fetch();
      const data = (await response.json()) as { desks: object[] };
      await route.fulfill({ response, json: { ...data, desks: data.desks.map((desk) => ({ ...desk, keys: [] })) } });
    });
    await page.goto(city.office);
    await enter(page, login(city, 'coordinator'));
    await expect(page.locator('.digits')).toHaveCount(1, { timeout: 30_000 });
  },
  async admin(page, city) {
    await page.route('**/api/v1/office/login', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...((await response.json()) as object), role: 'admin' } });
    });
    await page.goto(city.office);
    await enter(page, login(city, 'coordinator'));
    await expect(page.locator('.people li').first()).toBeVisible({ timeout: 30_000 });
  },
};

for (const [phase, bring] of Object.entries(PHASES)) {
  test.describe(`the console when it is ${phase}`, () => {
    test.use({ expected: [/ERR_FAILED|409 \(Conflict\)/] });
    test('has no findings', async ({ page, city }) => {
      test.setTimeout(90_000);
      await bring(page, city);
      await clean(page, phase, WIDTHS);
    });
  });
}

test('what a link opens: set-up, a newcomer, a lost passphrase', async ({ page, city }) => {
  test.setTimeout(120_000);
  const office = await startOffice();
  await unlock(page, city, login(city, 'coordinator'));
  await page.goto(`${city.office}${SCREENS.members('')}`);
  await page.getByRole('button', { name: 'Jemanden einladen' }).click();
  await expect(page.locator('.onelink')).toContainText('#join=');
  const join = ((await page.locator('.onelink').textContent()) ?? '').trim();
  const links: Record<Gate, readonly [string, string]> = {
    setup: [office.link, 'Beistand einrichten'],
    join: [join, 'Zugang anlegen'],
    recover: [join.replace('#join=', '#recover='), 'Zugang wiederherstellen'],
  };
  for (const [gate, [link, title]] of Object.entries(links)) {
    await page.goto('about:blank');
    await page.goto(link);
    await expect(page.locator('h1')).toHaveText(title);
    await clean(page, gate, WIDTHS);
  }
  await office.stop();
});

test('empty states: a city that nobody has told anything yet', async ({ page }) => {
  test.setTimeout(180_000);
  const { city, stop } = await startCity(0);
  await unlock(page, city, login(city, 'coordinator'));
  for (const view of ['inbox', 'today', 'board', 'workload', 'figures', 'statistics'] as const) {
    if (view !== 'inbox') await goTo(page, `${city.office}${SCREENS[view]('')}`);
    await check(page, `${view}, empty`);
  }
  await stop();
});
