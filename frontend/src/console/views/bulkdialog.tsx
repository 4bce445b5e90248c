// The dialogs of acts on many cases: who gets them, which labels they have,
// where they go.
import { useEffect, useId, useState } from 'preact/hooks';
import { LABELS, tidyLabel } from '../cardtext.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Field, Select, TextArea, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { NOBODY } from '../filter.ts';
import type { Job, Way } from '../state/bulk.ts';

interface Props {
  readonly onClose: () => void;
}

/** useRun starts a job, closes the dialog and leaves the rest to the bar. */
function useRun(onClose: () => void): (job: Job) => void {
  const { bulk } = useConsole();
  return (job) => {
    onClose();
    void bulk.run(job);
  };
}

/** AssignDialog gives the chosen cases to a colleague, with a word on why. */
export function AssignDialog({ onClose }: Props) {
  const { bulk, office, session, texts } = useConsole();
  const { t } = texts;
  const [who, setWho] = useState('');
  const [note, setNote] = useState('');
  const [tried, setTried] = useState(false);
  const run = useRun(onClose);
  const me = session.me.value;
  const ids = [...new Set((me?.desks ?? []).flatMap((desk) => office.colleagues(desk)).map(({ member }) => member))];
  const options = [
    { value: '', label: t('coding.choose') },
    ...ids.map((member) => ({ value: member, label: member === me?.member ? t('bulk.me') : office.nameOf(member) })),
    { value: NOBODY, label: t('bulk.nobody') },
  ];
  return (
    <Dialog title={t('bulk.assign.title', { N: bulk.chosen.value.size })} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (who !== '') {
            run({ what: 'assign', member: who === NOBODY ? '' : who, note: note.trim(), add: [], remove: [] });
          }
        }}
      >
        <Select
          label={t('assign.to')}
          value={who}
          options={options}
          onChange={setWho}
          {...(tried && who === '' ? { fault: t('bulk.assign.fault') } : {})}
        />
        <TextArea label={t('assign.note')} hint={t('assign.note.hint')} rows={3} value={note} onInput={setNote} />
        {me?.role !== 'coordinator' && <p class="hint">{t('bulk.assign.own')}</p>}
        <div class="acts">
          <Button kind="primary" type="submit">
            {t('assign.do')}
          </Button>
          <Button kind="tertiary" onClick={onClose}>
            {t('act.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** LabelDialog adds a label to the chosen cases, or takes labels away. */
export function LabelDialog({ onClose }: Props) {
  const { bulk, inbox, vault, texts, today } = useConsole();
  const { t } = texts;
  const [typed, setTyped] = useState('');
  const [gone, setGone] = useState<readonly string[]>([]);
  const [here, setHere] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const list = useId();
  const run = useRun(onClose);
  useEffect(() => {
    void vault.call('rowsOf', [[...bulk.chosen.peek()], today()]).then(
      (rows) => setHere([...new Set(rows.flatMap(({ labels }) => labels))].sort((a, b) => a.localeCompare(b))),
      () => undefined,
    );
  }, [bulk, vault, today]);
  const label = tidyLabel(typed);
  const nothing = label === '' && gone.length === 0;
  return (
    <Dialog title={t('bulk.label.title', { N: bulk.chosen.value.size })} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!nothing) run({ what: 'label', add: label === '' ? [] : [label], remove: gone });
        }}
      >
        <Field
          label={t('bulk.label.add')}
          hint={t('bulk.label.hint', { N: LABELS.letters })}
          {...(tried && nothing ? { fault: t('bulk.label.fault') } : {})}
        >
          {(wiring) => (
            <input
              {...wiring}
              class="input"
              dir="auto"
              autocomplete="off"
              spellcheck={false}
              translate={false}
              list={list}
              maxLength={LABELS.letters}
              value={typed}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          )}
        </Field>
        <datalist id={list}>
          {Object.values(inbox.page.value?.labels ?? {}).map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
        {here.length > 0 && (
          <fieldset class="checks">
            <legend>{t('bulk.label.remove')}</legend>
            {here.map((one) => (
              <Tick
                key={one}
                label={<span dir="auto">{one}</span>}
                checked={gone.includes(one)}
                onChange={(on) => setGone(on ? [...gone, one] : gone.filter((other) => other !== one))}
              />
            ))}
          </fieldset>
        )}
        <div class="acts">
          <Button kind="primary" type="submit">
            {t('act.save')}
          </Button>
          <Button kind="tertiary" onClick={onClose}>
            {t('act.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** MoveDialog asks the server where the chosen cases can go, and sends them there. */
export function MoveDialog({ onClose }: Props) {
  const { bulk, texts } = useConsole();
  const { t } = texts;
  const [ways, setWays] = useState<readonly Way[]>();
  const [failed, setFailed] = useState(false);
  const [to, setTo] = useState('');
  const [code, setCode] = useState('');
  const [tried, setTried] = useState(false);
  const run = useRun(onClose);
  useEffect(() => {
    void bulk.ways().then(setWays, () => setFailed(true));
  }, [bulk]);
  const way = ways?.find((one) => one.to === to);
  const wants = (way?.codes.length ?? 0) > 0;
  const total = bulk.chosen.value.size;
  const leave = () => {
    bulk.stop();
    onClose();
  };
  const going = bulk.progress.value;
  return (
    <Dialog title={t('bulk.move.title', { N: total })} onClose={leave}>
      {failed && <Notice kind="danger" alert title={t('bulk.move.failed')} />}
      {ways === undefined && !failed && (
        <div class="cardnews">
          <p id="bulk-ways">{t('bulk.move.asking', { Done: going?.done ?? 0, Total: total })}</p>
          <progress max={total} value={going?.done ?? 0} aria-labelledby="bulk-ways" />
        </div>
      )}
      {ways?.length === 0 && <p>{t('bulk.move.none')}</p>}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (way !== undefined && (!wants || code !== '')) run({ what: 'move', to, code });
        }}
      >
        {ways !== undefined && ways.length > 0 && (
          <fieldset class="checks">
            <legend>{t('bulk.move.to')}</legend>
            {ways.map((one) => (
              <label key={one.to} class="tick">
                <input
                  type="radio"
                  name="way"
                  checked={to === one.to}
                  onChange={() => {
                    setTo(one.to);
                    setCode('');
                  }}
                />
                <span>
                  {texts.label('state', one.to)}{' '}
                  <span class="muted">{t('bulk.move.cases', { N: one.cases, Of: total })}</span>
                </span>
              </label>
            ))}
            {tried && way === undefined && <p class="fault">{t('bulk.move.fault')}</p>}
          </fieldset>
        )}
        {wants && (
          <Select
            label={t('move.code')}
            value={code}
            options={[
              { value: '', label: t('coding.choose') },
              ...(way?.codes ?? []).map((value) => ({ value, label: texts.label('code', value) })),
            ]}
            onChange={setCode}
            {...(tried && code === '' ? { fault: t('move.fault.code') } : {})}
          />
        )}
        <p class="hint">{t('bulk.move.hint')}</p>
        <div class="acts">
          {ways !== undefined && ways.length > 0 && (
            <Button kind="primary" type="submit">
              {t('bulk.move.do')}
            </Button>
          )}
          <Button kind="tertiary" onClick={leave}>
            {t('act.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
