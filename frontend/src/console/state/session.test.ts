import { expect, test } from 'vitest';
import { newIdentity, recipientOf } from '../../shared/seal.ts';
import { Failure } from '../client.ts';
import { TaskError } from '../rpc.ts';
import { faultOf, recipientsIn } from './session.ts';

test('keys are found in a page wherever they stand, each once', async () => {
  const key = await recipientOf(newIdentity());
  const other = await recipientOf(newIdentity());
  const html = `<div data-key="${key}"></div><script type="application/json">{"a":"${other}","b":"${key}"}</script>`;
  expect(recipientsIn(html)).toEqual([key, other]);
  expect(recipientsIn('<p>age1pq1tooshort</p>')).toEqual([]);
});

test.each([
  [new Failure('login', 401), 'unlock.fault.login'],
  [new Failure('network', 0), 'unlock.fault.network'],
  [new Failure('unavailable', 503), 'unlock.fault.network'],
  [new Failure('internal', 500), 'unlock.fault.internal'],
  [new TaskError('worker'), 'unlock.fault.worker'],
  [new TypeError('x'), 'unlock.fault.internal'],
])('%s is told as %s', (error, key) => {
  expect(faultOf(error)).toBe(key);
});
