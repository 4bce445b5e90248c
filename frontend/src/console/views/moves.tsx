// The next steps: what the server allows from here, in words what is missing,
// and the dialog in which a member gives the reason and the checks that only a
// reader of the case can make.
import { useState } from 'preact/hooks';
import type { Offer } from '../../shared/api.ts';
import { type CaseView, holds } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Select, TextArea, TextField, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { safeDay } from '../flags.ts';
import { addDays, daysBetween, isDay } from '../format.ts';
import { formatRoute, type Tab } from '../route.ts';
import type { Act } from '../state/file.ts';

/** Where a missing thing can be done. */
const WHERE: Readonly<Record<string, Tab>> = {
  has_coding: 'report',
  coded: 'report',
  documented: 'report',
  outcome: 'report',
  has_answer: 'thread',
  answer_newer: 'thread',
  has_deadline: 'deadlines',
};

/** missingOf lists what is still wanted: by the server, and by what the console can see itself. */
export function missingOf(offer: Offer, view: CaseView): readonly string[] {
  return [...offer.missing, ...offer.checks.filter((check) => holds(check, view) === false)];
}

/** Moves lists the ways on: open ones first. */
export function Moves({ view }: { readonly view: CaseView }) {
  const { texts } = useConsole();
  const { t } = texts;
  const [chosen, setChosen] = useState<Offer>();
  const open = view.moves.filter((offer) => missingOf(offer, view).length === 0 && offer.kind !== 'request');
  const shut = view.moves.filter((offer) => missingOf(offer, view).length > 0);
  const grave = view.moves.filter((offer) => missingOf(offer, view).length === 0 && offer.kind === 'request');
  return (
    <section class="moves">
      <h2>{t('moves.title')}</h2>
      {open.length + shut.length === 0 && <p class="muted">{t('moves.none')}</p>}
      {open.length > 0 && (
        <ul class="plain">
          {open.map((offer) => (
            <li key={offer.kind + offer.to}>
              <Button small onClick={() => setChosen(offer)}>
                {labelOf(texts, offer, view)}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {shut.length > 0 && (
        <ul class="plain moves__shut">
          {shut.map((offer) => (
            <Shut key={offer.kind + offer.to} offer={offer} view={view} />
          ))}
        </ul>
      )}
      {grave.length > 0 && (
        <ul class="plain moves__grave">
          {grave.map((offer) => (
            <li key={offer.to}>
              <Button small kind="tertiary" onClick={() => setChosen(offer)}>
                {labelOf(texts, offer, view)}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {chosen !== undefined && <MoveDialog offer={chosen} view={view} onClose={() => setChosen(undefined)} />}
    </section>
  );
}

function labelOf(texts: ReturnType<typeof useConsole>['texts'], offer: Offer, view: CaseView): string {
  if (offer.kind === 'request')
    return texts.t(offer.to === 'discarded' ? 'move.request.discard' : 'move.request.erase');
  if (offer.kind === 'approval') {
    if (view.waiting?.by === 'resident') return texts.t('move.approve.withdrawal');
    return texts.t(offer.to === 'discarded' ? 'move.approve.discard' : 'move.approve.erase');
  }
  return texts.maybe(`move.${view.summary.state}.${offer.to}`) ?? texts.label('move', offer.to);
}

function Shut({ offer, view }: { readonly offer: Offer; readonly view: CaseView }) {
  const { file, session, texts, said } = useConsole();
  const { t } = texts;
  const missing = missingOf(offer, view);
  const label = labelOf(texts, offer, view);
  const me = session.me.value;
  const takes = missing.length === 1 && missing[0] === 'has_assignment' && me !== undefined;
  const takeAndGo = async () => {
    if (me === undefined) return;
    if (!(await file.send({ path: 'assignments', kind: 'assignment', open: { member: me.member } }))) return;
    const open = { to: offer.to, checks: offer.checks };
    if (await file.send({ path: 'transitions', kind: 'transition', open })) said.value = t('said.move');
  };
  if (takes) {
    return (
      <li>
        <Button small kind="primary" busy={file.busy.value !== ''} onClick={() => void takeAndGo()}>
          {t('move.take', { Move: label })}
        </Button>
      </li>
    );
  }
  return (
    <li>
      <p class="moves__name">{label}</p>
      <ul class="moves__missing">
        {missing.map((key) => {
          const tab = WHERE[key];
          const words = texts.maybe(`missing.${key}`) ?? key;
          const href = tab === undefined ? undefined : formatRoute({ view: 'case', id: view.summary.case, tab });
          return <li key={key}>{href === undefined ? words : <a href={href}>{words}</a>}</li>;
        })}
      </ul>
    </li>
  );
}

interface DialogProps {
  readonly offer: Offer;
  readonly view: CaseView;
  readonly onClose: () => void;
}

function MoveDialog({ offer, view, onClose }: DialogProps) {
  const { file, texts, said, today } = useConsole();
  const { t } = texts;
  const [reason, setReason] = useState('');
  const [code, setCode] = useState('');
  const [resume, setResume] = useState(addDays(today(), 14));
  const [ticked, setTicked] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const byHand = offer.checks.filter((check) => holds(check, view) === undefined);
  const pressing = offer.checks.includes('safe_day') && isPressing(safeDay(view), today());
  const wantsReason = pressing || offer.to === 'paused';
  const faults = {
    code: offer.codes.length > 0 && code === '' ? t('move.fault.code') : '',
    resume: offer.resume === true && (!isDay(resume) || resume <= today()) ? t('move.fault.resume') : '',
    reason: wantsReason && reason.trim() === '' ? t('move.fault.reason') : '',
    checks: byHand.some((check) => !ticked.includes(check)) ? t('move.fault.checks') : '',
  };
  const good = Object.values(faults).every((fault) => fault === '');
  const shown = (fault: string) => (tried && fault !== '' ? { fault } : {});
  const send = async () => {
    setTried(true);
    if (!good) return;
    const act = actOf(offer, view, { reason: reason.trim(), code, resume });
    const done = await file.send(act);
    if (done) said.value = t('said.move');
    onClose();
  };
  return (
    <Dialog title={labelOf(texts, offer, view)} onClose={onClose}>
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
        {offer.four_eyes === true && (
          <Notice kind="info" title={t(offer.kind === 'approval' ? 'move.second' : 'move.first')} />
        )}
        {view.waiting !== undefined && offer.kind === 'approval' && <Asked view={view} />}
        {offer.codes.length > 0 && (
          <Select
            label={t('move.code')}
            value={code}
            options={[
              { value: '', label: t('coding.choose') },
              ...offer.codes.map((value) => ({ value, label: texts.label('code', value) })),
            ]}
            onChange={setCode}
            {...shown(faults.code)}
          />
        )}
        {offer.resume === true && (
          <TextField
            label={t('move.resume')}
            type="date"
            value={resume}
            onInput={setResume}
            {...shown(faults.resume)}
          />
        )}
        {byHand.length > 0 && (
          <fieldset class="checks">
            <legend>{t('move.checks')}</legend>
            {byHand.map((check) => (
              <Tick
                key={check}
                label={texts.label('check', check)}
                checked={ticked.includes(check)}
                onChange={(on) => setTicked(on ? [...ticked, check] : ticked.filter((other) => other !== check))}
              />
            ))}
            {tried && faults.checks !== '' && <p class="fault">{faults.checks}</p>}
          </fieldset>
        )}
        <TextArea
          label={t(wantsReason ? 'move.reason' : 'move.reason.optional')}
          hint={t(pressing ? 'move.reason.pressing' : 'move.reason.hint')}
          rows={3}
          value={reason}
          onInput={setReason}
          {...shown(faults.reason)}
        />
        <div class="acts">
          <Button kind="primary" type="submit" busy={file.busy.value !== ''}>
            {t('move.do')}
          </Button>
          <Button kind="tertiary" onClick={onClose}>
            {t('act.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Asked({ view }: { readonly view: CaseView }) {
  const { texts } = useConsole();
  const event = view.events.find((other) => other.op === view.waiting?.op);
  const reason = event?.body['reason'];
  return (
    <p>
      {event?.public.code !== undefined && <strong>{texts.label('code', event.public.code)} </strong>}
      {typeof reason === 'string' && <span dir="auto">{reason}</span>}
    </p>
  );
}

function isPressing(day: string, today: string): boolean {
  return day !== '' && daysBetween(today, day) <= 14;
}

interface Typed {
  readonly reason: string;
  readonly code: string;
  readonly resume: string;
}

/** actOf makes the act of an offer. A reason in words is sealed; without one the act has no box. */
export function actOf(offer: Offer, view: CaseView, typed: Typed): Act {
  const sealed = typed.reason === '' ? {} : { body: { reason: typed.reason } };
  const code = typed.code === '' ? {} : { code: typed.code };
  if (offer.kind === 'request') {
    return { path: 'requests', kind: 'request', ...sealed, open: { act: offer.act, ...code } };
  }
  if (offer.kind === 'approval') {
    return { path: 'approvals', kind: 'approval', ...sealed, open: { of: view.waiting?.op ?? '', ...code } };
  }
  const resume = offer.resume === true ? { resume: typed.resume } : {};
  const open = { to: offer.to, ...code, ...resume, ...(offer.checks.length > 0 ? { checks: offer.checks } : {}) };
  return { path: 'transitions', kind: 'transition', ...sealed, open };
}
