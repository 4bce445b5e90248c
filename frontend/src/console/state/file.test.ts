import { describe, expect, it } from 'vitest';
import type { CaseFile, Done } from '../../shared/api.ts';
import { type Client, Failure } from '../client.ts';
import { createTurns } from '../turns.ts';
import type { Vault } from '../worker.ts';
import { createFile, type FileState } from './file.ts';

const NOTE = { path: 'notes', kind: 'note', body: { text: 'meant for the first' } } as const;

/** A desk with two cases whose answers arrive when the test says so. */
function desk(refusal?: Failure): {
  file: FileState;
  sent: string[];
  answer: (id: string) => void;
  waiting: () => number;
} {
  const open = new Map<string, () => void>();
  const sent: string[] = [];
  const file = (id: string) => ({ summary: { case: id, desk: 'city', rev: 3 }, events: [], allowed: [] });
  const client = {
    openCase: (id: string) => new Promise((done) => open.set(id, () => done(file(id) as unknown as CaseFile))),
    act: async (id: string) => {
      sent.push(id);
      if (refusal !== undefined) throw refusal;
      return { rev: 4, state: 'triage' } as Done;
    },
  } as unknown as Client;
  const vault = {
    call: async (name: string) =>
      name === 'openFile' ? { events: [], warnings: [], pin: '', canAnswer: false } : { op: 'op', epoch: 1, box: '' },
  } as unknown as Vault;
  const state = createFile({
    client,
    vault,
    turn: createTurns(),
    me: () => undefined,
    rules: async () => undefined,
    target: async () => ({ site: 's', desk: 'verein', name: 'Verein', epoch: 1, recipient: 'age1pq1' }),
    today: () => '2026-11-22',
    ended: () => undefined,
  });
  const answer = (id: string) => {
    open.get(id)?.();
    open.delete(id);
  };
  return { file: state, sent, answer, waiting: () => open.size };
}

/** settle lets everything run that waits for nothing from outside. */
async function settle(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
}

describe('the open case', () => {
  it('stays open when the page before it goes late', async () => {
    const { file, answer } = desk();
    void file.load('a');
    answer('a');
    await settle();
    void file.load('b');
    file.leave('a');
    answer('b');
    await settle();
    expect(file.status.value).toBe('open');
    expect(file.view.value?.summary.case).toBe('b');
    file.leave('b');
    expect(file.view.value).toBeUndefined();
  });

  it('never shows a case that was left while it was fetched', async () => {
    const { file, answer } = desk();
    void file.load('a');
    void file.load('b');
    answer('b');
    await settle();
    answer('a');
    await settle();
    expect(file.view.value?.summary.case).toBe('b');
  });

  it('goes from the screen when an act finds that it was erased', async () => {
    const { file, answer } = desk(new Failure('case', 404));
    void file.load('a');
    answer('a');
    await settle();
    expect(await file.send(NOTE)).toBe(false);
    expect(file.status.value).toBe('missing');
    expect(file.view.value).toBeUndefined();
    expect(file.busy.value).toBe('');
  });

  it('never sends to the next case what was meant for the one before', async () => {
    const { file, sent, answer } = desk();
    void file.load('a');
    answer('a');
    await settle();
    const first = file.send(NOTE);
    void file.load('b');
    answer('b');
    expect(await first).toBe(false);
    await settle();
    expect(sent).toEqual([]);
    expect(file.busy.value).toBe('');
    const second = file.send(NOTE);
    await settle();
    answer('b');
    expect(await second).toBe(true);
    expect(sent).toEqual(['b']);
  });

  it('does one act after the other, and two clicks are one', async () => {
    const { file, sent, answer } = desk();
    void file.load('a');
    answer('a');
    await settle();
    const card = file.send({ path: 'cards', kind: 'card', open: { op: 'op', epoch: 1, box: '' } });
    const note = file.send(NOTE);
    expect(await file.send(NOTE)).toBe(false);
    await settle();
    expect([sent.length, file.busy.value]).toEqual([1, 'cards']);
    answer('a');
    expect(await card).toBe(true);
    await settle();
    expect([sent.length, file.busy.value]).toEqual([2, 'notes']);
    answer('a');
    expect(await note).toBe(true);
    expect(file.busy.value).toBe('');
  });

  it('sends nothing past an act that did not work', async () => {
    const { file, sent, answer } = desk(new Failure('unclear', 503));
    void file.load('a');
    answer('a');
    await settle();
    const card = file.send({ path: 'cards', kind: 'card', open: { op: 'op', epoch: 1, box: '' } });
    const note = file.send(NOTE);
    expect([await card, await note]).toEqual([false, false]);
    expect(sent).toEqual(['a']);
    expect(file.trouble.value?.path).toBe('cards');
  });
});
