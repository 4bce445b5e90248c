// Audits the accessibility of pages below the address that is given, and of those behind a step: a fault, the receipt, an
// opened mailbox. It runs in the folder that lighthouse.sh made.
import { launch } from 'chrome-launcher';
import lighthouse, { snapshot } from 'lighthouse';
import { connect } from 'puppeteer-core';

const PATHS = ['', 'report', 'mailbox', 'note', 'rights', 'privacy', 'accessibility', 'imprint', 'safety', 'statistics'];
const SETTINGS = { onlyCategories: ['accessibility'], logLevel: 'silent' };

const [address] = process.argv.slice(2);
const browser = await launch({
  chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
let least = 100;

/** tell prints what an audit found. */
function tell({ lhr }, name) {
  const score = Math.round(lhr.categories.accessibility.score * 100);
  const failed = Object.values(lhr.audits).filter((audit) => audit.score === 0 && audit.scoreDisplayMode === 'binary');
  console.log(`${score}  ${name}`, ...failed.map((audit) => audit.id));
  least = Math.min(least, score);
}

/** behind sends a report as a person would, and audits what the page shows on the way. */
async function behind(page, lang) {
  const audit = async (name) => {
    // Scrolled, the bar with quick exit may stand over half of a button.
    await page.evaluate(() => scrollTo(0, 0));
    tell(await snapshot(page, { flags: SETTINGS }), `/${lang}, ${name}`);
  };
  const shown = () => page.$$eval('.step', (all) => all.find((one) => !one.hidden)?.id);
  const next = () => page.click('.steps button');
  await page.goto(`${address}/${lang}/report`, { waitUntil: 'networkidle0' });
  await page.waitForSelector('.progress');
  while ((await shown()) !== 'what') await next();
  await next();
  await page.waitForSelector('#summary');
  await audit('a fault');
  await page.type('#text', 'Ein Text');
  while ((await shown()) !== 'send') await next();
  await page.click('#submit');
  await page.waitForSelector('.slip .receipt');
  await audit('receipt');
  const code = await page.$eval('.slip .receipt', (one) => one.textContent.replaceAll(/\D/g, ''));
  await page.goto(`${address}/${lang}/mailbox`, { waitUntil: 'networkidle0' });
  await page.type('#receipt', code);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.thread');
  await audit('mailbox, opened');
}

for (const lang of ['de', 'de-simple', 'ar']) {
  for (const path of PATHS) {
    tell(await lighthouse(`${address}/${lang}/${path}`, { port: browser.port, ...SETTINGS }), `/${lang}/${path}`);
  }
  const driver = await connect({ browserURL: `http://127.0.0.1:${browser.port}`, defaultViewport: null });
  const page = await driver.newPage();
  await behind(page, lang);
  await page.close();
  await driver.disconnect();
}
await browser.kill();
process.exitCode = least < 100 ? 1 : 0;
