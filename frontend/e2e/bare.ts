// A tab that is driven from outside and recorded by nobody. Playwright keeps a
// copy of every answer of the server in the memory of its own tabs, for a day of
// work in the console a hundred megabytes: where memory is measured, it would
// measure itself.
import type { Browser } from '@playwright/test';

/** A BareTab is one page in a profile of its own. */
export interface BareTab {
  /** run does something in the page and gives what comes of it; both ways only what JSON can say. */
  run<A, R>(what: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** until resolves when what is asked for holds, and fails after that many milliseconds. */
  until<A>(holds: (argument: A) => boolean, argument: A, patience: number): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
  };
}

/** openBare opens an address in a bare tab of 1,280 by 800. */
export async function openBare(browser: Browser, url: string): Promise<BareTab> {
  const session = await browser.newBrowserCDPSession();
  const { browserContextId } = await session.send('Target.createBrowserContext', { disposeOnDetach: true });
  const place = { url, browserContextId, width: 1_280, height: 800 };
  const { targetId } = await session.send('Target.createTarget', place);
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  const waiting = new Map<number, (answer: Answer) => void>();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const answer = JSON.parse(message) as Answer;
    waiting.get(answer.id ?? 0)?.(answer);
    waiting.delete(answer.id ?? 0);
  });
  let asked = 0;
  const run = async <A, R>(what: (argument: A) => R | Promise<R>, argument: A): Promise<R> => {
    asked += 1;
    const id = asked;
    const answered = new Promise<Answer>((done) => waiting.set(id, done));
    const expression = `(${what.toString()})(${JSON.stringify(argument)})`;
    const params = { expression, awaitPromise: true, returnByValue: true };
    await session.send('Target.sendMessageToTarget', {
      sessionId,
      message: JSON.stringify({ id, method: 'Runtime.evaluate', params }),
    });
    const { error, result } = await answered;
    const fault = error?.message ?? result?.exceptionDetails?.exception?.description;
    if (fault !== undefined) throw new Error(`in the page: ${fault}`);
    return result?.result?.value as R;
  };
  return {
    run,
    async until(holds, argument, patience) {
      const end = Date.now() + patience;
      while (!(await run(holds, argument))) {
        if (Date.now() > end) throw new Error(`waited in vain: ${holds.toString()}`);
        await new Promise((done) => setTimeout(done, 20));
      }
    },
    async close() {
      await session.send('Target.closeTarget', { targetId });
      await session.detach();
    },
  };
}
