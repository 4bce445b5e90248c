// "My access": the member's own passkeys and sessions.
import { Button } from '../components/button.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
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

/** Sessions ends them all. */
export function Sessions() {
  const { session, texts } = useConsole();
  const { t } = texts;
  return (
    <section>
      <h2>{t('members.sessions')}</h2>
      <p>{t('members.sessions.lead')}</p>
      <Button onClick={() => void session.logoutEverywhere().catch(() => undefined)}>{t('members.everywhere')}</Button>
    </section>
  );
}
