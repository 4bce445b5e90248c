// A template for an answer: chosen, its fields filled in, and put into the text,
// where the member reads and changes it.
import { useEffect, useState } from 'preact/hooks';
import type { AnswerTemplate } from '../../shared/api.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Select, TextField } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { nextDeadline } from '../flags.ts';
import { addDays } from '../format.ts';
import { type Filling, filled, inOrder, missingFacts, textIn } from '../letters.ts';
import { bodiesFor } from '../state/target.ts';
import { createTexts, loadEnglish } from '../texts.ts';

/** SOON is the answer day that is proposed, in days from today. */
const SOON = 7;

/** A Begun is what was put into an answer. */
export interface Begun {
  readonly text: string;
  readonly german: string;
  /** Which template it was, kept with the answer. */
  readonly template: { readonly id: string; readonly version: number; readonly reviewed: boolean };
}

interface Props {
  readonly view: CaseView;
  readonly lang: string;
  /** Whether a German text stands beside the answer. */
  readonly bilingual: boolean;
  /** The template that another part of the case asks for, or "". */
  readonly wanted: string;
  readonly onInsert: (begun: Begun) => void;
}

/** Template offers the office's templates for an answer. */
export function Template({ view, lang, bilingual, wanted, onInsert }: Props) {
  const { office, rules, texts, today, drafts } = useConsole();
  const { t } = texts;
  const [tongues] = useState(() => ({ de: createTexts('de'), en: createTexts('en') }));
  const [chosen, setChosen] = useState(wanted);
  const [answerDay, setAnswerDay] = useState(() => addDays(today(), SOON));
  const [bodyId, setBodyId] = useState(() => drafts.get(draftKey(view.summary.case, 'referral-body')));
  useEffect(() => void rules.load(), [rules]);
  const templates = inOrder(office.data.value?.templates ?? [], view.summary.state);
  const template = templates.find(({ id }) => id === chosen);
  const bodies = bodiesFor(office, texts, view);
  const title = (one: AnswerTemplate) => (texts.language.value === 'en' ? one.title_en : one.title_de);
  const next = nextDeadline(view);
  const filling: Filling = {
    tongues,
    desk: office.desk(view.summary.desk)?.name ?? '',
    answerDay,
    safeDay: next.day,
    act: next.act,
    facts: missingFacts(rules.data.value, view, today()),
    body: bodies.find(({ id }) => id === bodyId),
    content: drafts.get(draftKey(view.summary.case, 'handover')),
  };
  const insert = async (one: AnswerTemplate) => {
    // The English words may still be on their way.
    if (lang === 'en') await loadEnglish().catch(() => undefined);
    const reviewed = textIn(one, lang)?.reviewed ?? false;
    const german = bilingual ? filled(one, 'de', filling) : '';
    onInsert({ text: filled(one, lang, filling), german, template: { id: one.id, version: one.version, reviewed } });
    setChosen('');
  };
  if (templates.length === 0) return null;
  return (
    <details class="template" open={wanted !== '' || undefined}>
      <summary>{t('template.title')}</summary>
      <Select
        label={t('template.which')}
        value={chosen}
        options={[
          { value: '', label: t('coding.choose') },
          ...templates.map((one) => ({ value: one.id, label: title(one) })),
        ]}
        onChange={setChosen}
      />
      {template?.fields.includes('AnswerDay') && (
        <TextField type="date" label={t('field.AnswerDay')} value={answerDay} onInput={setAnswerDay} />
      )}
      {template?.fields.includes('Body') && (
        <Select
          label={t('field.Body')}
          value={bodyId}
          options={[
            { value: '', label: t('coding.choose') },
            ...bodies.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={setBodyId}
        />
      )}
      {template !== undefined && <State template={template} lang={lang} bilingual={bilingual} />}
      {template !== undefined && (
        <div class="acts">
          <Button small onClick={() => void insert(template)}>
            {t('template.insert')}
          </Button>
        </div>
      )}
    </details>
  );
}

/** State says what is missing of a template: a language, or somebody who has read it. */
function State({
  template,
  lang,
  bilingual,
}: Pick<Props, 'lang' | 'bilingual'> & { readonly template: AnswerTemplate }) {
  const { texts } = useConsole();
  const { t } = texts;
  const text = textIn(template, lang);
  if (text === undefined) {
    const words = t(bilingual ? 'template.german' : 'template.none', { Lang: texts.label('lang', lang) });
    return <Notice kind="warning" title={words} />;
  }
  return text.reviewed ? null : <p class="hint">{t('template.unreviewed')}</p>;
}
