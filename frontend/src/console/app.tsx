// The console as a whole: which page stands on the screen, the bar above it,
// the idle lock, and what is said politely.
import { useEffect } from 'preact/hooks';
import { Elsewhere } from './components/elsewhere.tsx';
import { Lock } from './components/lock.tsx';
import { keepPlace } from './components/place.ts';
import { Title } from './components/title.tsx';
import { useConsole } from './console.ts';
import { Bar } from './views/bar.tsx';
import { Swapped, Unreachable } from './views/gates.tsx';
import { Inbox } from './views/inbox.tsx';
import { Keyboard } from './views/keyboard.tsx';
import {
  Access,
  Admin,
  Board,
  Case,
  Export,
  Figures,
  Join,
  Ledger,
  loadCase,
  Members,
  Offered,
  Recover,
  Settings,
  Setup,
  Statistics,
  Unpinned,
  Workload,
} from './views/later.tsx';
import { Today } from './views/today.tsx';
import { Unlock } from './views/unlock.tsx';

/** App chooses the view. */
export function App() {
  const { session, texts } = useConsole();
  const phase = session.phase.value;
  useEffect(() => {
    document.documentElement.lang = texts.language.value;
  }, [texts.language.value]);
  if (phase === 'open') return <Open />;
  return (
    <>
      <Bar />
      {phase === 'starting' && <Starting />}
      {phase === 'unreachable' && <Unreachable />}
      {phase === 'swapped' && <Swapped />}
      {phase === 'unpinned' && <Unpinned />}
      {phase === 'admin' && <Admin />}
      {phase === 'locked' && <Locked />}
    </>
  );
}

function Locked() {
  const { route } = useConsole();
  const here = route.value;
  if (here.view === 'setup') return <Setup code={here.code} />;
  if (here.view === 'join') return <Join code={here.code} />;
  if (here.view === 'recover') return <Recover code={here.code} />;
  return <Unlock />;
}

function Starting() {
  const { t } = useConsole().texts;
  return (
    <main class="gate" id="main">
      <Title page={t('app.name')}>{t('app.name')}</Title>
      <p role="status">{t('app.starting')}</p>
    </main>
  );
}

function Open() {
  const { said, session, texts, drafts, store } = useConsole();
  const { t } = texts;
  // The list comes first; the page of a case is there before anybody opens one.
  useEffect(() => void loadCase().catch(() => undefined), []);
  useEffect(keepPlace, []);
  useEffect(() => {
    // Asked only where something typed would be lost.
    const leave = (event: BeforeUnloadEvent) => {
      if (drafts.any() && !store.kept.value) event.preventDefault();
    };
    addEventListener('beforeunload', leave);
    return () => removeEventListener('beforeunload', leave);
  }, [drafts, store]);
  return (
    <>
      <nav aria-label={t('nav.skips')}>
        <button type="button" class="skip" onClick={skip}>
          {t('nav.skip')}
        </button>
      </nav>
      <Bar />
      {session.offered.value.length > 0 && <Offered />}
      <Elsewhere />
      <View />
      <Keyboard />
      <div class="said" role="status" aria-live="polite">
        {said.value !== '' && <p key={said.value}>{said.value}</p>}
      </div>
      <Lock />
    </>
  );
}

/** THEIRS are the views of coordinators. An address that somebody kept from before leads others to the start page. */
const THEIRS: readonly string[] = ['figures', 'ledger', 'statistics', 'workload'];

function View() {
  const { route, session } = useConsole();
  const here = route.value;
  if (THEIRS.includes(here.view) && session.me.value?.role !== 'coordinator') return <Today />;
  switch (here.view) {
    case 'case':
      return <Case key={here.id} id={here.id} tab={here.tab} />;
    case 'export':
      return <Export key={here.id} id={here.id} />;
    case 'members':
      return <Members />;
    case 'access':
      return <Access />;
    case 'ledger':
      return <Ledger />;
    case 'figures':
      return <Figures />;
    case 'settings':
      return <Settings />;
    case 'statistics':
      return <Statistics key={here.year} year={here.year} />;
    case 'inbox':
      return <Inbox filter={here.filter} />;
    case 'board':
      return <Board filter={here.filter} />;
    case 'workload':
      return <Workload />;
    default:
      return <Today />;
  }
}

/** skip moves the focus. It is no link: the hash chooses the view. */
function skip(): void {
  document.querySelector<HTMLElement>('#main h1')?.focus();
}
