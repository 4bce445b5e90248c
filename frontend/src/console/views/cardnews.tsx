// What the list does not know yet: reports without a card, while their cards
// are written and where that did not work.
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { only } from '../filter.ts';
import { formatRoute } from '../route.ts';

/** CardNews tells how far the writing of cards is, and nothing if all have one. Counted pages need not be drawn anew. */
export function CardNews({ counted = false }: { readonly counted?: boolean }) {
  const { cards, inbox, texts } = useConsole();
  const { t } = texts;
  const going = cards.progress.value;
  const written = inbox.written.value;
  const left = inbox.overview.value?.cardless ?? 0;
  if (going !== undefined) {
    return (
      <div class="cardnews">
        <p id="cardnews">{t('cards.going', { Done: going.done, Total: going.total })}</p>
        <progress max={going.total} value={going.done} aria-labelledby="cardnews" />
      </div>
    );
  }
  return (
    <>
      {!counted && written > 0 && (
        <div class="cardnews" role="status">
          <p>{t('cards.written', { N: written })}</p>
          <Button small onClick={() => void inbox.show().catch(() => undefined)}>
            {t('cards.show')}
          </Button>
        </div>
      )}
      {left > 0 && (
        <Notice kind="warning" title={t('cards.left', { N: left })}>
          <p>
            {t('cards.left.text')}{' '}
            <a href={formatRoute({ view: 'inbox', filter: only({ flag: ['nocard'] }, 'all') })}>
              {t('cards.left.open')}
            </a>
          </p>
        </Notice>
      )}
    </>
  );
}
