// Measures the report form as an old phone on a slow line gets it, behind TLS: what Lighthouse simulates (400 ms, 400
// kbit/s, a processor four times slower), and how long it takes from "send" to the receipt on that processor. Prints one
// line of JSON: medians of five runs, each in a browser that never saw the page, and the runs. It asserts none of the
// figures, because one of a busy machine proves nothing; it fails if something could not be measured. Runs in the folder
// that lighthouse.sh made.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { createSecureServer } from 'node:http2';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { connect } from 'puppeteer-core';

const RUNS = 5;
const SLOWER = 4;
const SETTINGS = {
  onlyCategories: ['performance', 'accessibility'],
  logLevel: 'silent',
  formFactor: 'mobile',
  throttlingMethod: 'simulate',
  throttling: { rttMs: 400, throughputKbps: 400, cpuSlowdownMultiplier: SLOWER },
};
const ONLY_OF_A_LINE = ['connection', 'keep-alive', 'transfer-encoding'];

/** certificate lets Go's own generator make a key pair for the loopback address. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'beistand-tls-'));
  try {
    const root = execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
    const generator = join(root, 'src/crypto/tls/generate_cert.go');
    execFileSync('go', ['run', generator, '-host', '127.0.0.1', '-ecdsa-curve', 'P256', '-duration', '24h'], {
      cwd: folder,
      stdio: 'ignore',
    });
    return { cert: readFileSync(join(folder, 'cert.pem')), key: readFileSync(join(folder, 'key.pem')) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** front speaks TLS and HTTP/2 and passes all else on as it is, as the proxy before a city's server does. */
async function front(address) {
  const server = createSecureServer({ ...certificate(), allowHTTP1: true }, (from, to) => {
    const fields = Object.entries(from.headers).filter(([name]) => !name.startsWith(':'));
    const headers = { ...Object.fromEntries(fields), host: from.headers[':authority'] ?? from.headers.host };
    const onward = request(new URL(from.url, address), { method: from.method, headers }, (answer) => {
      const all = Object.entries(answer.headers).filter(([name]) => !ONLY_OF_A_LINE.includes(name));
      to.writeHead(answer.statusCode, Object.fromEntries(all));
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { server, origin: `https://127.0.0.1:${server.address().port}` };
}

function browser() {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return launch({
    chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromeFlags: [...flags, '--ignore-certificate-errors'],
  });
}

/** looked lets Lighthouse load the form once. */
async function looked(url) {
  const chrome = await browser();
  try {
    const { lhr } = await lighthouse(url, { port: chrome.port, ...SETTINGS });
    if (lhr.runtimeError !== undefined) throw new Error(lhr.runtimeError.message);
    const figure = (id) => lhr.audits[id].numericValue;
    return {
      lcp: Math.round(figure('largest-contentful-paint')),
      tbt: Math.round(figure('total-blocking-time')),
      cls: figure('cumulative-layout-shift'),
      bytes: figure('total-byte-weight'),
      accessibility: Math.round(lhr.categories.accessibility.score * 100),
    };
  } finally {
    await chrome.kill();
  }
}

/** sent tells a report and presses "send", once; it takes the time until the receipt has been painted. */
async function sent(url) {
  const chrome = await browser();
  try {
    const driver = await connect({ browserURL: `http://127.0.0.1:${chrome.port}`, defaultViewport: null });
    const page = await driver.newPage();
    await page.emulateCPUThrottling(SLOWER);
    await page.goto(url, { waitUntil: 'networkidle0' });
    await page.waitForSelector('.progress');
    const shown = () => page.$$eval('.step', (all) => all.find((one) => !one.hidden)?.id);
    const next = () => page.click('.steps button');
    while ((await shown()) !== 'what') await next();
    await page.type('#text', 'Ich habe die Wohnung nicht bekommen.');
    while ((await shown()) !== 'send') await next();
    await page.waitForNetworkIdle();
    const took = page.evaluate(
      () =>
        new Promise((done) => {
          let start = 0;
          document.addEventListener('click', (event) => (start = event.timeStamp), { capture: true, once: true });
          new MutationObserver((_, observer) => {
            if (document.querySelector('.slip .receipt') === null) return;
            observer.disconnect();
            requestAnimationFrame(() => requestAnimationFrame((now) => done(now - start)));
          }).observe(document.body, { childList: true, subtree: true });
        }),
    );
    await page.click('#submit');
    const milliseconds = Math.round(await took);
    await driver.disconnect();
    return milliseconds;
  } finally {
    await chrome.kill();
  }
}

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];

/** times does one thing RUNS times, one after the other. */
async function times(act) {
  const all = [];
  for (let run = 0; run < RUNS; run++) all.push(await act());
  return all;
}

const [address] = process.argv.slice(2);
const { server, origin } = await front(address);
const out = { runs: RUNS, cores: cpus().length, load: loadavg()[0] };
for (const lang of ['de', 'ar']) {
  const url = `${origin}/${lang}/report`;
  const loads = await times(() => looked(url));
  const sends = await times(() => sent(url));
  if ([...loads.flatMap(Object.values), ...sends].some((figure) => !Number.isFinite(figure)))
    throw new Error(`a figure of ${url} is missing: ${JSON.stringify({ loads, sends })}`);
  const of = (name) => loads.map((one) => one[name]);
  out[lang] = {
    lcp_ms: median(of('lcp')),
    tbt_ms: median(of('tbt')),
    cls: median(of('cls')),
    accessibility: Math.min(...of('accessibility')),
    bytes: median(of('bytes')),
    send_to_receipt_ms: median(sends),
    all: { lcp_ms: of('lcp'), tbt_ms: of('tbt'), cls: of('cls'), send_to_receipt_ms: sends },
  };
}
server.close();
console.log(JSON.stringify(out));
process.exit(0);
