// What must hold for every input, tried with thousands of them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random, toHex } from './bytes.ts';
import { CARD_SIZE, cardKey, openCard, sealCard } from './card.ts';
import { unframe } from './frame.ts';
import { newIdentity, recipientOf } from './keys.ts';
import { completeWord, isWord, lockIdentity, makePassphrase, tidyPassphrase, unlockIdentity } from './login.ts';
import { deriveKeys, makeReceipt, normalise, type ReceiptKeys, shown } from './receipt.ts';
import { type Envelope, newOp, OpenError, officeMac, open, openText, seal, sealText, TooLargeError } from './seal.ts';
import { type Act, checkSequence } from './sequence.ts';

const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xff10];

describe('receipts', () => {
  test('what is shown is read again, in every script', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZEROS),
        fc.constantFrom(' ', '-', '\u2013', '\u00a0', '.', '\u200f'),
        (zero, gap) => {
          const receipt = makeReceipt();
          const written = shown(receipt)
            .replaceAll(' ', gap)
            .replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
          expect(normalise(written)).toEqual({ ok: true, receipt });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('every wrong digit and every swap of neighbours is found', () => {
    for (let round = 0; round < 50; round++) {
      const receipt = makeReceipt();
      for (let i = 0; i < 32; i++) {
        for (let digit = 0; digit < 10; digit++) {
          expectSlip(receipt, receipt.slice(0, i) + digit + receipt.slice(i + 1));
        }
        if (i > 0) {
          const swapped = receipt.slice(0, i - 1) + receipt[i] + receipt[i - 1] + receipt.slice(i + 1);
          expectSlip(receipt, swapped);
        }
      }
    }
  });

  test('any text is read or refused with a place inside it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        const typed = normalise(text);
        if (typed.ok) expect(normalise(typed.receipt)).toEqual(typed);
        else expect(typed.at).toBeLessThanOrEqual([...text].length);
      }),
      { numRuns: 2_000 },
    );
  });

  test('all digits are drawn', () => {
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 200; i++)
      for (const digit of makeReceipt().slice(0, 30)) counts[Number(digit)] = (counts[Number(digit)] as number) + 1;
    // 6,000 draws: each digit is expected 600 times, with a deviation of 23.
    for (const count of counts) expect(Math.abs(count - 600)).toBeLessThan(200);
  });

  function expectSlip(receipt: string, slip: string): void {
    if (slip !== receipt) expect(normalise(slip)).toEqual({ ok: false, error: 'check', at: 0 });
  }
});

describe('boxes', () => {
  let keys: ReceiptKeys;
  let desk: string;
  let office: string;

  async function parts(): Promise<void> {
    keys ??= await deriveKeys('test.example', makeReceipt());
    office ??= newIdentity();
    desk ??= await recipientOf(office);
  }

  function envelope(kind: string, body: Record<string, unknown>): Envelope {
    return { v: 1, case: keys.caseId, kind, op: newOp(), seen: '', by: 'browser', at: '2026-11-22', body };
  }

  const want = (e: Envelope) => ({ case: e.case, kind: e.kind, op: e.op });

  test('open(seal(x)) = x, for any text', async () => {
    await parts();
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 300 }), async (text) => {
        const e = envelope('message', { text, deep: [{ a: { v: 1, case: '{:"' } }] });
        const box = await seal(e, keys.mac, [desk]);
        expect(box.length).toBe(5_755);
        expect(await open(box, office, keys.mac, want(e))).toEqual(e);
      }),
      { numRuns: 60 },
    );
  });

  test('the size depends on bucket and recipients only', async () => {
    await parts();
    for (const [kind, letters, one, two] of [
      ['message', 0, 5_755, 7_312],
      ['message', 3_500, 5_755, 7_312],
      ['report', 10, 18_043, 19_600],
      ['report', 16_000, 18_043, 19_600],
      ['report', 30_000, 67_195, 68_752],
      ['message', 70_000, 263_851, 265_408],
    ] as const) {
      const e = envelope(kind, { text: 'x'.repeat(letters) });
      expect((await seal(e, keys.mac, [desk])).length).toBe(one);
      expect((await seal(e, keys.mac, [keys.recipient, desk])).length).toBe(two);
    }
  });

  test('any flipped, missing or added byte gives nothing', async () => {
    await parts();
    const e = envelope('answer', { text: 'Danke.' });
    const box = await seal(e, keys.mac, [keys.recipient, desk]);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(box.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.constantFrom('flip', 'cut', 'add'),
        async (at, turn, how) => {
          const changed =
            how === 'cut' ? box.slice(0, at) : how === 'add' ? Uint8Array.from([...box, turn]) : Uint8Array.from(box);
          if (how === 'flip') changed[at] = (changed[at] as number) ^ turn;
          await expect(open(changed, keys.identity, keys.mac, want(e))).rejects.toThrow(new OpenError());
        },
      ),
      { numRuns: 120 },
    );
  });

  test('exchanged boxes, wrong case, kind, act, key or identity give nothing', async () => {
    await parts();
    const e = envelope('answer', { text: 'a' });
    const other = envelope('answer', { text: 'b' });
    const box = await seal(e, keys.mac, [keys.recipient]);
    const refuse = (opened: Promise<Envelope>) => expect(opened).rejects.toThrow(new OpenError());
    await refuse(open(box, keys.identity, keys.mac, want(other)));
    await refuse(open(box, keys.identity, keys.mac, { ...want(e), case: toHex(random(16)) }));
    await refuse(open(box, keys.identity, keys.mac, { ...want(e), kind: 'message' }));
    await refuse(open(box, keys.identity, officeMac(office), want(e)));
    await refuse(open(box, office, keys.mac, want(e)));
    await refuse(open(box, 'AGE-SECRET-KEY-1', keys.mac, want(e)));
    expect(await open(box, keys.identity, () => keys.mac, want(e))).toEqual(e);
  });

  test('nothing is sealed to another kind of recipient, or to nobody', async () => {
    await parts();
    const e = envelope('message', {});
    const classic = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
    for (const to of [[], [classic], [desk, classic], [desk.slice(0, -1)], [desk.toUpperCase()], ['']]) {
      await expect(seal(e, keys.mac, to)).rejects.toThrow();
    }
    await expect(seal(envelope('message', { text: 'x'.repeat(800_000) }), keys.mac, [desk])).rejects.toThrow(
      TooLargeError,
    );
    await expect(seal({ ...e, op: 'x' }, keys.mac, [desk])).rejects.toThrow();
    await expect(seal({ ...e, at: '22.11.2026' }, keys.mac, [desk])).rejects.toThrow();
  });

  test('short frames give nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5_000 }), (framed) => {
        expect(unframe('answer', framed, () => new Uint8Array(32))).toBeUndefined();
      }),
    );
  });

  test('texts sealed whole open whole', async () => {
    await parts();
    const box = await sealText(desk, keys.identity);
    expect(box.length).toBe(1_736);
    expect(await openText(box, office)).toBe(keys.identity);
    await expect(openText(box, keys.identity)).rejects.toThrow(new OpenError());
    await expect(openText(box.slice(0, -1), office)).rejects.toThrow(new OpenError());
  });
});

describe('cards', () => {
  const card = {
    title: 'Kündigung',
    grounds: ['religion_belief'],
    area: 'work',
    labels: ['r:example'],
    lang: 'ar',
    due: '2026-12-14',
    kind: 'agg_15_4',
    follow: '2026-12-01',
    pin: '',
    words: [] as string[],
  };

  test('open what was sealed, in the right place only', async () => {
    const key = await cardKey(newIdentity());
    const [id, op] = [newOp(), newOp()];
    const box = await sealCard(key, id, op, card);
    expect(box.length).toBe(CARD_SIZE);
    expect(await openCard(key, id, op, box)).toEqual(card);
    const done = { ...card, follow: '' };
    expect(await openCard(key, id, op, await sealCard(key, id, op, done))).toEqual(done);
    const refuse = (opened: Promise<unknown>) => expect(opened).rejects.toThrow(new OpenError());
    await refuse(openCard(key, op, id, box));
    await refuse(openCard(await cardKey(newIdentity()), id, op, box));
    await refuse(openCard(key, id, op, box.slice(1)));
    await refuse(
      openCard(
        key,
        id,
        op,
        box.map((byte, i) => (i === 500 ? byte ^ 1 : byte)),
      ),
    );
  });

  test('what is too long goes: words first, then the end of the title', async () => {
    const key = await cardKey(newIdentity());
    const words = Array.from({ length: 200 }, (_, i) => `wort${i}`);
    const box = await sealCard(key, newOp(), newOp(), { ...card, words });
    expect(box.length).toBe(CARD_SIZE);
    const [id, op] = [newOp(), newOp()];
    const shortened = await openCard(key, id, op, await sealCard(key, id, op, { ...card, words }));
    expect(shortened.title).toBe(card.title);
    expect(shortened.words).toEqual(words.slice(0, shortened.words.length));
    expect(shortened.words.length).toBeGreaterThan(50);
    const title = '😀'.repeat(400);
    const cut = await openCard(key, id, op, await sealCard(key, id, op, { ...card, title, words }));
    expect(cut.words).toEqual([]);
    expect(title.startsWith(cut.title)).toBe(true);
    expect(cut.title.length % 2).toBe(0);
    await expect(sealCard(key, id, op, { ...card, labels: ['x'.repeat(1_100)] })).rejects.toThrow();
  });
});

describe('passphrases', () => {
  test('are seven words of the list, and differ', () => {
    const drawn = new Set(Array.from({ length: 50 }, makePassphrase));
    expect(drawn.size).toBe(50);
    for (const passphrase of drawn) {
      const words = passphrase.split(' ');
      expect(words.length).toBe(7);
      expect(words.every(isWord)).toBe(true);
      expect(tidyPassphrase(`  ${words.map((word) => word.slice(0, 4).toUpperCase()).join('\n ')} `)).toBe(passphrase);
    }
  });

  test('completion', () => {
    expect(completeWord('aban')).toEqual(['abandon']);
    expect(completeWord('')).toEqual([]);
    expect(completeWord('xyz')).toEqual([]);
    expect(isWord('beistand')).toBe(false);
  });

  test('lock and unlock an identity', async () => {
    const [unlock, identity] = [random(32), newIdentity()];
    const locked = await lockIdentity(unlock, identity);
    expect(locked.length).toBe(1_736);
    expect(await unlockIdentity(unlock, locked)).toBe(identity);
    await expect(unlockIdentity(random(32), locked)).rejects.toThrow(new OpenError());
  });
});

describe('sequences', () => {
  const acts = fc
    .uniqueArray(fc.stringMatching(/^[0-9a-f]{4}$/), { minLength: 3, maxLength: 12 })
    .map((ops) =>
      ops.map(
        (op, i): Act => ({ rev: i + 1, kind: i % 2 ? 'answer' : 'message', op, seen: i ? (ops[i - 1] as string) : '' }),
      ),
    );

  test('a whole conversation gives no warning; exchanged, dropped or doubled acts do', () => {
    fc.assert(
      fc.property(acts, fc.nat(), fc.nat(), (whole, a, b) => {
        expect(checkSequence(whole)).toEqual([]);
        const [from, to] = [a % whole.length, b % whole.length];
        const turned = [...whole];
        [turned[from], turned[to]] = [whole[to] as Act, whole[from] as Act];
        expect(checkSequence(turned).length > 0).toBe(from !== to);
        expect(checkSequence(whole.toSpliced(from, 1)).length > 0).toBe(from < whole.length - 1);
        expect(checkSequence([...whole, whole[from] as Act]).at(-1)?.reason).toBe('double');
      }),
    );
  });
});
