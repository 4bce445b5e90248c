// What the office did for a person: the steps with their results, the outcome of
// the case with its history, and what was handed on.
import { useState } from 'preact/hooks';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { useDraft } from '../components/draft.ts';
import { Select, TextArea, TextField } from '../components/field.tsx';
import { Badge } from '../components/notice.tsx';
import { DraftNote } from '../components/offered.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { isDay, showDay } from '../format.ts';
import { readCoding } from '../model.ts';
import { type Measure, measuresOf, recordBody } from '../records.ts';
import { codingAct } from './coding.tsx';
import { MeasureForm } from './measureform.tsx';
import { Referral } from './referral.tsx';

/** Measures shows and records them. */
export function Measures({ view }: { readonly view: CaseView }) {
  const { drafts, texts } = useConsole();
  const { t } = texts;
  const draft = draftKey(view.summary.case, 'measure');
  const [adding, setAdding] = useState(() => drafts.get(draft) !== '');
  const measures = measuresOf(view);
  return (
    <>
      <h2>{t('measure.title')}</h2>
      <p class="hint">{t('measure.hint')}</p>
      {measures.length === 0 && <p class="muted">{t('measure.none')}</p>}
      <ol class="thread">
        {measures.map((measure) => (
          <li key={measure.first} class="entry entry--note">
            <Step view={view} measure={measure} />
          </li>
        ))}
      </ol>
      {!view.readOnly && !adding && (
        <div class="acts">
          <Button onClick={() => setAdding(true)}>{t('measure.new')}</Button>
        </div>
      )}
      {adding && !view.readOnly && <MeasureForm draft={draft} view={view} onClose={() => setAdding(false)} />}
      <Outcome view={view} />
      <Referral view={view} />
    </>
  );
}

function Step({ view, measure }: { readonly view: CaseView; readonly measure: Measure }) {
  const { drafts, office, texts } = useConsole();
  const { t } = texts;
  const draft = draftKey(view.summary.case, 'result', measure.first);
  const [open, setOpen] = useState(() => drafts.get(draft) !== '');
  const target = [measure.kind === '' ? '' : office.label('respondent', measure.kind), measure.target];
  return (
    <>
      <p class="entry__head">
        <strong>{office.label('intervention', measure.type)}</strong>
        <span>{showDay(texts, measure.day)}</span>
        <Badge kind={measure.result === '' ? 'info' : 'plain'}>
          {t(measure.result === '' ? 'measure.open' : 'measure.done')}
        </Badge>
      </p>
      {target.some((part) => part !== '') && (
        <p>
          {t('measure.to')} <bdi>{target.filter((part) => part !== '').join(', ')}</bdi>
        </p>
      )}
      {measure.result !== '' && (
        <p dir="auto">
          {t('measure.result')}: {measure.result} ({showDay(texts, measure.resultDay)})
        </p>
      )}
      <p class="hint">
        <bdi>{office.nameOf(measure.event.actor)}</bdi> · {showDay(texts, measure.event.day)}
      </p>
      {!view.readOnly && !open && (
        <div class="acts">
          <Button small kind="tertiary" onClick={() => setOpen(true)}>
            {t(measure.result === '' ? 'measure.result.add' : 'measure.result.change')}
          </Button>
        </div>
      )}
      {open && !view.readOnly && <Result draft={draft} measure={measure} onClose={() => setOpen(false)} />}
    </>
  );
}

interface ResultProps {
  /** The key of the draft of the words. */
  readonly draft: string;
  readonly measure: Measure;
  readonly onClose: () => void;
}

function Result({ draft, measure, onClose }: ResultProps) {
  const { file, office, texts, today, said } = useConsole();
  const { t } = texts;
  const [result, setResult] = useDraft(draft, measure.result);
  const [day, setDay] = useState(measure.resultDay || today());
  const [tried, setTried] = useState(false);
  const words = result.trim();
  const leave = () => {
    setResult('');
    onClose();
  };
  const send = async () => {
    setTried(true);
    if (words === '' || !isDay(day)) return;
    const { first, type, kind, target, consent } = measure;
    const record = { task: 'measure', of: first, type, day: measure.day, kind, target, consent };
    const text = `${office.label('intervention', type)}: ${words}`;
    const body = recordBody(text, { ...record, result: words, result_day: day });
    if (!(await file.send({ path: 'notes', kind: 'note', body }))) return;
    said.value = t('said.measure');
    leave();
  };
  return (
    <form
      class="framed"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextArea
        label={t('measure.result')}
        rows={3}
        value={result}
        onInput={setResult}
        {...(tried && words === '' ? { fault: t('measure.fault.result') } : {})}
      />
      <DraftNote text={result} />
      <TextField
        type="date"
        label={t('measure.result.day')}
        value={day}
        onInput={setDay}
        {...(tried && !isDay(day) ? { fault: t('deadline.fault.day') } : {})}
      />
      <div class="acts">
        <Button small kind="primary" type="submit" busy={file.busy.value === 'notes'}>
          {t('act.save')}
        </Button>
        <Button small kind="tertiary" onClick={leave}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}

/** Outcome is part of the coding: choosing one writes a new coding, the older ones stay. */
function Outcome({ view }: { readonly view: CaseView }) {
  const { file, office, texts, said } = useConsole();
  const { t } = texts;
  const { coding } = view;
  const [chosen, setChosen] = useState(coding?.outcome ?? '');
  const codings = view.events.filter((event) => event.kind === 'coding' && event.seal === 'open');
  const history = codings
    .map((event) => ({ event, outcome: readCoding(event.body).outcome }))
    .filter(({ outcome }, i, all) => outcome !== '' && outcome !== all[i - 1]?.outcome);
  const save = async () => {
    if (coding === undefined || chosen === coding.outcome) return;
    if (await file.send(codingAct(view, { ...coding, outcome: chosen }, office.version())))
      said.value = t('said.coding');
  };
  return (
    <section class="framed" aria-labelledby="outcome">
      <h3 id="outcome">{t('outcome.title')}</h3>
      {history.length > 0 && (
        <ul class="plain">
          {history.toReversed().map(({ event, outcome }) => (
            <li key={event.rev}>
              {office.label('outcome', outcome)}
              <span class="row__sub">
                {showDay(texts, event.day)} · <bdi>{office.nameOf(event.actor)}</bdi>
              </span>
            </li>
          ))}
        </ul>
      )}
      {coding === undefined && <p class="muted">{t('outcome.uncoded')}</p>}
      {coding !== undefined && !view.readOnly && (
        <>
          <Select
            label={t('coding.outcome')}
            value={chosen}
            options={[
              { value: '', label: t('outcome.none') },
              ...office.terms('outcome').map(({ code }) => ({ value: code, label: office.label('outcome', code) })),
            ]}
            onChange={setChosen}
          />
          <div class="acts">
            <Button small busy={file.busy.value === 'codings'} onClick={() => void save()}>
              {t('act.save')}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
