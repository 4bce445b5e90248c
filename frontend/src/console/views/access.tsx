// "My access": the member's own passkeys and sessions.
import { useEffect } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import { showDay } from '../format.ts';
import { Passkeys } from './passkeys.tsx';

/** Access is the page of the member's own access. */
export function Access() {
  const { t } = useConsole().texts;
  return (
    <main class="gate gate--wide members" id="main">
      <Title page={t('access.title')}>{t('access.title')}</Title>
      <Passkeys />
      <Sessions />
    </main>
  );
}

/** Sessions lists where the member is logged in, and ends one of them or all. */
export function Sessions() {
  const { session, places, texts } = useConsole();
  const { t } = texts;
  useEffect(() => void places.look(false).catch(() => undefined), [places]);
  const nameOf = (device: string) => texts.label('device', device || 'other');
  return (
    <section>
      <h2>{t('members.sessions')}</h2>
      <ul class="people">
        {places.list.value.map(({ id, day, device, own }) => (
          <li key={id}>
            <strong>{nameOf(device)}</strong>{' '}
            <span class="muted">
              {t('access.session.since', { Day: showDay(texts, day) })}
              {own && ` · ${t('access.session.own')}`}
            </span>
            {!own && (
              <div class="acts">
                <Button
                  small
                  label={`${nameOf(device)}: ${t('access.session.end')}`}
                  onClick={() =>
                    void places
                      .end(id)
                      .catch(() => places.look(false))
                      .catch(() => undefined)
                  }
                >
                  {t('access.session.end')}
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      <p class="hint">{t('access.session.hint')}</p>
      <p>{t('members.sessions.lead')}</p>
      <Button onClick={() => void session.logoutEverywhere().catch(() => undefined)}>{t('members.everywhere')}</Button>
    </section>
  );
}
