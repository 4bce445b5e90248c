// What resident and office wrote to each other, in order, with what does not
// fit; and the answer, with a preview of what the resident will see.
import { useState } from 'preact/hooks';
import { type CaseView, consentsOf, inMailbox } from '../casefile.ts';

import { Button } from '../components/button.tsx';
import { useDraft } from '../components/draft.ts';
import { Select, TextArea } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { DraftNote } from '../components/offered.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { showDay, showWeekday } from '../format.ts';
import { text } from '../model.ts';
import type { OpenEvent } from '../opening.ts';
import { Files } from './files.tsx';
import { Paragraphs, Words } from './report.tsx';

const RTL: ReadonlySet<string> = new Set(['ar', 'fa', 'ps', 'he', 'ur']);
const ANSWERED: ReadonlySet<string> = new Set(['answer_me', 'act_for_me', 'pass_on']);

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
      return <AnswerText body={event.body} />;
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
          <span dir="auto">{text(event.body['act'])}</span>
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

/** consentName drops the version of a consent's text: "art9/1" is "art9". */
export function consentName(id: string): string {
  return id.split('/')[0] ?? id;
}

/** AnswerText shows an answer as the resident sees it, the German beside it where both were written. */
function AnswerText({ body }: { readonly body: Readonly<Record<string, unknown>> }) {
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

function Answer({ view }: { readonly view: CaseView }) {
  const { texts } = useConsole();
  const { t } = texts;
  const wished = ANSWERED.has(view.rung) || view.report?.mayAsk === true;
  const [anyway, setAnyway] = useState(false);
  if (!view.canAnswer) return <Notice kind="danger" title={t('answer.impossible')} />;
  if (view.readOnly) return null;
  if (!wished && !anyway) {
    return (
      <Notice kind="warning" title={t('answer.unwanted')}>
        <p>{t('answer.unwanted.text')}</p>
        <Button small onClick={() => setAnyway(true)}>
          {t('answer.anyway')}
        </Button>
      </Notice>
    );
  }
  return <AnswerForm view={view} />;
}

interface WritingProps {
  readonly label: string;
  readonly value: string;
  readonly lang: string;
  readonly fault?: boolean;
  readonly onInput: (value: string) => void;
}

function Writing({ fault = false, ...field }: WritingProps) {
  const { t } = useConsole().texts;
  return <TextArea {...field} rows={8} {...(fault ? { fault: t('answer.fault') } : {})} />;
}

function Preview({ body }: { readonly body: Readonly<Record<string, unknown>> }) {
  const { t } = useConsole().texts;
  return (
    <section class="preview" aria-label={t('answer.preview')}>
      <p class="hint">{t('answer.preview.hint')}</p>
      <AnswerText body={body} />
    </section>
  );
}

function AnswerForm({ view }: { readonly view: CaseView }) {
  const { file, office, texts, said } = useConsole();
  const { t } = texts;
  const id = view.summary.case;
  const told = view.report?.lang ?? 'de';
  const [words, setWords] = useDraft(draftKey(id, 'answer'));
  const [german, setGerman] = useDraft(draftKey(id, 'answer-de'));
  const [chosen, setLang] = useDraft(draftKey(id, 'answer-lang'));
  const lang = chosen || told || 'de';
  const [preview, setPreview] = useState(false);
  const [tried, setTried] = useState(false);
  const tags = [lang, told, 'de', ...(office.desk(view.summary.desk)?.languages ?? []), 'en'];
  const languages = [...new Set(tags)].filter((tag) => tag !== '');
  const bilingual = lang !== 'de' && lang !== 'de-simple';
  const empty = words.trim() === '';
  const again = file.trouble.value?.path === 'answers';
  const body = { text: words.trim(), lang, ...(bilingual && german.trim() !== '' ? { german: german.trim() } : {}) };

  const send = async () => {
    setTried(true);
    if (empty) return;
    if (!(await file.send({ path: 'answers', kind: 'answer', body, told: true }))) return;
    setWords('');
    setGerman('');
    setLang('');
    setTried(false);
    setPreview(false);
    said.value = t('said.answer');
  };

  return (
    <form
      class="answer"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <h3>{t('answer.title')}</h3>
      <p class="hint">{t('answer.hint')}</p>
      <Select
        label={t('answer.lang')}
        value={lang}
        options={languages.map((tag) => ({ value: tag, label: texts.label('lang', tag) }))}
        onChange={setLang}
      />
      <div class={bilingual ? 'columns' : undefined}>
        <Writing label={t('answer.text')} value={words} onInput={setWords} lang={lang} fault={tried && empty} />
        {bilingual && <Writing label={t('answer.german')} value={german} onInput={setGerman} lang="de" />}
      </div>
      <DraftNote text={words + german} />
      {preview && <Preview body={body} />}
      <div class="acts">
        <Button kind="primary" type="submit" busy={file.busy.value === 'answers'}>
          {t(again ? 'act.again' : 'answer.send')}
        </Button>
        <Button onClick={() => setPreview(!preview)}>{t(preview ? 'answer.preview.close' : 'answer.preview')}</Button>
      </div>
    </form>
  );
}
