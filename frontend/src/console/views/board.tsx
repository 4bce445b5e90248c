// The board: the cases of the same filter in columns. A card is moved by its
// menu, never by dragging; what needs a look into the case leads there.
import { effect } from '@preact/signals';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Offer } from '../../shared/api.ts';
import { COLUMN, type Column } from '../board.ts';
import { Button } from '../components/button.tsx';
import { Fresh } from '../components/fresh.tsx';
import { Menu } from '../components/menu.tsx';
import { Title } from '../components/title.tsx';
import { Unmask } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import type { InboxFilter } from '../filter.ts';
import { shortId } from '../format.ts';
import type { Row } from '../inbox.ts';
import { formatRoute } from '../route.ts';
import { BulkBar } from './bulk.tsx';
import { CardNews } from './cardnews.tsx';
import { Filters } from './filters.tsx';
import { Due, RowTitle } from './rows.tsx';
import { Pinned, SavedMenu } from './saved.tsx';
import { ListSwitch } from './switch.tsx';

/** Board is the same list as the inbox, by where the cases stand. */
export function Board({ filter }: { readonly filter: InboxFilter }) {
  const { inbox, texts } = useConsole();
  const { t } = texts;
  inbox.filter.value = filter;
  useLayoutEffect(
    () =>
      effect(() => {
        inbox.filter.value;
        inbox.search.value;
        void inbox.show('board').catch(() => undefined);
      }),
    [inbox],
  );
  const columns = inbox.board.value;
  return (
    <main class="inbox inbox--board" id="main">
      <header class="inbox__head">
        <Title page={t('board.title')}>{t('board.title')}</Title>
        <Fresh />
      </header>
      <section class="inbox__list" aria-label={t('inbox.list')} aria-busy={inbox.asking}>
        <Pinned view="board" filter={filter} />
        <Filters view="board" filter={filter} />
        <CardNews />
        <div class="inbox__found">
          <p role="status">
            {columns !== undefined && t('inbox.found', { N: columns.reduce((n, { found }) => n + found, 0) })}
          </p>
          <ListSwitch view="board" filter={filter} />
          <SavedMenu view="board" filter={filter} />
        </div>
        <BulkBar found={0} />
        {columns !== undefined && <Jumps columns={columns} />}
        <div class="board">
          {columns?.map((column) => (
            <Stack key={column.id} column={column} filter={filter} />
          ))}
        </div>
      </section>
    </main>
  );
}

/** Jumps lead to a column where they stand below each other. */
function Jumps({ columns }: { readonly columns: readonly Column[] }) {
  const { texts } = useConsole();
  return (
    <nav class="board__jumps" aria-label={texts.t('board.jumps')}>
      {columns.map(({ id, found }) => (
        <Button key={id} small kind="tertiary" onClick={() => document.getElementById(`column-${id}`)?.focus()}>
          {texts.label('column', id)} {found}
        </Button>
      ))}
    </nav>
  );
}

function Stack({ column, filter }: { readonly column: Column; readonly filter: InboxFilter }) {
  const { texts } = useConsole();
  const { id, states, found, rows } = column;
  return (
    <section class="board__column" aria-labelledby={`column-${id}`}>
      <h2 id={`column-${id}`} tabIndex={-1}>
        {texts.label('column', id)} <span class="count">{found}</span>
      </h2>
      <ul class="plain">
        {rows.map((row) => (
          <Piece key={row.summary.case} row={row} />
        ))}
      </ul>
      {found > COLUMN &&
        states.map((state) => (
          <a key={state} href={formatRoute({ view: 'inbox', filter: { ...filter, state, page: 1 } })}>
            {states.length === 1 ? texts.t('board.more', { N: found - COLUMN }) : texts.label('state', state)}
          </a>
        ))}
    </section>
  );
}

function Piece({ row }: { readonly row: Row }) {
  const { office, session, texts } = useConsole();
  const { t } = texts;
  const { summary } = row;
  const mine = summary.assignee === session.me.value?.member;
  return (
    <li class={summary.unread ? 'piece row--unread' : 'piece'}>
      <a class="row__title" data-row href={formatRoute({ view: 'case', id: summary.case, tab: 'report' })}>
        {summary.unread && <span class="row__dot" aria-hidden="true" />}
        {summary.unread && <span class="kern-sr-only">{t('row.unread')} </span>}
        <RowTitle row={row} />
      </a>
      <Unmask text={row.title} />
      <p class="row__more">
        <span class="id" dir="ltr">
          {shortId(summary.case)}
        </span>
        {row.area !== '' && <span>{office.label('life_area', row.area)}</span>}
        {row.labels.map((label) => (
          <span key={label} class="labelled" dir="auto">
            {label}
          </span>
        ))}
      </p>
      {(row.safeDay !== '' || summary.due !== '') && (
        <div class="piece__due">
          <Due row={row} />
        </div>
      )}
      <div class="piece__end">
        <span class={summary.assignee === '' ? 'muted' : undefined}>
          {summary.assignee === '' ? (
            t('row.nobody')
          ) : mine ? (
            t('row.me')
          ) : (
            <bdi>{office.nameOf(summary.assignee)}</bdi>
          )}
        </span>
        <MoveMenu row={row} />
      </div>
    </li>
  );
}

interface Asked {
  readonly offers: readonly Offer[];
  /** Of each offer what only a look into the case can tell, in the same order. */
  readonly unmet: readonly (readonly string[])[];
}

function MoveMenu({ row }: { readonly row: Row }) {
  const { bulk, client, session, texts, vault } = useConsole();
  const { t } = texts;
  const { case: id, assignee } = row.summary;
  const [asked, setAsked] = useState<Asked | 'failed'>();
  const ask = async () => {
    setAsked(undefined);
    const { summary, events, allowed } = await client.openCase(id);
    const offers = allowed.filter(({ kind }) => kind === 'transition');
    const unmet = await Promise.all(offers.map(({ checks }) => vault.call('unmet', [summary, events, checks])));
    setAsked({ offers, unmet });
  };
  const me = session.me.value?.member ?? '';
  const run = (job: Parameters<typeof bulk.run>[0], close: () => void) => {
    close();
    bulk.choose([id]);
    void bulk.run(job);
  };
  const label = (
    <>
      {t('board.menu')} <span class="kern-sr-only">{shortId(id)}</span>
    </>
  );
  return (
    <Menu label={label} end onOpen={() => void ask().catch(() => setAsked('failed'))}>
      {(close) => (
        <div class="moving">
          {asked === undefined && <p class="hint">{t('board.asking')}</p>}
          {asked === 'failed' && <p class="fault">{t('bulk.move.failed')}</p>}
          {assignee === '' && (
            <Button small onClick={() => run({ what: 'assign', member: me, note: '', add: [], remove: [] }, close)}>
              {t('assign.take')}
            </Button>
          )}
          {asked !== undefined && asked !== 'failed' && (
            <Offers asked={asked} id={id} onMove={(to) => run({ what: 'move', to, code: '' }, close)} />
          )}
        </div>
      )}
    </Menu>
  );
}

interface OffersProps {
  readonly asked: Asked;
  readonly id: string;
  readonly onMove: (to: string) => void;
}

function Offers({ asked, id, onMove }: OffersProps) {
  const { texts } = useConsole();
  const { t } = texts;
  const inside = formatRoute({ view: 'case', id, tab: 'report' });
  if (asked.offers.length === 0) return <p class="hint">{t('moves.none')}</p>;
  return (
    <ul class="plain">
      {asked.offers.map((offer, i) => {
        const name = texts.label('state', offer.to);
        const plain = offer.codes.length === 0 && offer.resume !== true && (asked.unmet[i] ?? []).length === 0;
        if (offer.missing.length > 0) {
          const missing = offer.missing.map((key) => texts.maybe(`missing.${key}`) ?? key).join('; ');
          return (
            <li key={offer.to}>
              <span class="muted">{name}</span>
              <p class="hint">{missing}</p>
            </li>
          );
        }
        return (
          <li key={offer.to}>
            {plain ? (
              <Button small onClick={() => onMove(offer.to)}>
                {name}
              </Button>
            ) : (
              <a href={inside}>{t('board.inside', { Move: name })}</a>
            )}
          </li>
        );
      })}
    </ul>
  );
}
