// The answer to a resident: its language, a template to begin with, the German
// beside it, and a preview of what the mailbox will show.
import { useState } from 'preact/hooks';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { useDraft } from '../components/draft.ts';
import { Select, TextArea } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { DraftNote } from '../components/offered.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { joined, openFields, RTL } from '../letters.ts';
import type { Texts } from '../texts.ts';
import { Enclose, useEnclosures } from './enclose.tsx';
import { Paragraphs } from './report.tsx';
import { type Begun, Template } from './template.tsx';

const ANSWERED: ReadonlySet<string> = new Set(['answer_me', 'act_for_me', 'pass_on']);

/** Answer writes to the resident, if they want to hear. */
export function Answer({ view }: { readonly view: CaseView }) {
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
  readonly fault: string;
  readonly onInput: (value: string) => void;
}

function Writing(props: WritingProps) {
  return <TextArea {...props} rows={10} />;
}

/** Preview shows the answer as the mailbox will: its direction and language, the German folded below. */
function Preview({ body }: { readonly body: Readonly<Record<string, string>> }) {
  const { t } = useConsole().texts;
  const { text = '', lang = '', german = '' } = body;
  return (
    <section class="preview" aria-label={t('answer.preview')}>
      <p class="hint">{t('answer.preview.hint')}</p>
      <div class="letter" lang={lang} dir={RTL.has(lang) ? 'rtl' : 'ltr'}>
        <Paragraphs text={text} bare />
        {german !== '' && (
          <details>
            <summary lang="de">Deutsch</summary>
            <div lang="de" dir="ltr">
              <Paragraphs text={german} bare />
            </div>
          </details>
        )}
      </div>
    </section>
  );
}

/** What an answer still wants before it goes, or "". */
function faultOf(texts: Texts, words: string): string {
  if (words.trim() === '') return texts.t('answer.fault');
  return openFault(texts, words);
}

function openFault(texts: Texts, words: string): string {
  const open = openFields(words).map((name) => texts.label('field', name));
  return open.length === 0 ? '' : texts.t('answer.fault.open', { What: open.join(', ') });
}

function AnswerForm({ view }: { readonly view: CaseView }) {
  const { file, texts, said } = useConsole();
  const { t } = texts;
  const id = view.summary.case;
  const told = view.report?.lang ?? 'de';
  const [words, setWords] = useDraft(draftKey(id, 'answer'));
  const [german, setGerman] = useDraft(draftKey(id, 'answer-de'));
  const [chosen, setLang] = useDraft(draftKey(id, 'answer-lang'));
  const [begun, setBegun] = useDraft(draftKey(id, 'answer-template'));
  const [wanted, setWanted] = useDraft(draftKey(id, 'answer-wanted'));
  const lang = chosen || told || 'de';
  const [preview, setPreview] = useState(false);
  const [tried, setTried] = useState(false);
  const bilingual = lang !== 'de' && lang !== 'de-simple';
  const faults = [faultOf(texts, words), bilingual ? openFault(texts, german) : ''] as const;
  const again = file.trouble.value?.path === 'answers';
  const enclosures = useEnclosures(view);
  const letter = { text: words.trim(), lang, ...(bilingual && german.trim() !== '' ? { german: german.trim() } : {}) };
  const body = begun === '' ? letter : { ...letter, template: JSON.parse(begun) as unknown };
  const clear = () => {
    for (const set of [setWords, setGerman, setLang, setBegun, setWanted]) set('');
    setTried(false);
    setPreview(false);
  };
  const send = async () => {
    setTried(true);
    if (faults.some((fault) => fault !== '')) return;
    if (!(await enclosures.answer(body))) return;
    clear();
    said.value = t('said.answer');
  };
  const insert = ({ text, german: beside, template }: Begun) => {
    setWords(joined(words, text));
    setGerman(joined(german, beside));
    setBegun(JSON.stringify(template));
    setWanted('');
    said.value = t('said.template');
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
      <Tongue view={view} lang={lang} onChange={setLang} />
      <Template key={wanted} view={view} lang={lang} bilingual={bilingual} wanted={wanted} onInsert={insert} />
      <div class={bilingual ? 'columns' : undefined}>
        <Writing label={t('answer.text')} value={words} onInput={setWords} lang={lang} fault={tried ? faults[0] : ''} />
        {bilingual && (
          <Writing
            label={t('answer.german')}
            value={german}
            onInput={setGerman}
            lang="de"
            fault={tried ? faults[1] : ''}
          />
        )}
      </div>
      <Enclose list={enclosures} />
      <DraftNote text={words + german} />
      {preview && <Preview body={letter} />}
      <div class="acts">
        <Button kind="primary" type="submit" busy={file.busy.value === 'answers'}>
          {t(again ? 'act.again' : 'answer.send')}
        </Button>
        <Button onClick={() => setPreview(!preview)}>{t(preview ? 'answer.preview.close' : 'answer.preview')}</Button>
      </div>
    </form>
  );
}

interface TongueProps {
  readonly view: CaseView;
  readonly lang: string;
  readonly onChange: (lang: string) => void;
}

/** Tongue chooses the language: the person's own first. */
function Tongue({ view, lang, onChange }: TongueProps) {
  const { office, texts } = useConsole();
  const tags = [
    view.report?.lang ?? '',
    lang,
    'de',
    ...(office.desk(view.summary.desk)?.languages ?? []),
    'en',
    ...(office.data.value?.templates ?? []).flatMap(({ texts: all }) => all.map((one) => one.lang)),
  ];
  const options = [...new Set(tags)].filter((tag) => tag !== '');
  return (
    <Select
      label={texts.t('answer.lang')}
      value={lang}
      options={options.map((tag) => ({ value: tag, label: texts.label('lang', tag) }))}
      onChange={onChange}
    />
  );
}
