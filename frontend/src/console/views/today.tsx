// The page after unlocking: only what is wrong or waits, as numbers that open
// their cases. A day without any says so. Cases are told as numbers here, not as
// titles: nobody has to read before the first coffee.

import { useEffect, useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { Fresh } from '../components/fresh.tsx';
import { later } from '../components/later.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import type { InboxFilter } from '../filter.ts';
import { showWeekday } from '../format.ts';
import { CONCERNS, type Concern, type Found, MINE, own } from '../overview.ts';
import { formatRoute } from '../route.ts';
import { BulkBar } from './bulk.tsx';
import { CardNews } from './cardnews.tsx';

/** HandOver hands all open cases of a member to a colleague. */
const HandOver = later(() => import('./handover.tsx').then((m) => m.HandOver));

/** CALM is from how many cases read in a day on a pause is proposed. */
const CALM = 12;

/** Unconfirmed tells of a key that was made and that the operator has not pinned: residents still seal to the old one. */
function Unconfirmed() {
  const { office, session, texts } = useConsole();
  const desks = new Set((session.opened.value?.unpinned ?? []).map(({ desk }) => desk));
  return (
    <>
      {[...desks].map((desk) => (
        <Notice key={desk} kind="warning" title={texts.t('today.unpinned', { Desk: office.desk(desk)?.name ?? desk })}>
          <p>{texts.t('today.unpinned.text')}</p>
        </Notice>
      ))}
    </>
  );
}

/** Today is the start page. */
export function Today() {
  const { inbox, session, texts, today } = useConsole();
  const { t } = texts;
  useEffect(() => {
    void inbox.recount().catch(() => undefined);
  }, [inbox]);
  const now = inbox.overview.value;
  const found = now?.concerns.filter(({ all }) => all > 0) ?? [];
  return (
    <main class="today" id="main">
      <header class="today__head">
        <div>
          <Title page={t('today.title')}>{t('today.title')}</Title>
          <p class="muted">{showWeekday(texts, today())}</p>
        </div>
        <Fresh />
      </header>
      {session.opened.value?.compared === false && <Notice kind="warning" title={t('inbox.uncompared')} />}
      <Unconfirmed />
      {now !== undefined && (
        <>
          <Mine mine={now.mine} open={now.open} />
          <BulkBar found={0} />
          {found.length === 0 ? (
            <Notice kind="success" title={t('today.calm')}>
              <p>{t(now.open === 0 ? 'today.calm.empty' : 'today.calm.text')}</p>
            </Notice>
          ) : (
            <Concerns found={found} />
          )}
        </>
      )}
      <CardNews counted />
      <Read />
    </main>
  );
}

function Mine({ mine, open }: { readonly mine: number; readonly open: number }) {
  const { session, texts } = useConsole();
  const { t } = texts;
  const [away, setAway] = useState(false);
  const link = (filter: InboxFilter, text: string) => <a href={formatRoute({ view: 'inbox', filter })}>{text}</a>;
  return (
    <p class="today__mine">
      {link(MINE, t('today.mine', { N: mine }))}
      <span class="muted"> {t('today.of', { N: open })}</span>
      {mine > 0 && (
        <Button small kind="tertiary" onClick={() => setAway(true)}>
          {t('cover.arrange')}
        </Button>
      )}
      {away && <HandOver member={session.me.value?.member ?? ''} onClose={() => setAway(false)} />}
    </p>
  );
}

function Concerns({ found }: { readonly found: readonly Found[] }) {
  const { t } = useConsole().texts;
  const known = found.flatMap((one) => {
    const concern = CONCERNS.find(({ id }) => id === one.id);
    return concern === undefined ? [] : [{ ...one, concern }];
  });
  return (
    <section aria-labelledby="waits">
      <h2 id="waits">{t('today.waits')}</h2>
      <ul class="concerns">
        {known.map(({ concern, all, mine }) => (
          <li key={concern.id} class={`concern concern--${concern.id}`}>
            <One concern={concern} all={all} mine={mine} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ concern, all, mine }: { readonly concern: Concern; readonly all: number; readonly mine: number }) {
  const { texts } = useConsole();
  const { t } = texts;
  const { id, filter } = concern;
  return (
    <>
      <a class="concern__all" href={formatRoute({ view: 'inbox', filter })}>
        <span class="concern__n">{all}</span> <span>{texts.maybe(`today.${id}`, { N: all })}</span>
      </a>
      <p class="hint">{texts.maybe(`today.${id}.hint`)}</p>
      {concern.own && mine > 0 && mine < all && (
        <a class="concern__mine" href={formatRoute({ view: 'inbox', filter: own(filter) })}>
          {t('today.own', { N: mine })}
        </a>
      )}
    </>
  );
}

function Read() {
  const { reading, texts } = useConsole();
  const n = reading.cases.value;
  if (n === 0) return null;
  return (
    <p class="muted today__read">
      {texts.t('today.read', { N: n })} {n >= CALM && texts.t('today.pause')}
    </p>
  );
}
