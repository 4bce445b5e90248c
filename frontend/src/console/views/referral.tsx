// Handing something on to another body: chosen from the office's directory, the
// words written first, the person's consent for exactly this body and exactly
// these words, and only then anything to copy.
import type { Body } from '../../shared/api.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { useDraft } from '../components/draft.ts';
import { Select, TextArea } from '../components/field.tsx';
import { Badge } from '../components/notice.tsx';
import { DraftNote } from '../components/offered.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { showDay } from '../format.ts';
import { deskOf, handoversOf } from '../records.ts';
import { bodiesFor } from '../state/target.ts';
import { draftSummary } from '../summary.ts';
import { Permission } from './permission.tsx';
import { Paragraphs } from './report.tsx';

/** Referral leads from the choice of a body to the record of what went. */
export function Referral({ view }: { readonly view: CaseView }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const { case: id } = view.summary;
  const [chosen, setChosen] = useDraft(draftKey(id, 'referral-body'));
  const bodies = bodiesFor(office, texts, view);
  const body = bodies.find((one) => one.id === chosen);
  const done = handoversOf(view);
  return (
    <section class="framed" aria-labelledby="referral">
      <h3 id="referral">{t('referral.title')}</h3>
      {done.map((one) => (
        <details key={one.event.rev}>
          <summary>{t('referral.went', { Name: one.name, Day: showDay(texts, one.day) })}</summary>
          <Paragraphs text={one.words} />
        </details>
      ))}
      {!view.readOnly && (
        <Select
          label={t('referral.body')}
          value={chosen}
          options={[
            { value: '', label: t('coding.choose') },
            ...bodies.map((one) => ({ value: one.id, label: one.name })),
          ]}
          onChange={setChosen}
        />
      )}
      {done.length > 0 && view.moves.some(({ to }) => to === 'referred') && <p class="hint">{t('referral.next')}</p>}
      {body !== undefined && <About body={body} />}
      {body !== undefined &&
        !view.readOnly &&
        (body.consent ? <Handing view={view} body={body} /> : <Pointing view={view} />)}
    </section>
  );
}

function About({ body }: { readonly body: Body }) {
  const { texts } = useConsole();
  const { t } = texts;
  return (
    <div class="about">
      <p>{texts.language.value === 'en' ? body.for_en : body.for_de}</p>
      {deskOf(body) === '' && <Paragraphs text={body.contact} />}
      <p class="hint">
        {body.languages.map((tag) => texts.label('lang', tag)).join(', ')}{' '}
        {deskOf(body) === '' && (
          <Badge kind={body.checked_on === '' ? 'warning' : 'plain'}>
            {body.checked_on === ''
              ? t('referral.unchecked')
              : t('referral.checked', { Day: showDay(texts, body.checked_on) })}
          </Badge>
        )}
      </p>
    </div>
  );
}

/** Pointing is for bodies to which people turn themselves. */
function Pointing({ view }: { readonly view: CaseView }) {
  const { drafts, go, texts } = useConsole();
  const { t } = texts;
  const { case: id } = view.summary;
  const write = () => {
    drafts.set(draftKey(id, 'answer-wanted'), 'not_ours');
    go({ view: 'case', id, tab: 'thread' });
  };
  return (
    <>
      <p>{t('referral.pointing')}</p>
      {view.canAnswer && (
        <div class="acts">
          <Button small onClick={write}>
            {t('referral.pointing.write')}
          </Button>
        </div>
      )}
    </>
  );
}

function Handing({ view, body }: { readonly view: CaseView; readonly body: Body }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const [words, setWords] = useDraft(draftKey(view.summary.case, 'handover'));
  return (
    <>
      <TextArea label={t('referral.words')} hint={t('referral.words.hint')} rows={6} value={words} onInput={setWords} />
      {words === '' && (
        <div class="acts">
          <Button small onClick={() => setWords(draftSummary(view, office, texts))}>
            {t('referral.draft')}
          </Button>
        </div>
      )}
      <DraftNote text={words} />
      <Permission view={view} body={body} words={words.trim()} onDone={() => setWords('')} />
    </>
  );
}
