// Somebody who knows one of the people in a case gives it away, without having
// to say why. If the whole desk is concerned, another desk may only get the case
// when the person agrees; what was sealed for this desk stays with it.
import { useState } from 'preact/hooks';
import { type CaseView, consentsOf } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Select, TextArea } from '../components/field.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { NOBODY } from '../filter.ts';
import { deskBody } from '../records.ts';
import { TroubleNotice } from './trouble.tsx';

interface Props {
  readonly view: CaseView;
  readonly onClose: () => void;
}

/** Conflict is the dialog of a conflict of interest. */
export function Conflict({ view, onClose }: Props) {
  const { drafts, office, session, texts, go } = useConsole();
  const { t } = texts;
  const me = session.me.value;
  const may = me?.role === 'coordinator' || view.summary.assignee === me?.member;
  return (
    <Dialog title={t('conflict.title')} onClose={onClose}>
      <p>{t('conflict.lead')}</p>
      {may ? <Away view={view} onClose={onClose} /> : <p>{t('conflict.tell')}</p>}
      <h3>{t('conflict.desk')}</h3>
      <p>{t('conflict.desk.text')}</p>
      <OtherDesks
        others={(office.data.value?.desks ?? []).filter(({ id }) => id !== view.summary.desk)}
        choose={(desk) => {
          drafts.set(draftKey(view.summary.case, 'referral-body'), deskBody(desk));
          onClose();
          go({ view: 'case', id: view.summary.case, tab: 'measures' });
        }}
      />
      <p>
        <strong>{t(agreed(view) ? 'conflict.agreed' : 'conflict.not')}</strong>{' '}
        <Button
          small
          kind="tertiary"
          onClick={() => {
            onClose();
            go({ view: 'case', id: view.summary.case, tab: 'thread' });
          }}
        >
          {t('conflict.ask')}
        </Button>
      </p>
      {!may && (
        <div class="acts">
          <Button kind="tertiary" onClick={onClose}>
            {t('act.cancel')}
          </Button>
        </div>
      )}
    </Dialog>
  );
}

/** agreed says whether a consent to pass something on is recorded. */
function agreed(view: CaseView): boolean {
  return view.events.some(
    (event) => event.kind === 'consent' && consentsOf(event).some((id) => id.startsWith('passon/')),
  );
}

interface OtherProps {
  readonly others: readonly { readonly id: string; readonly name: string }[];
  readonly choose: (desk: string) => void;
}

function OtherDesks({ others, choose }: OtherProps) {
  const { t } = useConsole().texts;
  if (others.length === 0) return <p class="hint">{t('conflict.alone')}</p>;
  return (
    <ul>
      {others.map(({ id, name }) => (
        <li key={id}>
          <bdi>{name}</bdi>{' '}
          <Button small kind="tertiary" onClick={() => choose(id)}>
            {t('conflict.summary')}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function Away({ view, onClose }: Props) {
  const { file, office, session, texts, said } = useConsole();
  const { t } = texts;
  const [who, setWho] = useState('');
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const failed = tried && file.trouble.value?.path === 'assignments';
  const me = session.me.value?.member;
  const others = office.colleagues(view.summary.desk).filter(({ member }) => member !== me);
  const give = async () => {
    setTried(true);
    if (who === '') return;
    const reason = note.trim();
    const open = { member: who === NOBODY ? '' : who };
    const body = reason === '' ? {} : { body: { reason } };
    if (!(await file.send({ path: 'assignments', kind: 'assignment', ...body, open }))) return;
    said.value = t('said.assignment');
    onClose();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void give();
      }}
    >
      <Select
        label={t('assign.to')}
        value={who}
        options={[
          { value: '', label: t('coding.choose') },
          ...others.map(({ member }) => ({ value: member, label: office.nameOf(member) })),
          { value: NOBODY, label: t('bulk.nobody') },
        ]}
        onChange={setWho}
        {...(tried && who === '' ? { fault: t('bulk.assign.fault') } : {})}
      />
      <TextArea label={t('assign.note')} hint={t('conflict.note')} rows={2} value={note} onInput={setNote} />
      {failed && <TroubleNotice view={view} />}
      <div class="acts">
        <Button kind="primary" type="submit" busy={file.busy.value === 'assignments'}>
          {t(failed ? 'act.again' : 'conflict.do')}
        </Button>
        <Button kind="tertiary" onClick={onClose}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}
