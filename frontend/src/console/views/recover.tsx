// Recovery after all member keys were lost: the operator's code, the sheet from
// the safe (or two of three), and then a new coordinator with new keys.
import { useEffect, useState } from 'preact/hooks';
import type { RecoverySheets } from '../../shared/api.ts';
import { Failure } from '../client.ts';
import { Button } from '../components/button.tsx';
import { TextField, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Pin } from '../components/pin.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import { TaskError } from '../rpc.ts';
import type { Recovered } from '../sheets.ts';
import type { Key } from '../texts.ts';
import { Letters } from './rehearsal.tsx';
import { Back, Making, Shown } from './setup.tsx';
import { Sheet } from './sheet.tsx';

type Stage = 'sheet' | 'words' | 'back' | 'making' | 'print' | 'sending' | 'done';

interface Draft {
  readonly display: string;
  readonly name: string;
  readonly words: string;
  readonly typed: readonly string[];
  readonly trustees: boolean;
}

function recoverFault(error: unknown): Key {
  if (error instanceof TaskError) {
    if (error.key === 'paper') return 'recover.fault.paper';
    return error.key === 'swapped' ? 'recover.fault.swapped' : 'unlock.fault.worker';
  }
  if (!(error instanceof Failure)) return 'unlock.fault.internal';
  if (error.status === 404) return 'join.fault.code';
  if (error.status === 409) return 'setup.fault.taken';
  return error.unclear ? 'setup.fault.network' : 'unlock.fault.internal';
}

function useRecovery(code: string) {
  const { vault, client, session } = useConsole();
  const [stage, setStage] = useState<Stage>('sheet');
  const [draft, setDraft] = useState<Draft>({ display: '', name: '', words: '', typed: [], trustees: false });
  const [percent, setPercent] = useState(0);
  const [made, setMade] = useState<Recovered>();
  const [fault, setFault] = useState<Key | ''>('');
  const attempt = async (next: Stage, back: Stage, what: () => Promise<void>) => {
    setFault('');
    try {
      await what();
      setStage(next);
    } catch (error) {
      setFault(recoverFault(error));
      setStage(back);
    }
  };
  const choose = () =>
    attempt('words', 'sheet', async () => {
      setDraft({ ...draft, words: draft.words || (await vault.call('passphrase', [])) });
    });
  const make = () => {
    setStage('making');
    return attempt('print', 'sheet', async () => {
      const { sheets, keys }: RecoverySheets = await client.recoverySheets(code);
      const member = await vault.call('memberOf', [code]);
      const input = { ...draft, code, member, sheets, pinned: keys, site: session.begin.value?.site ?? '' };
      setMade(await vault.call('recover', [input], { progress: setPercent }));
    });
  };
  const send = () => {
    setStage('sending');
    return attempt('done', 'print', async () => {
      if (made === undefined) return;
      await client.recover(made.body);
      // The new letters are on paper now; nothing of them stays here.
      setMade({ ...made, paper: { letters: [] } });
      setDraft({ ...draft, words: '', typed: [] });
    });
  };
  return { stage, setStage, draft, setDraft, percent, made, fault, choose, make, send };
}

/** Recover leads from the sheet to a new coordinator. */
export function Recover({ code }: { readonly code: string }) {
  const { session, texts } = useConsole();
  const { t } = texts;
  const { stage, setStage, draft, setDraft, percent, made, fault, choose, make, send } = useRecovery(code);
  useEffect(() => {
    // The code must not stay in the address bar and the history.
    history.replaceState(null, '', location.pathname);
  }, []);
  const open = () => {
    location.hash = '#today';
    void session.load();
  };
  return (
    <main class="gate gate--wide" id="main">
      <Title page={t('recover.title')}>{t('recover.title')}</Title>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      {stage === 'sheet' && <Begin draft={draft} onInput={setDraft} onNext={() => void choose()} />}
      {stage === 'words' && <Shown words={draft.words} onNext={() => setStage('back')} />}
      {stage === 'back' && <Back words={draft.words} onBack={() => setStage('words')} onNext={() => void make()} />}
      {stage === 'making' && <Making percent={percent} />}
      {(stage === 'print' || stage === 'sending') && made !== undefined && (
        <Sheet
          printed={{ letters: made.paper.letters, fingerprints: made.fingerprints }}
          busy={stage === 'sending'}
          onNext={() => void send()}
        />
      )}
      {stage === 'done' && made !== undefined && (
        <section>
          <Notice kind="success" title={t('recover.done')} />
          <p>{t('recover.next')}</p>
          {made.fingerprints.map(({ desk, digits }) => (
            <Pin key={desk} desk={desk} digits={digits} />
          ))}
          <Button onClick={open}>{t('join.login')}</Button>
        </section>
      )}
    </main>
  );
}

interface BeginProps {
  readonly draft: Draft;
  readonly onInput: (draft: Draft) => void;
  readonly onNext: () => void;
}

function Begin({ draft, onInput, onNext }: BeginProps) {
  const { t } = useConsole().texts;
  const [tried, setTried] = useState(false);
  const named = /^[a-z0-9.-]{3,32}$/.test(draft.name);
  const shown = draft.display.trim() !== '';
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (named && shown) onNext();
      }}
    >
      <p class="lead">{t('recover.lead')}</p>
      <Letters typed={draft.typed} onInput={(typed) => onInput({ ...draft, typed })} />
      <TextField
        label={t('setup.display')}
        hint={t('setup.display.hint')}
        value={draft.display}
        onInput={(display) => onInput({ ...draft, display })}
        {...(tried && !shown ? { fault: t('setup.fault.display') } : {})}
      />
      <TextField
        label={t('unlock.name')}
        hint={t('setup.name.hint')}
        value={draft.name}
        onInput={(name) => onInput({ ...draft, name: name.toLowerCase().trim() })}
        name="username"
        dir="ltr"
        {...(tried && !named ? { fault: t('unlock.fault.name') } : {})}
      />
      <Tick
        label={t('newsheet.trustees')}
        checked={draft.trustees}
        onChange={(trustees) => onInput({ ...draft, trustees })}
      />
      <Button kind="primary" type="submit">
        {t('setup.next')}
      </Button>
    </form>
  );
}
