// List or board: two looks at the same filter.
import { useConsole } from '../console.ts';
import type { InboxFilter } from '../filter.ts';
import { formatRoute } from '../route.ts';
import type { ListView } from './filters.tsx';

/** ListSwitch leads from the list to the board and back. */
export function ListSwitch({ view, filter }: { readonly view: ListView; readonly filter: InboxFilter }) {
  const { t } = useConsole().texts;
  return (
    <nav class="switch" aria-label={t('board.switch')}>
      <a href={formatRoute({ view: 'inbox', filter })} aria-current={view === 'inbox' ? 'page' : undefined}>
        {t('board.list')}
      </a>
      <a
        href={formatRoute({ view: 'board', filter: { ...filter, page: 1 } })}
        aria-current={view === 'board' ? 'page' : undefined}
      >
        {t('board.title')}
      </a>
    </nav>
  );
}
