// The files that a report or a message named. Nothing is loaded before somebody
// asks, nothing is shown before all of it is checked, and a picture is blurred
// until it is asked for again. Everything but a picture is a download.
import { useEffect, useState } from 'preact/hooks';
import { type FileEntry, readEntries } from '../../shared/entry.ts';
import type { OpenAttachment } from '../attachment.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import type { OpenEvent } from '../opening.ts';
import { TaskError } from '../rpc.ts';
import { saveFile } from '../save.ts';

const FOUND = ['place', 'device', 'time', 'name', 'comment', 'thumbnail'] as const;

/** Files lists what an event names. */
export function Files({ event, view }: { readonly event: OpenEvent; readonly view: CaseView }) {
  const { t } = useConsole().texts;
  const entries = readEntries(event.body);
  const named = new Map((event.public.att ?? []).map((one) => [one.id, one.chunks]));
  if (named.size === 0 && entries.length === 0) return null;
  // The seal and the outside must agree; a file that only one of them knows is missing.
  const whole = entries.length === named.size && entries.every((one) => named.get(one.id) === one.n);
  return (
    <section class="files">
      <h3>{t('files.title')}</h3>
      {!whole && <Notice kind="danger" title={t('files.damaged')} />}
      <ol>
        {entries.map((entry, i) => (
          <li key={entry.id}>
            <File entry={entry} n={i + 1} event={event} view={view} />
          </li>
        ))}
      </ol>
    </section>
  );
}

interface Props {
  readonly entry: FileEntry;
  readonly n: number;
  readonly event: OpenEvent;
  readonly view: CaseView;
}

function File({ entry, n, event, view }: Props) {
  const { client, file, texts, vault } = useConsole();
  const { t } = texts;
  const [opened, setOpened] = useState<OpenAttachment>();
  const [done, setDone] = useState<number>();
  const [trouble, setTrouble] = useState('');
  const [asking, setAsking] = useState(false);

  const load = async () => {
    setAsking(false);
    setTrouble('');
    setDone(0);
    const { case: id, desk } = view.summary;
    try {
      if (entry.original && !(await file.send({ path: 'access', kind: 'access' }))) throw new TaskError('away');
      const pieces: ArrayBuffer[] = [];
      while (pieces.length < entry.n) {
        pieces.push(await client.chunk(id, entry.id, pieces.length));
        setDone(pieces.length);
      }
      setOpened(await vault.call('openAttachment', [id, desk, event.public.epoch ?? 0, entry, pieces]));
    } catch (error) {
      const key = error instanceof TaskError ? error.key : 'away';
      setTrouble(t(key === 'damaged' ? 'files.damaged' : key === 'nokey' ? 'files.nokey' : 'files.away'));
    } finally {
      setDone(undefined);
    }
  };

  const removed = FOUND.filter((key) => entry.cleaned.includes(key)).map((key) => t(`files.found.${key}`));
  return (
    <>
      <p>
        <strong dir="auto">{opened?.name ?? t('files.one', { N: n })}</strong>{' '}
        {t('files.size', { Size: megabytes(entry.size) })}
        {entry.original && ` · ${t('files.original')}`}
      </p>
      {removed.length > 0 && <p class="hint">{t('files.cleaned', { What: removed.join(', ') })}</p>}
      {trouble !== '' && <Notice kind="danger" title={trouble} />}
      {done !== undefined && (
        <p>
          <progress value={done} max={entry.n} aria-label={t('files.loading', { Done: done, All: entry.n })} />
        </p>
      )}
      {opened === undefined && done === undefined && (
        <Button small onClick={() => (entry.original ? setAsking(true) : void load())}>
          {t('files.open')}
        </Button>
      )}
      {opened !== undefined && <Content opened={opened} />}
      {asking && (
        <Dialog title={t('files.ask')} onClose={() => setAsking(false)}>
          <p>{t('files.ask.text')}</p>
          <div class="acts">
            <Button kind="primary" onClick={() => void load()}>
              {t('files.ask.yes')}
            </Button>
            <Button kind="tertiary" onClick={() => setAsking(false)}>
              {t('files.ask.no')}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** megabytes rounds up to a tenth, in the way of the page's language. */
function megabytes(bytes: number): string {
  return (Math.ceil((bytes / 2 ** 20) * 10) / 10).toLocaleString(document.documentElement.lang);
}

/** Content shows a picture blurred until it is asked for again, and offers everything as a download that no browser opens by itself. */
function Content({ opened }: { readonly opened: OpenAttachment }) {
  const { t } = useConsole().texts;
  const [clear, setClear] = useState(false);
  const [address, setAddress] = useState('');
  useEffect(() => {
    if (opened.picture === '') return;
    const made = URL.createObjectURL(new Blob([opened.bytes], { type: opened.picture }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [opened]);
  const save = () => saveFile(opened.name, opened.bytes);
  return (
    <>
      {opened.huge && <p class="hint">{t('files.huge')}</p>}
      {address !== '' && !clear && <p class="hint">{t('files.veiled')}</p>}
      {address !== '' && (
        <div class={clear ? 'files__picture' : 'files__picture files__picture--veiled'}>
          <img src={address} alt={clear ? opened.name : t('files.veiled.alt')} />
        </div>
      )}
      <p>
        {address !== '' && (
          <Button small onClick={() => setClear(!clear)}>
            {t(clear ? 'files.hide' : 'files.show')}
          </Button>
        )}{' '}
        <Button small onClick={save}>
          {t('files.save')}
        </Button>
      </p>
    </>
  );
}
