// The page of an account that reads nothing: people, its own access, the ledger.
import { Button } from '../components/button.tsx';
import { later } from '../components/later.tsx';
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
