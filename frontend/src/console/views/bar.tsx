// The bar above every view.
import { Button } from '../components/button.tsx';
import { useConsole } from '../console.ts';
import { formatRoute } from '../route.ts';

/** Bar names the office, leads to the inbox, and holds lock, log-out and language. */
export function Bar() {
  const { session, office, texts, inbox, show } = useConsole();
  const { t } = texts;
  const me = session.me.value;
  const open = session.phase.value === 'open';
  const other = texts.language.value === 'de' ? 'en' : 'de';
  return (
    <header class="bar">
      <p class="bar__name">
        <span class="bar__mark" aria-hidden="true" />
        {t('app.name')}
        {open && me !== undefined && (
          <span class="bar__desk">
            <bdi>{me.desks.map((id) => office.desk(id)?.name ?? id).join(', ')}</bdi>
          </span>
        )}
      </p>
      {open && (
        <nav aria-label={t('nav.main')}>
          <a href={formatRoute({ view: 'today' })}>{t('today.title')}</a>
          <a href={formatRoute({ view: 'inbox', filter: inbox.filter.value })}>{t('inbox.title')}</a>
          <a href={formatRoute({ view: 'members' })}>{t('members.title')}</a>
          {me?.role === 'coordinator' && <a href={formatRoute({ view: 'workload' })}>{t('workload.title')}</a>}
          {me?.role === 'coordinator' && <a href={formatRoute({ view: 'figures' })}>{t('figures.title')}</a>}
          {me?.role === 'coordinator' && <a href={formatRoute({ view: 'ledger' })}>{t('ledger.title')}</a>}
          {me?.role === 'coordinator' && (
            <a href={formatRoute({ view: 'statistics', year: Number(office.day().slice(0, 4)) - 1 })}>
              {t('stat.title')}
            </a>
          )}
        </nav>
      )}
      <div class="bar__end">
        {open && me !== undefined && (
          <span class="bar__me">
            <a href={formatRoute({ view: 'access' })} aria-label={`${t('access.title')}: ${office.nameOf(me.member)}`}>
              <bdi>{office.nameOf(me.member)}</bdi>
            </a>{' '}
            <span class="muted">{texts.label('role', me.role)}</span>
          </span>
        )}
        <button
          type="button"
          class="bar__button"
          lang={other}
          onClick={() => {
            texts.language.value = other;
          }}
        >
          {other === 'de' ? 'Deutsch' : 'English'}
        </button>
        {open && (
          <>
            <button type="button" class="bar__button" onClick={() => show('palette')}>
              {t('palette.title')}
            </button>
            <a class="bar__button" href={formatRoute({ view: 'settings' })}>
              {t('settings.title')}
            </a>
            <Button small onClick={() => void session.lock('unlock.reason.locked')}>
              {t('nav.lock')}
            </Button>
            <Button small kind="tertiary" onClick={() => void session.logout()}>
              {t('nav.logout')}
            </Button>
          </>
        )}
      </div>
    </header>
  );
}
