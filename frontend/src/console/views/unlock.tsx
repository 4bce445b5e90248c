// The locked console: name and seven words, the slow step with its progress,
// and what stands in the way of going on.
import { useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Passphrase, usePlaces } from '../components/passphrase.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import { firstFault } from '../passphrase.ts';

/** Unlock is the login form. */
export function Unlock() {
  const { session, texts } = useConsole();
  const { t } = texts;
  const [name, setName] = useState(session.name.value);
  const [words, setWords] = useState('');
  const [faults, setFaults] = useState<{ name?: string; words?: string }>({});
  const { places } = usePlaces(words);
  const step = session.step.value;

  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    if (step !== '') return;
    const found: { name?: string; words?: string } = {};
    if (!/^[a-z0-9.-]{3,32}$/.test(name.trim().toLowerCase())) found.name = t('unlock.fault.name');
    const wrong = firstFault(places);
    if (wrong === 0) found.words = t('unlock.fault.count');
    else if (wrong !== undefined) found.words = t('unlock.fault.word', { N: wrong });
    setFaults(found);
    if (found.name !== undefined || found.words !== undefined) {
      const field = found.name === undefined ? 'passphrase' : 'username';
      (event.currentTarget.elements.namedItem(field) as HTMLElement | null)?.focus();
      return;
    }
    const phrase = places.map((place) => place.word).join(' ');
    setWords('');
    void session.unlock(name.trim().toLowerCase(), phrase);
  };

  return (
    <main class="gate" id="main">
      <Title page={t('unlock.title')}>{t('unlock.title')}</Title>
      <p class="lead">{t('unlock.lead')}</p>
      <Words />
      {session.second.waiting.value === '' && (
        <form onSubmit={submit} noValidate>
          <TextField
            label={t('unlock.name')}
            value={name}
            onInput={setName}
            name="username"
            autocomplete="username"
            dir="ltr"
            {...(faults.name === undefined ? {} : { fault: faults.name })}
          />
          <Passphrase
            label={t('unlock.words')}
            value={words}
            onInput={setWords}
            {...(faults.words === undefined ? {} : { fault: faults.words })}
          />
          <Button kind="primary" type="submit" busy={step !== ''}>
            {t('unlock.open')}
          </Button>
        </form>
      )}
      <Progress />
      <Second />
      <p class="hint">{t('unlock.note')}</p>
    </main>
  );
}

/** Words is what the console has to say before anybody types. */
function Words() {
  const { session, texts } = useConsole();
  const { t } = texts;
  return (
    <>
      {session.reason.value !== '' && <Notice kind="info" title={t(session.reason.value)} />}
      {session.kept.value && <Notice kind="info" title={t('unlock.kept')} />}
      {session.fault.value !== '' && <Notice kind="danger" alert title={t(session.fault.value)} />}
      {session.begin.value?.setup === true && <Notice kind="info" title={t('unlock.setup')} />}
    </>
  );
}

function Progress() {
  const { session, texts } = useConsole();
  const { t } = texts;
  const step = session.step.value;
  return (
    <div class="gate__progress" role="status">
      {step !== '' && (
        <>
          <progress
            max={100}
            value={step === 'derive' || step === 'cases' ? session.progress.value : 100}
            aria-label={t('unlock.progress')}
          />
          <span>{t(`unlock.step.${step}`)}</span>
        </>
      )}
    </div>
  );
}

/** Second is what the login waits for where a passkey was not shown, or is to be made. */
function Second() {
  const { session, texts } = useConsole();
  const { t } = texts;
  const { second } = session;
  const why = second.waiting.value;
  if (why === '') return null;
  return (
    <Notice kind="info" alert title={t(`unlock.second.${why}`)}>
      <p>{t(`unlock.second.${why}.lead`)}</p>
      <div class="acts">
        <Button kind="primary" onClick={second.go}>
          {t(why === 'first' ? 'unlock.second.make' : 'unlock.second.go')}
        </Button>
        <Button kind="tertiary" onClick={second.stop}>
          {t('act.cancel')}
        </Button>
      </div>
    </Notice>
  );
}
