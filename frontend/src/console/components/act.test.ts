import { expect, test } from 'vitest';
import { Failure } from '../client.ts';
import { TaskError } from '../rpc.ts';
import { tell } from './act.ts';

test.each([
  // Nobody knows what became of it: that nothing was changed is not said.
  [new Failure('network', 0), 'members.fault.unclear'],
  [new Failure('network', 502), 'members.fault.unclear'],
  [new Failure('body', 400), 'members.fault'],
  [new Failure('last', 409), 'members.fault.last'],
  [new Failure('conflict', 409), 'members.fault.conflict'],
  [new TaskError('digits'), 'members.fault.digits'],
  [new Error('anything'), 'members.fault'],
])('%s is told as %s', (error, key) => {
  expect(tell(error)).toBe(key);
});
