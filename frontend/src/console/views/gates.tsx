// Pages on which no work is possible: a key that is not what it should be, a
// server that does not answer. They are never fetched later: who swaps keys could
// keep them back.
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';

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
