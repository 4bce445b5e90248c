// Deadlines: what the rules say, what was written, and an entry by hand with the
// safe day, what has to be done by then, and whether the resident is told. That none was found is an entry
// too, so that its presence tells nothing.
import { useState } from 'preact/hooks';
import { type CaseView, type Deadline, readDeadline } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { TextArea, TextField, Tick } from '../components/field.tsx';
import { Badge, Notice } from '../components/notice.tsx';
import { Veiled } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import { daysBetween, isDay, leftKind, mondayOf, showDay, showLeft, showWeekday } from '../format.ts';
import { Guard } from './guard.tsx';

/** Deadlines lists the entries and takes a new one. */
export function Deadlines({ view }: { readonly view: CaseView }) {
  const { t } = useConsole().texts;
  const entries = view.events.filter((event) => event.kind === 'deadline').toReversed();
  return (
    <>
      <h2 tabIndex={-1} data-aim="deadlines">
        {t('deadline.title')}
      </h2>
      <p class="hint">{t('deadline.notice')}</p>
      <Guard view={view} />
      <h3>{t('deadline.entries')}</h3>
      {entries.length === 0 && <p class="muted">{t('deadline.nothing')}</p>}
      <ol class="thread">
        {entries.map((event, i) => (
          <li key={event.rev} class={i === 0 ? 'entry entry--note' : 'entry entry--old'}>
            {event.seal === 'open' ? (
              <Entry deadline={readDeadline(event)} newest={i === 0} />
            ) : (
              <Notice kind="danger" title={t(event.seal === 'nokey' ? 'seal.nokey' : 'seal.damaged')} />
            )}
          </li>
        ))}
      </ol>
      {!view.readOnly && <Form view={view} />}
    </>
  );
}

function Entry({ deadline, newest }: { readonly deadline: Deadline; readonly newest: boolean }) {
  const { office, texts, today } = useConsole();
  const { t } = texts;
  const { event, day, act, note, more } = deadline;
  const left = day === '' ? undefined : daysBetween(today(), day);
  return (
    <>
      <p class="entry__head">
        <strong>{day === '' ? t('deadline.none') : t('deadline.until', { Day: showWeekday(texts, day) })}</strong>
        {newest && left !== undefined && <Badge kind={leftKind(left)}>{showLeft(texts, left)}</Badge>}
        <Badge kind="plain">{t(event.told ? 'deadline.told' : 'deadline.untold')}</Badge>
      </p>
      {newest && left !== undefined && left < 0 && <p>{t('deadline.late')}</p>}
      {act !== '' && (
        <p dir="auto">
          <Veiled text={act} />
        </p>
      )}
      {more.map((line) => (
        <p key={line.label} dir="auto">
          {line.label}: {t('deadline.until', { Day: showWeekday(texts, line.day) })}
        </p>
      ))}
      {note !== '' && (
        <p class="hint" dir="auto">
          <Veiled text={note} />
        </p>
      )}
      <p class="hint">
        <bdi>{office.nameOf(event.actor)}</bdi> · {showDay(texts, event.day)}
      </p>
    </>
  );
}

function Form({ view }: { readonly view: CaseView }) {
  const { file, texts, said } = useConsole();
  const { t } = texts;
  const [none, setNone] = useState(false);
  const [day, setDay] = useState('');
  const [act, setAct] = useState('');
  const [note, setNote] = useState('');
  const [told, setTold] = useState(view.canAnswer);
  const [tried, setTried] = useState(false);
  const dayFault = tried && !none && !isDay(day) ? t('deadline.fault.day') : undefined;
  const actFault = tried && !none && act.trim() === '' ? t('deadline.fault.act') : undefined;
  const again = file.trouble.value?.path === 'deadlines';
  const send = async () => {
    setTried(true);
    if (!none && (!isDay(day) || act.trim() === '')) return;
    const base = none ? { safe_day: '', act: '' } : { safe_day: day, act: act.trim() };
    // A note is for the office: the resident could read the whole body.
    const body = told || note.trim() === '' ? base : { ...base, note: note.trim() };
    const open = none ? {} : { due: mondayOf(day) };
    if (!(await file.send({ path: 'deadlines', kind: 'deadline', body, told, open }))) return;
    if ((view.card?.due ?? '') !== base.safe_day) await file.writeCard({ due: base.safe_day });
    setDay('');
    setAct('');
    setNote('');
    setTried(false);
    said.value = t('said.deadline');
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
      <h3>{t('deadline.new')}</h3>
      <Tick label={t('deadline.none.tick')} checked={none} onChange={setNone} />
      {!none && <DayFields day={day} act={act} dayFault={dayFault} actFault={actFault} onDay={setDay} onAct={setAct} />}
      {view.canAnswer && <Tick label={t('deadline.tell')} checked={told} onChange={setTold} />}
      {!told && <TextArea label={t('deadline.note')} rows={2} value={note} onInput={setNote} />}
      <div class="acts">
        <Button kind="primary" type="submit" busy={file.busy.value === 'deadlines'}>
          {t(again ? 'act.again' : 'deadline.save')}
        </Button>
      </div>
    </form>
  );
}

interface DayProps {
  readonly day: string;
  readonly act: string;
  readonly dayFault: string | undefined;
  readonly actFault: string | undefined;
  readonly onDay: (day: string) => void;
  readonly onAct: (act: string) => void;
}

function DayFields({ day, act, dayFault, actFault, onDay, onAct }: DayProps) {
  const { texts, today } = useConsole();
  const { t } = texts;
  return (
    <>
      <TextField
        label={t('deadline.day')}
        hint={isDay(day) ? showWeekday(texts, day) : t('deadline.day.hint', { Day: showDay(texts, today()) })}
        type="date"
        value={day}
        onInput={onDay}
        {...(dayFault === undefined ? {} : { fault: dayFault })}
      />
      <TextArea
        label={t('deadline.act')}
        hint={t('deadline.act.hint')}
        rows={2}
        value={act}
        onInput={onAct}
        {...(actFault === undefined ? {} : { fault: actFault })}
      />
    </>
  );
}
