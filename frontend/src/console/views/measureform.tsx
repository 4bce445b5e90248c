// A new step for a person. One that reaches somebody else needs a consent that
// is recorded first (domain.md §7).
import { useState } from 'preact/hooks';
import { type CaseView, consentName, consentsOf } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Select, TextField, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { DraftNote } from '../components/offered.tsx';
import { useConsole } from '../console.ts';
import { isDay, showDay } from '../format.ts';
import { text } from '../model.ts';
import type { OpenEvent } from '../opening.ts';
import { type NewMeasure, newMeasure, recordBody, standing } from '../records.ts';
import { codingAct } from './coding.tsx';

interface Props {
  /** The key of the draft of all that is typed and chosen. */
  readonly draft: string;
  readonly view: CaseView;
  readonly onClose: () => void;
}

/** MeasureForm records a step. */
export function MeasureForm({ draft, view, onClose }: Props) {
  const { drafts, file, office, texts, today, said } = useConsole();
  const { t } = texts;
  const [typed, setTyped] = useState(() => newMeasure(drafts.get(draft), today(), standing(view)));
  const [tried, setTried] = useState(false);
  const change = (next: Partial<NewMeasure>) => {
    const changed = { ...typed, ...next };
    setTyped(changed);
    drafts.set(draft, JSON.stringify(changed));
  };
  const leave = () => {
    drafts.set(draft, '');
    onClose();
  };
  const outside = office.terms('intervention').find(({ code }) => code === typed.type)?.needs_authorisation === true;
  const faults = {
    type: typed.type === '' ? t('measure.fault.type') : '',
    day: isDay(typed.day) && typed.day <= today() ? '' : t('measure.fault.day'),
    target: outside && typed.target.trim() === '' ? t('measure.fault.target') : '',
    consent: outside && typed.consent === '' ? t('measure.fault.consent') : '',
  };
  const fault = (name: keyof typeof faults) => (tried && faults[name] !== '' ? { fault: faults[name] } : {});
  const save = async () => {
    setTried(true);
    if (Object.values(faults).some((one) => one !== '')) return;
    const { type, day, kind } = typed;
    const target = typed.target.trim();
    const words = [office.label('intervention', type), showDay(texts, day), target].filter((part) => part !== '');
    const record = { task: 'measure', type, day, kind, target, consent: outside ? typed.consent : '' };
    if (!(await file.send({ path: 'notes', kind: 'note', body: recordBody(words.join(', '), record) }))) return;
    drafts.set(draft, '');
    said.value = t('said.measure');
    const coding = file.view.value?.coding;
    if (typed.count && coding !== undefined && !coding.interventions.includes(type))
      await file.send(codingAct(view, { ...coding, interventions: [...coding.interventions, type] }, office.version()));
    onClose();
  };
  const terms = (group: string) => [
    { value: '', label: t('coding.choose') },
    ...office.terms(group).map(({ code }) => ({ value: code, label: office.label(group, code) })),
  ];
  return (
    <form
      class="framed"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h3>{t('measure.new')}</h3>
      <Select
        label={t('measure.type')}
        value={typed.type}
        options={terms('intervention')}
        onChange={(type) => change({ type })}
        {...fault('type')}
      />
      <TextField
        type="date"
        label={t('measure.day')}
        value={typed.day}
        onInput={(day) => change({ day })}
        {...fault('day')}
      />
      <Select
        label={t('measure.kind')}
        value={typed.kind}
        options={terms('respondent')}
        onChange={(kind) => change({ kind })}
      />
      <TextField
        label={t('measure.target')}
        hint={t('measure.target.hint')}
        value={typed.target}
        onInput={(target) => change({ target })}
        {...fault('target')}
      />
      {outside && (
        <Consent view={view} value={typed.consent} onChange={(consent) => change({ consent })} {...fault('consent')} />
      )}
      <DraftNote text={typed.target} />
      {view.coding !== undefined && (
        <Tick label={t('measure.count')} checked={typed.count} onChange={(count) => change({ count })} />
      )}
      <div class="acts">
        <Button kind="primary" type="submit" busy={['notes', 'codings'].includes(file.busy.value)}>
          {t('measure.save')}
        </Button>
        <Button kind="tertiary" onClick={leave}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}

interface ConsentProps {
  readonly view: CaseView;
  readonly value: string;
  readonly fault?: string;
  readonly onChange: (op: string) => void;
}

function Consent({ view, ...field }: ConsentProps) {
  const { texts } = useConsole();
  const { t } = texts;
  const consents = standing(view);
  if (consents.length === 0) return <Notice kind="warning" title={t('measure.noconsent')} />;
  const label = (event: OpenEvent) => {
    const what = consentsOf(event).map((id) => texts.label('consent', consentName(id)));
    return [showDay(texts, event.day), ...what, text(event.body['recipient'])]
      .filter((part) => part !== '')
      .join(' · ');
  };
  return (
    <Select
      label={t('measure.consent')}
      hint={t('measure.consent.hint')}
      options={[
        { value: '', label: t('coding.choose') },
        ...consents.map((event) => ({ value: event.op, label: label(event) })),
      ]}
      {...field}
    />
  );
}
