// What resident and office wrote to each other, in order, with what does not fit.

import { type CaseView, consentName, consentsOf, inMailbox } from '../casefile.ts';
import { later } from '../components/later.tsx';

import { Notice } from '../components/notice.tsx';
import { Veiled } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import { showDay, showWeekday } from '../format.ts';
import { RTL } from '../letters.ts';
import { fields, text } from '../model.ts';
import type { OpenEvent } from '../opening.ts';
import { Files } from './files.tsx';
import { Paragraphs, Words } from './report.tsx';

/** Answer writes to the resident, with its template and its files. */
const Answer = later(() => import('./answer.tsx').then((m) => m.Answer));

/** Thread is the exchange of a case. */
export function Thread({ view }: { readonly view: CaseView }) {
  const { t } = useConsole().texts;
  const events = view.events.filter(inMailbox);
  return (
    <>
      <h2>{t('thread.title')}</h2>
      <ol class="thread">
        {events.map((event) => (
          <Entry key={event.rev} event={event} view={view} />
        ))}
      </ol>
      <div data-aim="answer">
        <Answer view={view} />
      </div>
    </>
  );
}

function Entry({ event, view }: { readonly event: OpenEvent; readonly view: CaseView }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const resident = event.actor === 'resident';
  const day = showDay(texts, event.at === '' ? event.day : event.at);
  const warnings = view.warnings.filter((warning) => warning.rev === event.rev);
  return (
    <li class={resident ? 'entry entry--resident' : 'entry entry--office'}>
      <p class="entry__head">
        <strong>{t(resident ? 'thread.resident' : 'thread.office')}</strong>
        <span>{texts.label('kind', event.kind)}</span>
        <span>{day}</span>
        {text(event.body['lang']) !== '' && <span>{texts.label('lang', text(event.body['lang']))}</span>}
        {!resident && event.kind === 'answer' && <bdi>{office.nameOf(event.actor)}</bdi>}
        {event.by === 'server' && <span class="muted">{t('case.by.server')}</span>}
      </p>
      {warnings.map((warning) => (
        <p key={`${warning.reason}${warning.op}`} class={warning.reason === 'unread' ? 'hint' : 'fault'}>
          {t(`warning.${warning.reason}`)}
        </p>
      ))}
      <Body event={event} view={view} />
    </li>
  );
}

function Body({ event, view }: { readonly event: OpenEvent; readonly view: CaseView }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  if (event.seal === 'damaged' || event.seal === 'nokey') {
    return <Notice kind="danger" title={t(event.seal === 'nokey' ? 'seal.nokey' : 'seal.damaged')} />;
  }
  switch (event.kind) {
    case 'report':
      return view.report === undefined ? null : (
        <details>
          <summary>{t('thread.report')}</summary>
          <Words report={view.report} />
        </details>
      );
    case 'answer':
      return (
        <>
          {text(fields(event.body['passed'])['name']) !== '' && (
            <p>
              <strong>{t('thread.passed', { Name: text(fields(event.body['passed'])['name']) })}</strong>
            </p>
          )}
          <AnswerText body={event.body} />
          <Begun body={event.body} />
          <Files event={event} view={view} />
        </>
      );
    case 'consent':
      return (
        <p>
          {office.label('rung', event.public.rung ?? '')}
          {consentsOf(event).map((id) => ` · ${texts.label('consent', consentName(id))}`)}
        </p>
      );
    case 'deadline':
      return (
        <p>
          {text(event.body['safe_day']) === ''
            ? t('deadline.none')
            : t('deadline.until', { Day: showWeekday(texts, text(event.body['safe_day'])) })}{' '}
          <span dir="auto">
            <Veiled text={text(event.body['act'])} />
          </span>
        </p>
      );
    case 'withdrawal':
      return <p>{t('thread.withdrawal')}</p>;
    default:
      return (
        <>
          {text(event.body['text']) !== '' && <Paragraphs text={text(event.body['text'])} />}
          <Files event={event} view={view} />
        </>
      );
  }
}

/** AnswerText shows an answer as the resident sees it, the German beside it where both were written. */
export function AnswerText({ body }: { readonly body: Readonly<Record<string, unknown>> }) {
  const lang = text(body['lang']);
  const german = text(body['german']);
  return (
    <div class={german === '' ? undefined : 'columns'}>
      <div lang={lang === '' ? undefined : lang} dir={RTL.has(lang) ? 'rtl' : undefined}>
        <Paragraphs text={text(body['text'])} />
      </div>
      {german !== '' && (
        <div lang="de" dir="ltr">
          <Paragraphs text={german} />
        </div>
      )}
    </div>
  );
}

/** Begun says that an answer began with a template that nobody has reviewed. */
function Begun({ body }: { readonly body: Readonly<Record<string, unknown>> }) {
  const { t } = useConsole().texts;
  return fields(body['template'])['reviewed'] === false ? <p class="hint">{t('template.used')}</p> : null;
}
