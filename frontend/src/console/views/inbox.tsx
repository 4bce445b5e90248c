// The inbox: states with their counts, filters, search, one page of rows. New
// cases are announced, never put under the reader's hand.
import { effect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { Fresh } from '../components/fresh.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { STATES, useConsole } from '../console.ts';
import { FIRST, type InboxFilter, isNarrow } from '../filter.ts';
import { PAGE } from '../inbox.ts';
import { formatRoute } from '../route.ts';
import { BulkBar } from './bulk.tsx';
import { CardNews } from './cardnews.tsx';
import { Filters } from './filters.tsx';
import { Rows } from './rows.tsx';
import { Pinned, SavedMenu } from './saved.tsx';
import { ListSwitch } from './switch.tsx';

/** Inbox is the list of cases. */
export function Inbox({ filter }: { readonly filter: InboxFilter }) {
  const { inbox, session, texts } = useConsole();
  const { t } = texts;
  inbox.filter.value = filter;
  // Any change of filter, search or language asks the worker anew.
  useLayoutEffect(
    () =>
      effect(() => {
        inbox.filter.value;
        inbox.search.value;
        void inbox.show('list').catch(() => undefined);
      }),
    [inbox],
  );
  const page = inbox.page.value;
  return (
    <main class="inbox" id="main">
      <header class="inbox__head">
        <Title page={t('inbox.title')}>{t('inbox.title')}</Title>
        <Fresh />
      </header>
      {session.opened.value?.compared === false && <Notice kind="warning" title={t('inbox.uncompared')} />}
      <div class="inbox__side">
        <Pinned view="inbox" filter={filter} />
        <States filter={filter} />
      </div>
      <section class="inbox__list" aria-label={t('inbox.list')} aria-busy={inbox.asking}>
        <Filters view="inbox" filter={filter} />
        <CardNews />
        <div class="inbox__found">
          <p role="status">{page !== undefined && t('inbox.found', { N: page.found })}</p>
          <ListSwitch view="inbox" filter={filter} />
          <SavedMenu view="inbox" filter={filter} />
        </div>
        <BulkBar found={page?.found ?? 0} />
        {page !== undefined && page.rows.length > 0 && <Rows filter={filter} page={page} />}
        {page !== undefined && page.rows.length === 0 && <Empty filter={filter} all={page.all} />}
        {page !== undefined && page.pages > 1 && (
          <Pages filter={filter} page={page.page} pages={page.pages} found={page.found} />
        )}
      </section>
    </main>
  );
}

function link(filter: InboxFilter, change: Partial<InboxFilter>): string {
  return formatRoute({ view: 'inbox', filter: { ...filter, page: 1, ...change } });
}

function States({ filter }: { readonly filter: InboxFilter }) {
  const { inbox, texts } = useConsole();
  const { t } = texts;
  const page = inbox.page.value;
  const list = useRef<HTMLUListElement>(null);
  // On a phone the states stand in one line that scrolls: the chosen one must be in it.
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current !== null && link) list.current.scrollLeft += link.offsetLeft - list.current.offsetLeft;
  }, [filter.state]);
  const entries: readonly (readonly [string, string, number])[] = [
    ['open', t('inbox.open'), page?.open ?? 0],
    ...STATES.map((state) => [state, texts.label('state', state), page?.counts[state] ?? 0] as const),
    ['all', t('inbox.all'), page?.all ?? 0],
  ];
  return (
    <nav class="states" aria-label={t('inbox.states')}>
      <ul ref={list}>
        {entries.map(([state, label, n]) => (
          <li key={state} class={n === 0 && filter.state !== state ? 'states--none' : undefined}>
            <a href={link(filter, { state })} aria-current={filter.state === state ? 'true' : undefined}>
              <span>{label}</span>
              <span class="count">{n}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Empty({ filter, all }: { readonly filter: InboxFilter; readonly all: number }) {
  const { inbox, texts, go } = useConsole();
  const { t } = texts;
  const filtered = isNarrow(filter) || inbox.search.value !== '' || filter.state !== FIRST.state;
  return (
    <Notice kind="info" title={t(filtered ? 'inbox.none' : 'inbox.empty')}>
      {filtered && (
        <Button
          kind="tertiary"
          small
          onClick={() => {
            inbox.search.value = '';
            go({ view: 'inbox', filter: all === 0 && filter.state === 'all' ? FIRST : { ...FIRST, state: 'all' } });
          }}
        >
          {t('inbox.reset')}
        </Button>
      )}
    </Notice>
  );
}

interface PagesProps {
  readonly filter: InboxFilter;
  readonly page: number;
  readonly pages: number;
  readonly found: number;
}

function Pages({ filter, page, pages, found }: PagesProps) {
  const { t } = useConsole().texts;
  const from = (page - 1) * PAGE + 1;
  return (
    <nav class="pages" aria-label={t('inbox.pages')}>
      {page > 1 ? <a href={link(filter, { page: page - 1 })}>{t('inbox.before')}</a> : <span />}
      <span>{t('inbox.range', { From: from, To: Math.min(found, page * PAGE), Of: found })}</span>
      {page < pages ? <a href={link(filter, { page: page + 1 })}>{t('inbox.after')}</a> : <span />}
    </nav>
  );
}
