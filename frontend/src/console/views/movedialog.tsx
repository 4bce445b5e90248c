// The dialog of a move: the reason, and the checks that only a reader of the
// case can make.
import { useState } from 'preact/hooks';
import type { Offer } from '../../shared/api.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { useDraft } from '../components/draft.ts';
import { Select, TextArea, TextField, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Veiled } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { safeDay } from '../flags.ts';
import { addDays, daysBetween, showDay, showLeft, showWeekday } from '../format.ts';
import {
  actOf,
  checksByHand,
  type Faults,
  isPressing,
  labelOf,
  moveFaults,
  type Typed,
  wantsReason,
} from '../moves.ts';
import type { Key } from '../texts.ts';
import { Known } from './known.tsx';
import { TroubleNotice } from './trouble.tsx';

interface DialogProps {
  readonly offer: Offer;
  readonly view: CaseView;
  /** onClose tells whether the case moved. */
  readonly onClose: (moved: boolean) => void;
}

/** MoveDialog asks for what a move needs, and makes it. */
export function MoveDialog({ offer, view, onClose }: DialogProps) {
  const { file, texts, said, today } = useConsole();
  const { t } = texts;
  const [reason, setReason] = useDraft(draftKey(view.summary.case, 'reason'));
  const [chosen, setChosen] = useState({ code: '', resume: addDays(today(), 14), ticked: [] as readonly string[] });
  const [tried, setTried] = useState(false);
  const typed: Typed = { ...chosen, reason };
  const tidy = { ...typed, reason: reason.trim() };
  const faults = moveFaults(offer, view, tidy, today());
  const { path } = actOf(offer, view, tidy);
  const failed = tried && file.trouble.value?.path === path;
  const leave = (moved: boolean) => {
    // The page goes on saying that the words are still there: they are, when the step is opened again.
    if (moved || !failed) setReason('');
    onClose(moved);
  };
  const send = async () => {
    setTried(true);
    if (Object.values(faults).some((fault) => fault !== '')) return;
    if (!(await file.send(actOf(offer, view, tidy)))) return;
    const done = file.status.value === 'erased' ? 'case.erased' : 'said.move';
    said.value = t(offer.kind === 'request' ? 'said.request' : done);
    leave(true);
  };
  return (
    <Dialog title={labelOf(texts, offer, view)} onClose={() => leave(false)}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <p>
          {texts.label('state', view.summary.state)} → <strong>{texts.label('state', offer.to)}</strong>
        </p>
        {offer.four_eyes === true && <Notice kind="info" title={t(noticeOf(offer))} />}
        {view.waiting !== undefined && offer.kind === 'approval' && <Asked view={view} />}
        {isPressing(offer, view, today()) && <Pressing view={view} />}
        <MoveFields
          offer={offer}
          view={view}
          typed={typed}
          faults={tried ? faults : undefined}
          change={({ reason: words, ...next }) => {
            if (words !== undefined) setReason(words);
            setChosen({ ...chosen, ...next });
          }}
        />
        {failed && <TroubleNotice view={view} />}
        <div class="acts">
          <Button kind="primary" type="submit" busy={file.busy.value === path}>
            {t(failed ? 'act.again' : 'move.do')}
          </Button>
          <Button kind="tertiary" onClick={() => leave(false)}>
            {t('act.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface FieldsProps {
  readonly offer: Offer;
  readonly view: CaseView;
  readonly typed: Typed;
  /** What to tell at the fields; nothing before the first try. */
  readonly faults: Faults | undefined;
  readonly change: (next: Partial<Typed>) => void;
}

function MoveFields({ offer, view, typed, faults, change }: FieldsProps) {
  const { texts, today } = useConsole();
  const { t } = texts;
  const shown = (key: Key | '' | undefined) => (key === undefined || key === '' ? {} : { fault: t(key) });
  const codes = offer.codes.map((value) => ({ value, label: texts.label('code', value) }));
  const wants = wantsReason(offer, view, today());
  return (
    <>
      {codes.length > 0 && (
        <Select
          label={t('move.code')}
          value={typed.code}
          options={[{ value: '', label: t('coding.choose') }, ...codes]}
          onChange={(code) => change({ code })}
          {...shown(faults?.code)}
        />
      )}
      {offer.resume === true && (
        <TextField
          label={t('move.resume')}
          type="date"
          value={typed.resume}
          onInput={(resume) => change({ resume })}
          {...shown(faults?.resume)}
        />
      )}
      <Checks
        checks={checksByHand(offer, view)}
        view={view}
        ticked={typed.ticked}
        fault={faults?.checks ?? ''}
        onChange={(ticked) => change({ ticked })}
      />
      <TextArea
        label={t(wants ? 'move.reason' : 'move.reason.optional')}
        hint={t('move.reason.hint')}
        rows={3}
        value={typed.reason}
        onInput={(reason) => change({ reason })}
        {...shown(faults?.reason)}
      />
    </>
  );
}

/** Pressing names the deadline that lies near: closing is possible, not in silence. */
function Pressing({ view }: { readonly view: CaseView }) {
  const { texts, today } = useConsole();
  const { t } = texts;
  const day = safeDay(view);
  const left = daysBetween(today(), day);
  const words = { Day: showWeekday(texts, day), Left: showLeft(texts, left) };
  return (
    <Notice kind="warning" title={t(left < 0 ? 'move.near.past' : 'move.near', words)}>
      <p>{t('move.near.text')}</p>
    </Notice>
  );
}

interface ChecksProps {
  readonly checks: readonly string[];
  readonly view: CaseView;
  readonly ticked: readonly string[];
  readonly fault: Key | '';
  readonly onChange: (ticked: readonly string[]) => void;
}

function Checks({ checks, view, ticked, fault, onChange }: ChecksProps) {
  const { texts } = useConsole();
  if (checks.length === 0) return null;
  return (
    <fieldset class="checks">
      <legend>{texts.t('move.checks')}</legend>
      {checks.map((check) => (
        <Tick
          key={check}
          label={texts.label('check', check)}
          mark={<Known check={check} view={view} />}
          checked={ticked.includes(check)}
          onChange={(on) => onChange(on ? [...ticked, check] : ticked.filter((other) => other !== check))}
        />
      ))}
      {fault !== '' && (
        <p class="fault" role="alert">
          {texts.t(fault)}
        </p>
      )}
    </fieldset>
  );
}

/** noticeOf says what four eyes mean here. */
function noticeOf(offer: Offer): Key {
  if (offer.kind !== 'approval') return 'move.first';
  return offer.to === 'discarded' ? 'move.second.discard' : 'move.second';
}

/** Asked tells who asked for what is to be approved, and why. */
function Asked({ view }: { readonly view: CaseView }) {
  const { office, texts } = useConsole();
  const event = view.events.find((other) => other.op === view.waiting?.op);
  const reason = event?.body['reason'];
  return (
    <>
      {event !== undefined && view.waiting?.by !== 'resident' && (
        <p>{texts.t('move.asked', { Name: office.nameOf(event.actor), Day: showDay(texts, event.day) })}</p>
      )}
      {event?.public.code !== undefined && (
        <p>
          {texts.t('move.code')}: <strong>{texts.label('code', event.public.code)}</strong>
        </p>
      )}
      {typeof reason === 'string' && (
        <p dir="auto">
          <Veiled text={reason} />
        </p>
      )}
    </>
  );
}
