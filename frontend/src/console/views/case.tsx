// A case on the screen: its head, what stands in the way, the part that was
// chosen, and beside it the next steps.

import { useEffect, useState } from 'preact/hooks';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { later } from '../components/later.tsx';
import { Neighbours } from '../components/neighbours.tsx';
import { Badge, Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { Veiled } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import { flagsOf } from '../flags.ts';
import { shortId, showMonth } from '../format.ts';
import { handoversOf, isRecord, measuresOf } from '../records.ts';
import { formatRoute, TABS, type Tab } from '../route.ts';
import { Beside } from './beside.tsx';
import { Coding } from './coding.tsx';
import { Deadlines } from './deadlines.tsx';
import { Notes } from './notes.tsx';
import { Told } from './report.tsx';
import { Thread } from './thread.tsx';
import { Timeline } from './timeline.tsx';
import { Alarms, TroubleNotice } from './trouble.tsx';

/** Measures is what the office did for a person. */
const Measures = later(() => import('./measures.tsx').then((m) => m.Measures));

/** Case loads a case and shows one part of it. */
export function Case({ id, tab }: { readonly id: string; readonly tab: Tab }) {
  const { file, inbox, texts } = useConsole();
  const { t } = texts;
  useEffect(() => {
    void file.load(id);
    return () => file.leave(id);
  }, [file, id]);
  const view = file.view.value?.summary.case === id ? file.view.value : undefined;
  const status = file.status.value;
  const page = t('case.page', { Id: shortId(id) });
  const back = <a href={formatRoute({ view: 'inbox', filter: inbox.filter.value })}>{t('case.back')}</a>;
  if (view === undefined) {
    return (
      <main class="case" id="main">
        <p class="case__back">{back}</p>
        <Title page={page}>{page}</Title>
        {status === 'missing' && <Notice kind="warning" title={t('case.missing')} />}
        {status === 'erased' && <Notice kind="info" title={t('case.erased')} />}
        {status === 'failed' && (
          <Notice kind="danger" title={t('case.failed')}>
            <Button onClick={() => void file.load(id)}>{t('unreachable.again')}</Button>
          </Notice>
        )}
        {(status === 'loading' || status === 'none') && <p role="status">{t('case.loading')}</p>}
      </main>
    );
  }
  return (
    <main class="case" id="main">
      <p class="case__back">
        {back}
        <Neighbours />
      </p>
      <Head view={view} page={page} />
      <Alarms view={view} />
      <TroubleNotice view={view} />
      <Tabs id={id} tab={tab} view={view} />
      <div class="case__body">
        <section class="case__part" aria-label={t(`tab.${tab}`)}>
          <Part tab={tab} view={view} />
        </section>
        <Beside view={view} />
      </div>
    </main>
  );
}

function Part({ tab, view }: { readonly tab: Tab; readonly view: CaseView }) {
  switch (tab) {
    case 'report':
      return (
        <div class="views">
          <Told view={view} />
          <Coding view={view} />
        </div>
      );
    case 'thread':
      return <Thread view={view} />;
    case 'notes':
      return <Notes view={view} />;
    case 'measures':
      return <Measures view={view} />;
    case 'deadlines':
      return <Deadlines view={view} />;
    case 'timeline':
      return <Timeline view={view} />;
  }
}

function Head({ view, page }: { readonly view: CaseView; readonly page: string }) {
  const { office, texts, today } = useConsole();
  const { t } = texts;
  const { summary, report, reportEvent } = view;
  const conflicts = office.desk(summary.desk)?.conflictCodes ?? [];
  return (
    <header class="case__head">
      <div class="case__title">
        <Title page={page}>
          {view.card === undefined || view.card.title === '' ? (
            page
          ) : (
            <span dir="auto">
              <Veiled text={view.card.title} />
            </span>
          )}
        </Title>
        {report !== undefined && <Rename view={view} />}
      </div>
      <p class="case__meta">
        <Badge kind="info">{texts.label('state', summary.state)}</Badge>
        <span class="id" dir="ltr">
          {shortId(summary.case)}
        </span>
        <span>{texts.label('track', summary.track)}</span>
        <span>{t('case.since', { Month: showMonth(texts, summary.month) })}</span>
        <span>
          <bdi>{office.desk(summary.desk)?.name ?? summary.desk}</bdi>
        </span>
        {reportEvent?.seal === 'open' && (
          <span>{t(reportEvent.by === 'server' ? 'case.by.server' : 'case.by.browser')}</span>
        )}
        {reportEvent?.public.from !== undefined && (
          <Badge kind="info">
            {t('case.from', { Name: office.desk(reportEvent.public.from)?.name ?? reportEvent.public.from })}
          </Badge>
        )}
        {summary.hold && <Badge kind="warning">{t('case.hold')}</Badge>}
        {flagsOf(view, conflicts, today()).map((flag) => (
          <Badge key={flag} kind={flag === 'danger_now' ? 'danger' : 'warning'}>
            {texts.label('flag', flag)}
          </Badge>
        ))}
      </p>
    </header>
  );
}

function Rename({ view }: { readonly view: CaseView }) {
  const { file, texts, said } = useConsole();
  const { t } = texts;
  const [typed, setTyped] = useState<string>();
  if (typed === undefined) {
    return (
      <Button kind="tertiary" small onClick={() => setTyped(view.card?.title ?? '')}>
        {t('case.rename')}
      </Button>
    );
  }
  return (
    <form
      class="case__rename"
      onSubmit={(event) => {
        event.preventDefault();
        const title = [...typed.trim()].slice(0, 80).join('');
        void file.writeCard({ title }).then((done) => {
          if (!done) return;
          setTyped(undefined);
          said.value = t('said.title');
        });
      }}
    >
      <TextField label={t('case.title')} hint={t('case.title.hint')} value={typed} onInput={setTyped} />
      <Button small kind="primary" type="submit" busy={file.busy.value === 'cards'}>
        {t('act.save')}
      </Button>
      <Button small kind="tertiary" onClick={() => setTyped(undefined)}>
        {t('act.cancel')}
      </Button>
    </form>
  );
}

function Tabs({ id, tab, view }: { readonly id: string; readonly tab: Tab; readonly view: CaseView }) {
  const { t } = useConsole().texts;
  const count: Partial<Record<Tab, number>> = {
    thread: view.events.filter((event) => event.kind === 'message' || event.kind === 'answer').length,
    notes: view.events.filter((event) => event.kind === 'note' && !isRecord(event)).length,
    measures: measuresOf(view).length + handoversOf(view).length,
  };
  return (
    <nav class="tabs" aria-label={t('case.parts')}>
      {TABS.map((name) => (
        <a
          key={name}
          href={formatRoute({ view: 'case', id, tab: name })}
          aria-current={name === tab ? 'page' : undefined}
        >
          {t(`tab.${name}`)}
          {(count[name] ?? 0) > 0 && <span class="count">{count[name]}</span>}
        </a>
      ))}
    </nav>
  );
}
