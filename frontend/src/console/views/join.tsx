// A newcomer's first visit: passphrase and key are made here, and the 24 digits
// of the key are told to the coordinator by voice. Nothing opens before that.
import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../client.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import type { Key } from '../texts.ts';
import { Back, Making, Shown } from './setup.tsx';

type Stage = 'name' | 'words' | 'back' | 'making' | 'done';

function useJoin(code: string) {
  const { vault, client, session } = useConsole();
  const [stage, setStage] = useState<Stage>('name');
  const [draft, setDraft] = useState({ name: '', words: '' });
  const [percent, setPercent] = useState(0);
  const [digits, setDigits] = useState('');
  const [fault, setFault] = useState<Key | ''>('');
  const choose = async (name: string) => {
    setFault('');
    setDraft({ name, words: draft.words || (await vault.call('passphrase', [])) });
    setStage('words');
  };
  const make = async () => {
    setStage('making');
    try {
      const input = { ...draft, code, site: session.begin.value?.site ?? '' };
      const made = await vault.call('join', [input], { progress: setPercent });
      await client.join(made.body);
      setDraft({ ...draft, words: '' });
      setDigits(made.digits);
      setStage('done');
    } catch (error) {
      setFault(joinFault(error));
      setStage(error instanceof Failure && error.status === 409 ? 'name' : 'back');
    }
  };
  return { stage, setStage, draft, percent, digits, fault, choose, make };
}

function joinFault(error: unknown): Key {
  if (!(error instanceof Failure)) return 'unlock.fault.worker';
  if (error.status === 404 || error.status === 403) return 'join.fault.code';
  if (error.status === 409) return 'setup.fault.taken';
  return error.unclear ? 'setup.fault.network' : 'unlock.fault.internal';
}

/** Join leads a newcomer through making passphrase and key. */
export function Join({ code }: { readonly code: string }) {
  const { t } = useConsole().texts;
  const { stage, setStage, draft, percent, digits, fault, choose, make } = useJoin(code);
  useEffect(() => {
    // The code must not stay in the address bar and the history.
    history.replaceState(null, '', location.pathname);
  }, []);
  return (
    <main class="gate gate--wide" id="main">
      <Title page={t('join.title')}>{t('join.title')}</Title>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      {stage === 'name' && <LoginName start={draft.name} onNext={(name) => void choose(name)} />}
      {stage === 'words' && <Shown words={draft.words} onNext={() => setStage('back')} />}
      {stage === 'back' && <Back words={draft.words} onBack={() => setStage('words')} onNext={() => void make()} />}
      {stage === 'making' && <Making percent={percent} />}
      {stage === 'done' && <Told digits={digits} />}
    </main>
  );
}

function LoginName({ start, onNext }: { readonly start: string; readonly onNext: (name: string) => void }) {
  const { t } = useConsole().texts;
  const [name, setName] = useState(start);
  const [tried, setTried] = useState(false);
  const good = /^[a-z0-9.-]{3,32}$/.test(name.trim());
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (good) onNext(name.trim());
      }}
    >
      <p class="lead">{t('join.lead')}</p>
      <TextField
        label={t('unlock.name')}
        hint={t('setup.name.hint')}
        value={name}
        onInput={(value) => setName(value.toLowerCase())}
        name="username"
        dir="ltr"
        {...(tried && !good ? { fault: t('unlock.fault.name') } : {})}
      />
      <Button kind="primary" type="submit">
        {t('setup.next')}
      </Button>
    </form>
  );
}

function Told({ digits }: { readonly digits: string }) {
  const { session, texts } = useConsole();
  const { t } = texts;
  const open = () => {
    location.hash = '#today';
    void session.load();
  };
  return (
    <section>
      <Notice kind="success" title={t('join.done')} />
      <p>{t('join.tell')}</p>
      <p class="digits" dir="ltr" translate={false}>
        {digits}
      </p>
      <p>{t('join.wait')}</p>
      <Button onClick={open}>{t('join.login')}</Button>
    </section>
  );
}
