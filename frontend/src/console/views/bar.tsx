// The bar above every view.
import { Button } from '../components/button.tsx';
import { Menu } from '../components/menu.tsx';
import { useConsole } from '../console.ts';
import { formatRoute, type Route } from '../route.ts';
import type { Key } from '../texts.ts';

/** Bar names the office, leads to the views, and holds the lock and what is a member's own. */
export function Bar() {
  const { session, office, texts, show } = useConsole();
  const { t } = texts;
  const me = session.me.value;
  const open = session.phase.value === 'open';
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
      {open && <Views />}
      <div class="bar__end">
        {!open && <Language />}
        {open && (
          <>
            <button type="button" class="bar__button" onClick={() => show('palette')}>
              {t('palette.title')}
            </button>
            <Mine />
            <Button small onClick={() => void session.lock('unlock.reason.locked')}>
              {t('nav.lock')}
            </Button>
          </>
        )}
      </div>
    </header>
  );
}

/** Views leads to what everybody has, and a coordinator to what is theirs. */
function Views() {
  const { session, office, texts, inbox, route } = useConsole();
  const { t } = texts;
  const here = route.value.view;
  const year = Number(office.day().slice(0, 4)) - 1;
  const all: readonly (readonly [Route, Key])[] = [
    [{ view: 'today' }, 'today.title'],
    [{ view: 'inbox', filter: inbox.filter.value }, 'inbox.title'],
    [{ view: 'members' }, 'members.title'],
  ];
  const theirs: readonly (readonly [Route, Key])[] = [
    [{ view: 'workload' }, 'workload.title'],
    [{ view: 'figures' }, 'figures.title'],
    [{ view: 'ledger' }, 'ledger.title'],
    [{ view: 'statistics', year }, 'stat.title'],
  ];
  return (
    <nav aria-label={t('nav.main')}>
      {[...all, ...(session.me.value?.role === 'coordinator' ? theirs : [])].map(([to, title]) => (
        <a key={title} href={formatRoute(to)} aria-current={to.view === here ? 'page' : undefined}>
          {t(title)}
        </a>
      ))}
    </nav>
  );
}

/** Mine is a member's own: the access, the settings, the language, logging out. */
function Mine() {
  const { session, office, texts } = useConsole();
  const { t } = texts;
  const me = session.me.value;
  if (me === undefined) return null;
  return (
    <Menu end label={<bdi class="bar__me">{office.nameOf(me.member)}</bdi>}>
      {(close) => (
        // biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useKeyWithClickEvents: the click is that of a link inside
        <div class="bar__mine" onClick={close}>
          <p class="hint">{texts.label('role', me.role)}</p>
          <a href={formatRoute({ view: 'access' })}>{t('access.title')}</a>
          <a href={formatRoute({ view: 'settings' })}>{t('settings.title')}</a>
          <Language />
          <button type="button" class="bar__button" onClick={() => void session.logout()}>
            {t('nav.logout')}
          </button>
        </div>
      )}
    </Menu>
  );
}

/** Language shows the console in its other language. */
function Language() {
  const { texts } = useConsole();
  const other = texts.language.value === 'de' ? 'en' : 'de';
  return (
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
  );
}
