// Tells that this access is open somewhere else too.
import { useConsole } from '../console.ts';
import { formatRoute } from '../route.ts';
import { inWords } from '../state/places.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** Elsewhere stands above every view while there is a session that the member has not been shown. */
export function Elsewhere() {
  const { places, texts } = useConsole();
  const { t } = texts;
  const news = places.news.value;
  return (
    <div class="elsewhere" role="status">
      {news.length > 0 && (
        <Notice kind="warning" title={t('elsewhere.title')}>
          <p>{inWords(texts, news)}</p>
          <p>{t('elsewhere.lead')}</p>
          <div class="acts">
            <Button small onClick={places.seen}>
              {t('elsewhere.mine')}
            </Button>
            <a href={formatRoute({ view: 'access' })}>{t('elsewhere.look')}</a>
          </div>
        </Notice>
      )}
    </div>
  );
}
