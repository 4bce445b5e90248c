import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { digestsOf } from './changes.ts';

test('digests are those of the server: case and rev of each case, in order of id', async () => {
  const ids = ['00ff', '0001', 'ab00'].map((start) => start.padEnd(32, '7'));
  const digest = (...heads: (readonly [string, string])[]) =>
    createHash('sha256')
      .update(Buffer.from(heads.flat().join(''), 'hex'))
      .digest('hex')
      .slice(0, 16);
  const empty = digest();
  const want = Array.from({ length: 256 }, () => empty);
  want[0] = digest([ids[1] ?? '', '00000102'], [ids[0] ?? '', '00000001']);
  want[0xab] = digest([ids[2] ?? '', '00000007']);
  const heads = ids.map((id, i) => [id, [1, 258, 7][i] ?? 0] as const);
  expect(await digestsOf(heads)).toBe(want.join(''));
});
