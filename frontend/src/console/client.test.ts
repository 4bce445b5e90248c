import { expect, test } from 'vitest';
import { createClient, Failure } from './client.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function answering(make: () => Response | Promise<never>): { sent: Sent[]; send: typeof fetch } {
  const sent: Sent[] = [];
  const send = async (url: RequestInfo | URL, init?: RequestInit) => {
    sent.push({ url: String(url), init: init ?? {} });
    return make();
  };
  return { sent, send: send as typeof fetch };
}

async function failure(make: () => Response | Promise<never>): Promise<Failure> {
  const { send } = answering(make);
  try {
    await createClient(send).office();
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('no failure');
}

test('an act is one POST of JSON to its case', async () => {
  const { sent, send } = answering(() => Response.json({ rev: 2, state: 'triage', allowed: [] }, { status: 201 }));
  const done = await createClient(send).act('ab', 'notes', { rev: 1 });
  expect(done.rev).toBe(2);
  expect(sent[0]?.url).toBe('/api/v1/office/cases/ab/notes');
  expect(sent[0]?.init).toMatchObject({
    method: 'POST',
    body: '{"rev":1}',
    credentials: 'same-origin',
    redirect: 'error',
  });
});

test('only calls that nobody asked for are marked as background', async () => {
  const { sent, send } = answering(() => Response.json({ cases: [], next: '' }));
  await createClient(send).cases('');
  await createClient(send).casePage('ab');
  await createClient(send).changes('00', true);
  const json = { Accept: 'application/json', 'Content-Type': 'application/json' };
  expect(sent.map((one) => one.init.headers)).toEqual([
    { Accept: 'application/json' },
    { Accept: 'application/json' },
    { ...json, 'Beistand-Background': '1' },
  ]);
  expect(sent.map((one) => one.url)).toEqual([
    '/api/v1/office/cases?limit=500',
    '/api/v1/office/cases?limit=500&after=ab',
    '/api/v1/office/heads',
  ]);
});

test('cards that break off are no cards', async () => {
  const half = async (bytes: number) => {
    const { send } = answering(() => new Response(new Uint8Array(bytes)));
    let taken = 0;
    await createClient(send).cards(async (records) => {
      taken += records.byteLength;
    });
    return taken;
  };
  expect(await half(2 * 1_088)).toBe(2_176);
  await expect(half(2_000)).rejects.toMatchObject({ key: 'network' });
});

test('the public form is fetched without the cookie', async () => {
  const { sent, send } = answering(() => new Response('<p>form</p>'));
  expect(await createClient(send).form('/de/report')).toBe('<p>form</p>');
  expect(sent[0]?.init.credentials).toBe('omit');
});

test('a failure keeps the key, the fields and the id that the server gave', async () => {
  const body = { error: 'form', fields: [{ field: 'op', key: 'op' }], id: 'e1' };
  expect(await failure(() => Response.json(body, { status: 422 }))).toMatchObject({
    status: 422,
    key: 'form',
    id: 'e1',
    fields: body.fields,
  });
});

test.each([
  ['no answer', () => Promise.reject(new TypeError('failed')), 'network', true],
  ['a page of a proxy', () => new Response('<h1>Bad Gateway</h1>', { status: 502 }), 'network', true],
  ['a busy server', () => Response.json({ error: 'busy' }, { status: 503 }), 'busy', true],
  ['a conflict', () => Response.json({ error: 'conflict' }, { status: 409 }), 'conflict', false],
  ['an ended session', () => new Response('', { status: 401 }), 'session', false],
  ['half an answer', () => new Response('{"site":', { status: 200 }), 'network', true],
] as const)('%s: may it be sent again?', async (_, make, key, unclear) => {
  const found = await failure(make as () => Response);
  expect([found.key, found.unclear]).toEqual([key, unclear]);
});
