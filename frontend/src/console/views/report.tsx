// The report as it was told: never edited, never merged with the office's view.
import type { ComponentChildren } from 'preact';
import type { CaseView } from '../casefile.ts';
import { Notice } from '../components/notice.tsx';
import { Veiled } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import { showDay, showWeekday } from '../format.ts';
import type { Report } from '../model.ts';
import { Files } from './files.tsx';

/** Told shows the report, or says why it cannot be shown. */
export function Told({ view }: { readonly view: CaseView }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const { report, reportEvent } = view;
  const from = reportEvent?.public.from ?? '';
  return (
    <section class="told" aria-labelledby="told">
      <h2 id="told">{t('told.title')}</h2>
      {report === undefined || reportEvent === undefined ? (
        <Notice kind="danger" title={t(reportEvent?.seal === 'nokey' ? 'told.nokey' : 'told.damaged')}>
          <p>{t('told.there')}</p>
        </Notice>
      ) : (
        <>
          <p class="hint">
            {t('told.at', { Day: showWeekday(texts, reportEvent.at) })} · {texts.label('lang', report.lang)}
          </p>
          {from !== '' && (
            <Notice kind="info" title={t('told.from', { Name: office.desk(from)?.name ?? from })}>
              <p>{t('told.from.text')}</p>
            </Notice>
          )}
          <Words report={report} />
          <Answers report={report} />
          <Files event={reportEvent} view={view} />
        </>
      )}
    </section>
  );
}

/** Words is the free text, paragraph by paragraph, in its own direction. */
export function Words({ report }: { readonly report: Report }) {
  const { t } = useConsole().texts;
  if (report.text === '') return <p class="muted">{t('told.ticks')}</p>;
  return (
    <blockquote class="words-told" lang={report.lang === '' ? undefined : report.lang}>
      <Paragraphs text={report.text} />
    </blockquote>
  );
}

interface ParagraphsProps {
  readonly text: string;
  /** Nothing is veiled: what goes to somebody else is shown as they will read it. */
  readonly bare?: boolean;
}

/** Paragraphs shows text line by line; each line finds its own direction. */
export function Paragraphs({ text, bare = false }: ParagraphsProps) {
  return (
    <>
      {text.split('\n').map((line, i) =>
        line.trim() === '' ? null : (
          <p key={i} dir="auto">
            {bare ? line : <Veiled text={line} />}
          </p>
        ),
      )}
    </>
  );
}

function Answers({ report }: { readonly report: Report }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const list = (group: string, codes: readonly string[]) => codes.map((code) => office.label(group, code)).join(', ');
  const when = whenOf(texts, report);
  const own = (text: string) =>
    text === '' ? (
      ''
    ) : (
      <bdi>
        <Veiled text={text} />
      </bdi>
    );
  return (
    <dl class="facts">
      <Fact term={t('told.role')} value={report.role && office.label('reporter_role', report.role)} />
      <Fact term={t('told.wish')} value={office.label('rung', report.rung)} />
      {report.mayAsk && <Fact term={t('told.ask')} value={t('told.yes')} />}
      {report.under18 !== undefined && (
        <Fact term={t('told.under18')} value={t(report.under18 ? 'told.yes' : 'told.no')} />
      )}
      <Fact term={t('told.manifestations')} value={list('manifestation', report.manifestations)} />
      <Fact term={t('told.areas')} value={list('life_area', report.areas)} />
      <Fact term={t('told.grounds')} value={list('ground', report.grounds)} />
      <Fact term={t('told.ground_other')} value={own(report.groundOther)} />
      <Fact term={t('told.respondents')} value={list('respondent', report.respondents)} />
      <Fact term={t('told.org')} value={own(report.respondentOrg)} />
      <Fact term={t('told.when')} value={when} />
      <Fact term={t('told.district')} value={report.district && office.district(report.district)} />
      <Fact term={t('told.place')} value={own(report.placeNote)} />
      {report.facts.map(([id, day]) => (
        <Fact key={id} term={texts.label('fact', id)} value={showDay(texts, day)} />
      ))}
      <ContactFacts report={report} />
      {report.passOn.map((entry, i) => (
        <Fact
          key={i}
          term={t('told.pass_on')}
          value={
            <>
              {own(entry.to)}: {own(entry.what)}
            </>
          }
        />
      ))}
    </dl>
  );
}

function ContactFacts({ report }: { readonly report: Report }) {
  const { texts } = useConsole();
  const { t } = texts;
  const { way, value, safeTimes, leaveMessage, interpreter } = report.contact;
  return (
    <>
      {way !== '' && way !== 'mailbox' && (
        <Fact
          term={texts.label('contact', way)}
          value={
            <>
              <bdi>
                <Veiled text={value} />
              </bdi>
              {leaveMessage ? ` (${t('told.message')})` : ''}
            </>
          }
        />
      )}
      {safeTimes !== '' && <Fact term={t('told.times')} value={<bdi>{safeTimes}</bdi>} />}
      {interpreter !== '' && <Fact term={t('told.interpreter')} value={texts.label('lang', interpreter)} />}
    </>
  );
}

function Fact({ term, value }: { readonly term: string; readonly value: ComponentChildren }) {
  if (value === '' || value === undefined) return null;
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function whenOf(texts: ReturnType<typeof useConsole>['texts'], report: Report): string {
  const { precision, from, to, ongoing } = report.when;
  const parts: string[] = [];
  if (from !== '' && to !== '' && to !== from) {
    parts.push(texts.t('told.range', { From: showDay(texts, from), To: showDay(texts, to) }));
  } else if (from !== '' || to !== '') parts.push(showDay(texts, from || to));
  else if (precision === 'unknown') parts.push(texts.t('told.unknown'));
  if (ongoing) parts.push(texts.t('told.ongoing'));
  return parts.join(', ');
}
