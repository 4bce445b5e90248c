// What the first view of the form costs on the wire, in every language, summed
// from what the browser itself counts.
import { expect, test } from './fixture.ts';

for (const lang of 'de de-simple en tr ar uk ru it hr ro el pl sq fr'.split(' ')) {
  test(`the first view of the form in ${lang} costs at most 30 KB and 5 requests`, async ({ page, city }) => {
    const client = await page.context().newCDPSession(page);
    let bytes = 0;
    const requests: string[] = [];
    await client.send('Network.enable');
    client.on('Network.requestWillBeSent', ({ request }) => {
      if (!request.url.startsWith('data:')) requests.push(request.url);
    });
    client.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.goto(`${city.public}/${lang}/report`, { waitUntil: 'networkidle' });
    expect(requests.length, requests.join(' ')).toBeLessThanOrEqual(5);
    expect(requests.filter((url) => !url.startsWith(city.public))).toEqual([]);
    expect(requests.filter((url) => /\.(woff2?|ttf|otf)$/.test(url))).toEqual([]);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThanOrEqual(30_000);
    test.info().annotations.push({ type: 'bytes', description: String(bytes) });
    console.log(`${lang}: ${bytes} bytes, ${requests.length} requests`);
  });
}
