// Says that new reports have come, and loads them.
import { useConsole } from '../console.ts';
import { Button } from './button.tsx';

/** Fresh announces what is new and loads it. */
export function Fresh() {
  const { inbox, cards, texts, said } = useConsole();
  const { t } = texts;
  const n = inbox.fresh.value;
  const load = () => {
    void inbox.renew().then(
      () => {
        said.value = t('inbox.loaded');
        void cards.run();
      },
      () => {
        inbox.failed.value = true;
      },
    );
  };
  return (
    <div class="inbox__fresh" role="status">
      {inbox.failed.value && <span class="fault">{t('inbox.failed')}</span>}
      {n > 0 ? (
        <Button kind="primary" small onClick={load}>
          {t('inbox.fresh', { N: n })}
        </Button>
      ) : (
        <Button kind="tertiary" small onClick={load}>
          {t('inbox.reload')}
        </Button>
      )}
    </div>
  );
}
