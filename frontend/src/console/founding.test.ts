import { expect, test } from 'vitest';
import { fromBase64, toBase64, toKeyText } from '../shared/bytes.ts';
import { loginKeys, vouch } from '../shared/login.ts';
import { fingerprint, openText, recipientOf } from '../shared/seal.ts';
import { found, memberOf, PAPER } from './founding.ts';
import { createKeyring } from './keys.ts';

const INPUT = {
  site: 'melden.example',
  code: 'AAECAwQFBgcICQoLDA0ODw',
  name: 'a.yilmaz',
  words: 'abandon ability able about above absent absorb',
  display: 'Ayla Yılmaz',
  desks: ['city', 'verein'],
};

test('the member id is half of the hash of the code', async () => {
  // SHA-256 of the bytes 00 … 0f, computed with sha256sum.
  expect(await memberOf(INPUT.code)).toBe('be45cb2605bf36bebde684841a28f0fd');
});

test('what a founding makes opens with the words, and with the paper', async () => {
  const percent: number[] = [];
  const { body, paper, fingerprints } = await found(INPUT, (done) => percent.push(done));
  const login = await loginKeys(INPUT.site, INPUT.name, INPUT.words);
  expect(body).toMatchObject({ code: INPUT.code, name: login.salt, auth: toKeyText(login.auth) });
  expect(percent.at(-1)).toBe(100);

  const ring = createKeyring();
  const opened = await ring.unlock(
    {
      lock: body.lock,
      mpk: body.mpk,
      wraps: body.desks.map(({ desk, wrap }) => ({ desk, epoch: 1, wrap })),
      pinned: body.desks.map(({ desk, opk }) => ({ desk, epoch: 1, from: '2026-11', until: '', recipient: opk })),
      form: body.desks.map(({ opk }) => opk),
      month: '2026-11',
    },
    login.unlock,
  );
  expect(opened).toMatchObject({ faults: [], desks: INPUT.desks });

  const member = await memberOf(INPUT.code);
  for (const desk of body.desks) {
    const identity = ring.current(desk.desk)?.identity ?? '';
    expect(await openText(fromBase64(desk.paper.wrap), paper)).toBe(identity);
    expect(desk.vouch).toBe(toKeyText(vouch(identity, member, body.mpk, INPUT.display)));
    expect(desk.paper.vouch).toBe(toKeyText(vouch(identity, PAPER, await recipientOf(paper), PAPER)));
    expect(await openText(fromBase64(body.profile), identity)).toBe(INPUT.display);
    expect(fingerprints).toContainEqual({ desk: desk.desk, digits: fingerprint(desk.opk) });
  }
  expect(new Set(body.desks.map((desk) => desk.opk)).size).toBe(2);
});

test('nothing private is in the request', async () => {
  const { body, paper } = await found(INPUT);
  const sent = JSON.stringify(body);
  expect(sent).not.toContain('AGE-SECRET-KEY');
  expect(sent).not.toContain(paper);
  expect(sent).not.toContain(INPUT.display);
  expect(sent).not.toContain(INPUT.name);
  expect(sent).not.toContain(toBase64(new TextEncoder().encode(INPUT.display)));
});
