// The member's own passkeys: a list, one more, one less. What they protect and
// what not stands beside the choice.
import { useEffect, useState } from 'preact/hooks';
import type { Passkey, Proved } from '../../shared/api.ts';
import { useAct } from '../components/act.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextField, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Passphrase } from '../components/passphrase.tsx';
import { type Console, useConsole } from '../console.ts';
import { showDay } from '../format.ts';

interface Own {
  readonly keys: readonly Passkey[];
  /** Opened names, in the order of keys. */
  readonly names: readonly string[];
  readonly required: boolean;
}

async function readOwn({ client, vault, session }: Console): Promise<Own> {
  const { passkeys, required } = await client.passkeys();
  // An account without a reading key has no name to open.
  const open = session.phase.value === 'open';
  const names = open ? await vault.call('openOwn', [passkeys.map(({ name }) => name)]) : passkeys.map(() => '');
  return { keys: passkeys, names, required };
}

/** proofOf makes of the words, typed once more, what the server wants before it changes a passkey. */
function proofOf({ session, vault }: Console, words: string): Promise<Proved> {
  return vault.call('prove', [session.begin.value?.site ?? '', session.name.value, words]);
}

/** Passkeys is the part of the page "my access" about them. */
export function Passkeys() {
  const console = useConsole();
  const { t } = console.texts;
  const [own, setOwn] = useState<Own>();
  const [failed, setFailed] = useState(false);
  const load = () => readOwn(console).then(setOwn, () => setFailed(true));
  useEffect(() => void load(), [console]);
  return (
    <section>
      <h2>{t('access.passkeys')}</h2>
      <p>{t('access.passkeys.lead')}</p>
      {failed && <Notice kind="danger" alert title={t('inbox.failed')} />}
      {own !== undefined && <p>{t(own.required ? 'access.passkeys.required' : 'access.passkeys.free')}</p>}
      {own !== undefined && (
        <>
          {own.keys.length === 0 ? <None /> : <List own={own} changed={() => void load()} />}
          {console.passkeys.able ? (
            <Add own={own} changed={() => void load()} />
          ) : (
            <Notice kind="info" title={t('access.unable')} />
          )}
        </>
      )}
    </section>
  );
}

function None() {
  const { t } = useConsole().texts;
  return (
    <Notice kind="warning" title={t('access.passkeys.none')}>
      <p>{t('access.passkeys.advice')}</p>
    </Notice>
  );
}

interface PartProps {
  readonly own: Own;
  readonly changed: () => void;
}

function List({ own, changed }: PartProps) {
  const { texts } = useConsole();
  const { t } = texts;
  const [asked, setAsked] = useState<Passkey>();
  const nameOf = (key: Passkey) => own.names[own.keys.indexOf(key)] || t('access.passkey.unnamed');
  return (
    <ul class="people">
      {own.keys.map((key) => (
        <li key={key.id}>
          <strong>
            <bdi>{nameOf(key)}</bdi>
          </strong>{' '}
          <span class="muted">
            {[
              t('access.passkey.since', { Day: showDay(texts, key.day) }),
              ...(key.series ? [t('access.passkey.series')] : []),
              ...(key.synced ? [t('access.passkey.synced')] : []),
            ].join(' · ')}
          </span>
          <div class="acts">
            <Button small onClick={() => setAsked(key)} label={`${nameOf(key)}: ${t('access.passkey.drop')}`}>
              {t('access.passkey.drop')}
            </Button>
          </div>
        </li>
      ))}
      {asked !== undefined && (
        <Drop
          passkey={asked}
          name={nameOf(asked)}
          last={asked.series && own.keys.filter(({ series }) => series).length === 1}
          onClose={(done) => {
            setAsked(undefined);
            if (done) changed();
          }}
        />
      )}
    </ul>
  );
}

interface DropProps {
  readonly passkey: Passkey;
  readonly name: string;
  /** Whether it is the last one that locks the reading key. */
  readonly last: boolean;
  readonly onClose: (done: boolean) => void;
}

function Drop({ passkey, name, last, onClose }: DropProps) {
  const { t } = useConsole().texts;
  const { fault, busy, act } = useAct();
  const [words, setWords] = useState('');
  const drop = async () => {
    const done = await act(async (console) => {
      const { client, vault, said } = console;
      const proof = await proofOf(console, words);
      const op = await vault.call('newOp', []);
      const lock = last ? { lock: await vault.call('relock', [undefined]) } : {};
      await client.dropPasskey({ ...proof, op, id: passkey.id, ...lock });
      said.value = t('said.passkey.dropped');
    });
    if (done) onClose(true);
  };
  return (
    <Dialog title={t('access.passkey.drop.title', { Name: name })} onClose={() => onClose(false)}>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      <p>{t('access.passkey.drop.lead')}</p>
      {last && <p>{t('access.passkey.drop.last')}</p>}
      <Passphrase label={t('access.words')} value={words} onInput={setWords} />
      <div class="acts">
        <Button kind="primary" busy={busy} onClick={() => void drop()}>
          {t('access.passkey.drop')}
        </Button>
        <Button kind="tertiary" onClick={() => onClose(false)}>
          {t('act.cancel')}
        </Button>
      </div>
    </Dialog>
  );
}

function Add({ own, changed }: PartProps) {
  const { session, texts } = useConsole();
  const { t } = texts;
  const [name, setName] = useState('');
  const [lock, setLock] = useState(false);
  const [unable, setUnable] = useState(false);
  const [words, setWords] = useState('');
  const { fault, busy, act } = useAct();
  const reads = session.phase.value === 'open';
  const series = own.keys.some((key) => key.series);
  const add = async () => {
    setUnable(false);
    const done = await act(async (console) => {
      const { client, vault, passkeys, said } = console;
      const step = await client.beginPasskey(await proofOf(console, words));
      const site = session.begin.value?.site ?? '';
      const wanted = reads && (lock || series);
      const made = await passkeys.make(step, site, session.name.value, wanted);
      const op = await vault.call('newOp', []);
      const word = name.trim();
      const sealed = reads && word !== '' ? { name: await vault.call('sealOwn', [word]) } : {};
      const locked = made.prf === undefined ? {} : { lock: await vault.call('relock', [made.prf]) };
      await client.addPasskey({ op, ...made.enrolment, ...sealed, ...locked });
      setUnable(wanted && made.prf === undefined);
      said.value = t('said.passkey');
    });
    if (!done) return;
    setName('');
    setWords('');
    setLock(false);
    changed();
  };
  return (
    <form
      noValidate
      class="admit"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <h3>{t('access.passkey.add')}</h3>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      {unable && <Notice kind="info" title={t('access.nolock')} />}
      {reads && (
        <TextField
          label={t('access.passkey.name')}
          hint={t('access.passkey.name.hint')}
          value={name}
          onInput={(typed) => setName(typed.slice(0, 60))}
        />
      )}
      {reads && series && <p>{t('access.lock.on')}</p>}
      {reads && !series && (
        <>
          <Tick label={t('access.lock')} checked={lock} onChange={setLock} />
          <p class="hint">{t('access.lock.hint')}</p>
          {own.keys.length > 0 && <p class="hint">{t('access.lock.replaces')}</p>}
        </>
      )}
      {reads && <p class="hint">{t('access.lock.limits')}</p>}
      <Passphrase label={t('access.words')} value={words} onInput={setWords} />
      <div class="acts">
        <Button kind="primary" type="submit" busy={busy}>
          {t('access.passkey.add')}
        </Button>
      </div>
    </form>
  );
}
