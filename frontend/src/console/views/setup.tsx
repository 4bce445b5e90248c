// The first set-up of an office (protocol.md §2.3): a passphrase that is made
// and typed back, the keys, the recovery sheet, and what the operator has to do
// next. Nothing is sent before the sheet was confirmed.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure } from '../client.ts';
import { Button } from '../components/button.tsx';
import { TextField, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Pin } from '../components/pin.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import type { Founding } from '../founding.ts';
import type { Key } from '../texts.ts';
import { Sheet } from './sheet.tsx';

/** BACK are the words that are asked for, counted from 1. */
const BACK = [2, 4, 7] as const;

type Stage = 'name' | 'words' | 'back' | 'making' | 'sheet' | 'sending' | 'done';

/** A Draft is what the coordinator chose and what was made so far. */
interface Draft {
  readonly name: string;
  readonly display: string;
  readonly words: string;
}

/** useSetup keeps what was chosen and made, and makes and sends it. */
function useSetup(code: string) {
  const { vault, client, session } = useConsole();
  const [stage, setStage] = useState<Stage>('name');
  const [draft, setDraft] = useState<Draft>({ name: '', display: '', words: '' });
  const [percent, setPercent] = useState(0);
  const [founding, setFounding] = useState<Founding>();
  const [fault, setFault] = useState<Key | ''>('');

  const choose = async (next: Draft) => {
    setDraft({ ...next, words: next.words || (await vault.call('passphrase', [])) });
    setStage('words');
  };

  const make = async () => {
    const begin = session.begin.value;
    if (begin === undefined) return;
    setStage('making');
    try {
      const desks = begin.desks.map((desk) => desk.id);
      const input = { ...draft, site: begin.site, code, desks };
      setFounding(await vault.call('found', [input], { progress: setPercent }));
      setStage('sheet');
    } catch {
      setFault('unlock.fault.worker');
      setStage('back');
    }
  };

  const send = async () => {
    if (founding === undefined) return;
    setStage('sending');
    setFault('');
    try {
      await client.setUp(founding.body);
      // The paper key is on paper now; nothing of it stays here.
      setFounding({ ...founding, paper: '' });
      setDraft({ ...draft, words: '' });
      setStage('done');
    } catch (error) {
      setFault(setupFault(error));
      setStage('sheet');
    }
  };

  return { stage, setStage, draft, percent, founding, fault, choose, make, send };
}

/** Setup leads through the set-up. */
export function Setup({ code }: { readonly code: string }) {
  const { t } = useConsole().texts;
  const { stage, setStage, draft, percent, founding, fault, choose, make, send } = useSetup(code);
  useEffect(() => {
    // The code must not stay in the address bar and the history.
    history.replaceState(null, '', location.pathname);
  }, []);
  const main = useRef<HTMLElement>(null);
  useEffect(() => {
    // The button that led on is gone: the focus goes to the new stage's heading.
    if (stage !== 'name')
      (main.current?.querySelector<HTMLElement>('h2') ?? main.current?.querySelector('h1'))?.focus();
  }, [stage]);
  return (
    <main class="gate gate--wide" id="main" ref={main}>
      <Title page={t('setup.title')}>{t('setup.title')}</Title>
      <Stages stage={stage} />
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      {stage === 'name' && <Names draft={draft} onNext={choose} />}
      {stage === 'words' && <Shown words={draft.words} onNext={() => setStage('back')} />}
      {stage === 'back' && <Back words={draft.words} onBack={() => setStage('words')} onNext={() => void make()} />}
      {stage === 'making' && <Making percent={percent} />}
      {(stage === 'sheet' || stage === 'sending') && founding !== undefined && (
        <Sheet
          printed={{ letters: [founding.paper], fingerprints: founding.fingerprints }}
          busy={stage === 'sending'}
          onNext={() => void send()}
        />
      )}
      {stage === 'done' && founding !== undefined && <Done founding={founding} />}
    </main>
  );
}

/** Making is one stage of making an account. */
export function Making({ percent }: { readonly percent: number }) {
  const { t } = useConsole().texts;
  return (
    <p class="gate__progress" role="status">
      <progress max={100} value={percent} aria-label={t('unlock.progress')} />
      <span>{t('setup.making')}</span>
    </p>
  );
}

function setupFault(error: unknown): Key {
  if (!(error instanceof Failure)) return 'unlock.fault.internal';
  if (error.status === 404) return 'setup.fault.code';
  if (error.status === 409) return 'setup.fault.taken';
  if (error.status === 403) return 'setup.fault.there';
  return error.unclear ? 'setup.fault.network' : 'unlock.fault.internal';
}

const STAGES: readonly (readonly [Key, readonly Stage[]])[] = [
  ['setup.stage.name', ['name']],
  ['setup.stage.words', ['words', 'back']],
  ['setup.stage.sheet', ['making', 'sheet', 'sending']],
  ['setup.stage.done', ['done']],
];

function Stages({ stage }: { readonly stage: Stage }) {
  const { t } = useConsole().texts;
  return (
    <ol class="stages">
      {STAGES.map(([key, stages]) => (
        <li key={key} aria-current={stages.includes(stage) ? 'step' : undefined}>
          {t(key)}
        </li>
      ))}
    </ol>
  );
}

function Names({ draft, onNext }: { readonly draft: Draft; readonly onNext: (draft: Draft) => Promise<void> }) {
  const { t } = useConsole().texts;
  const [display, setDisplay] = useState(draft.display);
  const [name, setName] = useState(draft.name);
  const [tried, setTried] = useState(false);
  const displayFault = tried && display.trim() === '' ? t('setup.fault.display') : undefined;
  const nameFault = tried && !/^[a-z0-9.-]{3,32}$/.test(name.trim()) ? t('unlock.fault.name') : undefined;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        const next = { ...draft, display: display.trim(), name: name.trim() };
        if (next.display !== '' && /^[a-z0-9.-]{3,32}$/.test(next.name)) void onNext(next);
      }}
    >
      <p class="lead">{t('setup.lead')}</p>
      <TextField
        label={t('setup.display')}
        hint={t('setup.display.hint')}
        value={display}
        onInput={setDisplay}
        {...(displayFault === undefined ? {} : { fault: displayFault })}
      />
      <TextField
        label={t('unlock.name')}
        hint={t('setup.name.hint')}
        value={name}
        onInput={(value) => setName(value.toLowerCase())}
        name="username"
        dir="ltr"
        {...(nameFault === undefined ? {} : { fault: nameFault })}
      />
      <Button kind="primary" type="submit">
        {t('setup.next')}
      </Button>
    </form>
  );
}

/** Shown is one stage of making an account. */
export function Shown({ words, onNext }: { readonly words: string; readonly onNext: () => void }) {
  const { t } = useConsole().texts;
  return (
    <section>
      <h2 tabIndex={-1}>{t('setup.words.title')}</h2>
      <p>{t('setup.words.lead')}</p>
      <ol class="words" dir="ltr" lang="en" translate={false}>
        {words.split(' ').map((word, i) => (
          <li key={i}>{word}</li>
        ))}
      </ol>
      <Notice kind="warning" title={t('setup.words.once')}>
        <p>{t('setup.words.keep')}</p>
      </Notice>
      <Button kind="primary" onClick={onNext}>
        {t('setup.words.written')}
      </Button>
    </section>
  );
}

/** Back is one stage of making an account. */
export function Back(props: { readonly words: string; readonly onBack: () => void; readonly onNext: () => void }) {
  const { t } = useConsole().texts;
  const right = props.words.split(' ');
  const [typed, setTyped] = useState<readonly string[]>(BACK.map(() => ''));
  const [tried, setTried] = useState(false);
  const good = BACK.map((n, i) => typed[i]?.trim().toLowerCase() === right[n - 1]);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (good.every(Boolean)) props.onNext();
      }}
    >
      <h2 tabIndex={-1}>{t('setup.back.title')}</h2>
      <p>{t('setup.back.lead')}</p>
      <div class="columns">
        {BACK.map((n, i) => (
          <TextField
            key={n}
            label={t('setup.back.word', { N: n })}
            value={typed[i] ?? ''}
            onInput={(value) => setTyped(typed.map((old, k) => (k === i ? value : old)))}
            dir="ltr"
            {...(tried && !good[i] ? { fault: t('setup.back.fault') } : {})}
          />
        ))}
      </div>
      <div class="acts">
        <Button kind="primary" type="submit">
          {t('setup.next')}
        </Button>
        <Button kind="tertiary" onClick={props.onBack}>
          {t('setup.back.again')}
        </Button>
      </div>
    </form>
  );
}

function Done({ founding }: { readonly founding: Founding }) {
  const { session, texts } = useConsole();
  const { t } = texts;
  const [told, setTold] = useState(false);
  const open = () => {
    location.hash = '#today';
    void session.load();
  };
  return (
    <section>
      <Notice kind="success" title={t('setup.done.title')} />
      <p>{t('setup.done.lead')}</p>
      {founding.fingerprints.map(({ desk, digits }) => (
        <Pin key={desk} desk={desk} digits={digits} />
      ))}
      <p>{t('setup.done.why')}</p>
      <Tick label={t('setup.done.told')} checked={told} onChange={setTold} />
      {told && (
        <Button kind="primary" onClick={open}>
          {t('setup.done.open')}
        </Button>
      )}
    </section>
  );
}
