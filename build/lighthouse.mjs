// Audits the accessibility of pages below the address that is given. It runs in the folder that lighthouse.sh made.
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

const PATHS = ['', 'report', 'mailbox', 'note', 'rights', 'privacy', 'accessibility', 'imprint', 'safety', 'statistics'];

const browser = await launch({
  chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
let least = 100;
for (const lang of ['de', 'de-simple', 'ar']) {
  for (const path of PATHS) {
    const { lhr } = await lighthouse(`${process.argv[2]}/${lang}/${path}`, {
      port: browser.port,
      onlyCategories: ['accessibility'],
      logLevel: 'silent',
    });
    const score = Math.round(lhr.categories.accessibility.score * 100);
    const failed = Object.values(lhr.audits).filter((audit) => audit.score === 0 && audit.scoreDisplayMode === 'binary');
    console.log(`${score}  /${lang}/${path}`, ...failed.map((audit) => audit.id));
    least = Math.min(least, score);
  }
}
await browser.kill();
process.exitCode = least < 100 ? 1 : 0;
