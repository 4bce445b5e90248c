// The idle lock on the page: watches for input, asks two minutes before the end,
// and looks for new cases in the background meanwhile.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure } from '../client.ts';
import { useConsole } from '../console.ts';
import { createIdle, type Idle } from '../lock.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';

/** LOOK is how often the inbox is asked for new cases, in milliseconds. */
const LOOK = 90_000;
/** STAY is how often the session is renewed until the lock: a token lives ten minutes, and who reads for twelve goes on. */
const STAY = 4 * 60_000;

const INPUTS = ['pointerdown', 'keydown', 'wheel', 'touchstart', 'input'] as const;

/** Lock watches while the console is open. */
export function Lock() {
  const { session, inbox, places, client, texts } = useConsole();
  const { t } = texts;
  const [left, setLeft] = useState<number>();
  const idle = useRef<Idle>(undefined);

  useEffect(() => {
    const watch = createIdle(
      () => Date.now(),
      (tick) => {
        const timer = setInterval(tick, 1_000);
        return () => clearInterval(timer);
      },
      (state) => {
        if (state === 'locked') void session.lock('unlock.reason.idle');
        setLeft(state === 'warned' ? watch.left() : undefined);
      },
    );
    idle.current = watch;
    watch.start();
    const touch = () => watch.touch();
    // Ended elsewhere, or the access is over: what is open here goes now, not at the next click.
    const ended = (error: unknown) => {
      if (error instanceof Failure && error.status === 401) void session.lock('unlock.reason.ended');
    };
    for (const name of INPUTS) addEventListener(name, touch, { passive: true, capture: true });
    const looking = setInterval(() => {
      void inbox.look().catch(ended);
      void places.look(true).catch(() => undefined);
    }, LOOK);
    const staying = setInterval(() => void client.stay().catch(ended), STAY);
    return () => {
      watch.stop();
      clearInterval(looking);
      clearInterval(staying);
      for (const name of INPUTS) removeEventListener(name, touch, { capture: true });
    };
  }, [session, inbox, client]);

  if (left === undefined) return null;
  const minutes = Math.floor(left / 60_000);
  const seconds = String(Math.floor(left / 1_000) % 60).padStart(2, '0');
  const stay = () => idle.current?.stay();
  return (
    <Dialog title={t('lock.title')} onClose={stay}>
      <p>{t('lock.text')}</p>
      <p class="clock" role="timer" aria-live="off">
        {`${minutes}:${seconds}`}
      </p>
      <div class="acts">
        <Button kind="primary" onClick={stay}>
          {t('lock.stay')}
        </Button>
        <Button onClick={() => void session.lock('unlock.reason.locked')}>{t('nav.lock')}</Button>
      </div>
    </Dialog>
  );
}
