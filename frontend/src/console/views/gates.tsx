// Pages on which no work is possible: a key that is not what it should be, a
// key that nobody has pinned yet, a server that does not answer, an account
// that reads nothing.

import { useEffect, useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { later } from '../components/later.tsx';
import { Notice } from '../components/notice.tsx';
import { Pin } from '../components/pin.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';

/** History is the ledger as an admin sees it. */
const History = later(() => import('./ledger.tsx').then((m) => m.History));
/** Passkeys are an admin's own. */
const Passkeys = later(() => import('./passkeys.tsx').then((m) => m.Passkeys));
/** People is the list of accounts. */
const People = later(() => import('./members.tsx').then((m) => m.People));
/** Sessions are an admin's own. */
const Sessions = later(() => import('./access.tsx').then((m) => m.Sessions));

/** Swapped is the red page: a public key was swapped, or a key of ours damaged. */
export function Swapped() {
  const { session, texts } = useConsole();
  const { t } = texts;
  const faults = session.opened.value?.faults ?? [];
  const told = new Set(faults.map(({ where, desk, epoch }) => t(`swapped.${where}`, { Desk: desk, Epoch: epoch })));
  return (
    <main class="gate gate--red" id="main">
      <Title page={t('swapped.title')}>{t('swapped.title')}</Title>
      <p class="lead">{t('swapped.lead')}</p>
      <ul>
        {[...told].map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <h2>{t('swapped.do')}</h2>
      <ol>
        <li>{t('swapped.do.stop')}</li>
        <li>{t('swapped.do.tell')}</li>
        <li>{t('swapped.do.keep')}</li>
      </ol>
    </main>
  );
}

/** Unpinned tells what the operator has still to do. */
export function Unpinned() {
  const { session, texts } = useConsole();
  const { t } = texts;
  return (
    <main class="gate" id="main">
      <Title page={t('unpinned.title')}>{t('unpinned.title')}</Title>
      <p class="lead">{t('unpinned.lead')}</p>
      {(session.opened.value?.unpinned ?? []).map(({ desk, fingerprintOf }) => (
        <PinOrder key={desk} desk={desk} recipient={fingerprintOf} />
      ))}
      <Button kind="primary" onClick={() => void session.logout()}>
        {t('unpinned.again')}
      </Button>
    </main>
  );
}

function PinOrder({ desk, recipient }: { readonly desk: string; readonly recipient: string }) {
  const { vault } = useConsole();
  const [digits, setDigits] = useState('');
  useEffect(() => {
    void vault.call('fingerprint', [recipient]).then(setDigits, () => undefined);
  }, [recipient, vault]);
  return <Pin desk={desk} digits={digits} />;
}

/** Unreachable says that nothing can be done now, and what to try. */
export function Unreachable() {
  const { session, texts } = useConsole();
  const { t } = texts;
  return (
    <main class="gate" id="main">
      <Title page={t('unreachable.title')}>{t('unreachable.title')}</Title>
      <Notice kind="danger" title={t('unreachable.lead')} />
      <Button kind="primary" onClick={() => void session.load()}>
        {t('unreachable.again')}
      </Button>
    </main>
  );
}

/** Admin tells an account that holds no key why there is nothing to see. */
export function Admin() {
  const { session, texts } = useConsole();
  const { t } = texts;
  return (
    <main class="gate" id="main">
      <Title page={t('admin.title')}>{t('admin.title')}</Title>
      <p class="lead">{t('admin.lead')}</p>
      <People />
      <Passkeys />
      <Sessions />
      <History />
      <Button onClick={() => void session.logout()}>{t('nav.logout')}</Button>
    </main>
  );
}
