// Beside every part of a case: the next steps, who has it, what the person
// wishes and allows, and the deadline.

import { useEffect, useState } from 'preact/hooks';
import type { Member } from '../../shared/api.ts';
import { type CaseView, consentName, consentsOf } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useDraft } from '../components/draft.ts';
import { Select, TextArea, TextField } from '../components/field.tsx';
import { Fold } from '../components/fold.tsx';
import { later } from '../components/later.tsx';
import { Badge } from '../components/notice.tsx';
import { DraftNote } from '../components/offered.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { safeDay } from '../flags.ts';
import { daysBetween, leftKind, showDay, showLeft, showWeekday } from '../format.ts';
import { missingFacts } from '../letters.ts';
import { formatRoute } from '../route.ts';
import { Moves } from './moves.tsx';
import { TroubleNotice } from './trouble.tsx';

/** Conflict is the dialog of a conflict of interest. */
const Conflict = later(() => import('./conflict.tsx').then((m) => m.Conflict));
/** Marks are follow-up, labels and similar cases. */
const Marks = later(() => import('./marks.tsx').then((m) => m.Marks));

/** Beside is the column at the side. */
export function Beside({ view }: { readonly view: CaseView }) {
  const { t } = useConsole().texts;
  return (
    <aside class="beside" aria-label={t('beside.title')}>
      {!view.readOnly && <Moves view={view} />}
      <Assignment view={view} />
      <Due view={view} />
      <Consents view={view} />
      <Marks view={view} />
      <p>
        <a href={formatRoute({ view: 'export', id: view.summary.case })}>
          {t(view.waiting?.act === 'export' ? 'export.wait' : 'export.title')}
        </a>
      </p>
    </aside>
  );
}

function Assignment({ view }: { readonly view: CaseView }) {
  const { drafts, file, office, session, texts, said } = useConsole();
  const { t } = texts;
  const me = session.me.value;
  const has = view.summary.assignee;
  const note = draftKey(view.summary.case, 'assignment');
  const [choosing, setChoosing] = useState(() => drafts.get(note) !== '');
  const [conflict, setConflict] = useState(false);
  if (me === undefined) return null;
  const mine = has === me.member;
  const close = () => {
    drafts.set(note, '');
    setChoosing(false);
  };
  const give = async (member: string, words = '') => {
    const body = words === '' ? {} : { body: { reason: words } };
    if (!(await file.send({ path: 'assignments', kind: 'assignment', ...body, open: { member } }))) return;
    close();
    said.value = t('said.assignment');
  };
  const busy = file.busy.value === 'assignments';
  const others = office.colleagues(view.summary.desk).filter((member) => member.member !== has);
  const gives = (mine || me.role === 'coordinator') && others.length > 0;
  const who =
    has === '' ? <span class="muted">{t('row.nobody')}</span> : <bdi>{mine ? t('row.me') : office.nameOf(has)}</bdi>;
  return (
    <Fold title={t('beside.assignee')} value={who} aim="assign">
      <p>{who}</p>
      {!view.readOnly && (
        <div class="acts">
          {!mine && (has === '' || me.role === 'coordinator') && (
            <Button small busy={busy} onClick={() => void give(me.member)}>
              {t('assign.take')}
            </Button>
          )}
          {gives && !choosing && (
            <Button small kind="tertiary" onClick={() => setChoosing(true)}>
              {t('assign.give')}
            </Button>
          )}
          {mine && !choosing && (
            <Button small kind="tertiary" busy={busy} onClick={() => void give('')}>
              {t('assign.back')}
            </Button>
          )}
          <Button small kind="tertiary" onClick={() => setConflict(true)}>
            {t('conflict.open')}
          </Button>
        </div>
      )}
      {conflict && <Conflict view={view} onClose={() => setConflict(false)} />}
      {choosing && gives && !view.readOnly && <Give draft={note} others={others} onGive={give} onClose={close} />}
    </Fold>
  );
}

interface GiveProps {
  /** The key of the note's draft. */
  readonly draft: string;
  readonly others: readonly Member[];
  readonly onGive: (member: string, note: string) => Promise<void>;
  readonly onClose: () => void;
}

function Give({ draft, others, onGive, onClose }: GiveProps) {
  const { file, office, texts } = useConsole();
  const { t } = texts;
  const [chosen, setChosen] = useState('');
  const [note, setNote] = useDraft(draft);
  const options = others.map((member) => ({ value: member.member, label: office.nameOf(member.member) }));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== '') void onGive(chosen, note.trim());
      }}
    >
      <Select
        label={t('assign.to')}
        value={chosen}
        options={[{ value: '', label: t('coding.choose') }, ...options]}
        onChange={setChosen}
      />
      <TextArea label={t('assign.note')} hint={t('assign.note.hint')} rows={3} value={note} onInput={setNote} />
      <DraftNote text={note} />
      <div class="acts">
        <Button small kind="primary" type="submit" busy={file.busy.value === 'assignments'}>
          {t('assign.do')}
        </Button>
        <Button small kind="tertiary" onClick={onClose}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}

function Due({ view }: { readonly view: CaseView }) {
  const { rules, texts, today } = useConsole();
  const { t } = texts;
  const day = safeDay(view);
  const left = day === '' ? undefined : daysBetween(today(), day);
  const badge = left !== undefined && <Badge kind={leftKind(left)}>{showLeft(texts, left)}</Badge>;
  useEffect(() => void rules.load(), [rules]);
  const known = rules.data.value;
  // That none was found says little while the rules still ask for days.
  const asks = left === undefined && known !== undefined && missingFacts(known, view, today()).length > 0;
  const none = t(asks ? 'deadline.asks' : view.deadline === undefined ? 'deadline.nothing' : 'deadline.none');
  return (
    <Fold title={t('beside.deadline')} value={badge || none}>
      {left === undefined ? (
        <p class={asks ? undefined : 'muted'}>{none}</p>
      ) : (
        <p>
          {showWeekday(texts, day)} {badge}
        </p>
      )}
      <p>
        <a href={formatRoute({ view: 'case', id: view.summary.case, tab: 'deadlines' })}>{t('beside.deadlines')}</a>
      </p>
    </Fold>
  );
}

function Consents({ view }: { readonly view: CaseView }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const [open, setOpen] = useState(false);
  const consents = view.events.filter((event) => event.kind === 'consent' && consentsOf(event).length > 0);
  const wish = view.rung === '' ? t('told.unknown') : office.label('rung', view.rung);
  return (
    <Fold title={t('beside.wish')} value={wish}>
      <p class={view.rung === '' ? 'muted' : undefined}>{wish}</p>
      {consents.length === 0 && <p class="muted">{t('consent.none')}</p>}
      {consents.length > 0 && (
        <ul class="plain">
          {consents.map((event) => (
            <li key={event.rev}>
              {consentsOf(event)
                .map((id) => texts.label('consent', consentName(id)))
                .join(', ')}
              <span class="row__sub">
                {showDay(texts, event.day)} · {t(event.actor === 'resident' ? 'thread.resident' : 'thread.office')}
              </span>
            </li>
          ))}
        </ul>
      )}
      {view.canAnswer && !view.readOnly && (
        <Button small kind="tertiary" onClick={() => setOpen(true)}>
          {t('consent.record')}
        </Button>
      )}
      {open && <Record view={view} onClose={() => setOpen(false)} />}
    </Fold>
  );
}

/** The texts that a person can agree to, in their current version. */
const TEXTS = ['art9/1', 'contact/1', 'passon/1', 'example/1'] as const;

function Record({ view, onClose }: { readonly view: CaseView; readonly onClose: () => void }) {
  const { file, texts, said } = useConsole();
  const { t } = texts;
  const [id, setId] = useState<string>(TEXTS[0]);
  const [how, setHow] = useDraft(draftKey(view.summary.case, 'consent'));
  const [tried, setTried] = useState(false);
  const send = async () => {
    setTried(true);
    if (how.trim() === '') return;
    const rung = view.rung || 'read_it';
    const body = { text: id, rung, how: how.trim() };
    const open = { rung, text: id, track: view.summary.track };
    if (!(await file.send({ path: 'consents', kind: 'consent', body, told: true, open }))) return;
    said.value = t('said.consent');
    setHow('');
    onClose();
  };
  const failed = tried && file.trouble.value?.path === 'consents';
  const leave = () => {
    if (!failed) setHow('');
    onClose();
  };
  return (
    <Dialog title={t('consent.record')} onClose={leave}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p>{t('consent.text')}</p>
        <Select
          label={t('consent.which')}
          value={id}
          options={TEXTS.map((value) => ({ value, label: texts.label('consent', consentName(value)) }))}
          onChange={setId}
        />
        <TextField
          label={t('consent.how')}
          hint={t('consent.how.hint')}
          value={how}
          onInput={setHow}
          {...(tried && how.trim() === '' ? { fault: t('consent.fault') } : {})}
        />
        {failed && <TroubleNotice view={view} />}
        <div class="acts">
          <Button kind="primary" type="submit" busy={file.busy.value === 'consents'}>
            {t(failed ? 'act.again' : 'act.save')}
          </Button>
          <Button kind="tertiary" onClick={leave}>
            {t('act.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
