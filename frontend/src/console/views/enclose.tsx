// Files that go along with an answer. Each is cleaned when it is chosen, and the
// list says what was found; nothing is sent before the answer is. What was sealed
// is kept until the answer stands, so that sending again sends nothing twice.
import { useId, useRef, useState } from 'preact/hooks';
import type { FileEntry } from '../../shared/entry.ts';
import type { CaseView } from '../casefile.ts';
import { Failure } from '../client.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import type { Enclosed, Prepared } from '../enclosing.ts';
import { TaskError } from '../rpc.ts';

const MOST = 5;
const REFUSED = ['large', 'type', 'broken'] as const;
const FOUND = ['place', 'device', 'time', 'name', 'comment', 'thumbnail'] as const;
const PAUSES = [0, 500, 2_000, 5_000];

interface Item {
  readonly name: string;
  readonly file?: Prepared;
  /** Why it is not taken, or "". */
  readonly refused: (typeof REFUSED)[number] | '';
  sealed?: Enclosed;
  sent?: boolean;
}

/** An Enclosures list is what goes along with one answer. */
export interface Enclosures {
  readonly items: readonly Item[];
  readonly done: number | undefined;
  readonly all: number;
  readonly trouble: 'enclose.many' | 'enclose.failed' | '';
  add(files: readonly File[]): Promise<void>;
  remove(item: Item): void;
  /** answer sends all files, and then the answer that names them. It tells whether the answer is stored. */
  answer(body: Readonly<Record<string, unknown>>): Promise<boolean>;
}

/** useEnclosures keeps the files of one answer for as long as its form is there. */
export function useEnclosures(view: CaseView): Enclosures {
  const { client, file, vault } = useConsole();
  const { case: id, desk } = view.summary;
  const [items, setItems] = useState<readonly Item[]>([]);
  const [done, setDone] = useState<number>();
  const [all, setAll] = useState(0);
  const [trouble, setTrouble] = useState<Enclosures['trouble']>('');
  const sending = useRef(false);
  const taken = items.filter((item) => item.file !== undefined);

  const read = async (file: File): Promise<Item> => {
    try {
      return { name: file.name, refused: '', file: await vault.call('prepare', [file.name, await file.arrayBuffer()]) };
    } catch (error) {
      const key = error instanceof TaskError ? error.key : '';
      return { name: file.name, refused: REFUSED.find((one) => one === key) ?? 'broken' };
    }
  };

  const sendAll = async (): Promise<readonly FileEntry[]> => {
    for (const item of taken) item.sealed ??= await vault.call('enclose', [id, desk, item.file as Prepared]);
    const pieces = taken.flatMap(({ sealed }) => (sealed as Enclosed).pieces.length);
    setAll(pieces.reduce((sum, n) => sum + n, 0));
    let count = 0;
    for (const item of taken) {
      const { entry, pieces: list } = item.sealed as Enclosed;
      for (const [n, piece] of list.entries()) {
        if (item.sent !== true) await sendPiece(() => client.putChunk(id, entry.id, n, piece));
        count += 1;
        setDone(count);
      }
      item.sent = true;
    }
    return taken.map(({ sealed }) => (sealed as Enclosed).entry);
  };

  /** send gives what the answer names; undefined says that not all arrived. */
  const send = async (): Promise<readonly FileEntry[] | undefined> => {
    if (taken.length === 0) return [];
    if (sending.current) return undefined;
    sending.current = true;
    setTrouble('');
    try {
      return await sendAll();
    } catch {
      setTrouble('enclose.failed');
      return undefined;
    } finally {
      sending.current = false;
      setDone(undefined);
    }
  };

  return {
    items,
    done,
    all,
    trouble,
    async add(files) {
      setTrouble('');
      const next = [...items];
      for (const file of files) {
        if (next.filter((item) => item.file !== undefined).length >= MOST) setTrouble('enclose.many');
        else next.push(await read(file));
      }
      setItems(next);
    },
    remove: (item) => setItems(items.filter((one) => one !== item)),
    async answer(body) {
      const files = await send();
      if (files === undefined) return false;
      const act = { path: 'answers', kind: 'answer', told: true } as const;
      const att = files.map(({ id, n }) => ({ id, chunks: n }));
      const stored = await file.send(
        files.length === 0 ? { ...act, body } : { ...act, body: { ...body, files }, open: { att } },
      );
      if (stored) setItems([]);
      else if (file.trouble.value?.what === 'failed') {
        // The server may have swept the pieces away: they go anew.
        for (const item of items) {
          delete item.sealed;
          delete item.sent;
        }
      }
      return stored;
    },
  };
}

/** sendPiece tries again where that can help: the same bytes are never stored twice. */
async function sendPiece(put: () => Promise<void>): Promise<void> {
  for (const [i, pause] of PAUSES.entries()) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      return await put();
    } catch (error) {
      if (i === PAUSES.length - 1 || !(error instanceof Failure && error.unclear)) throw error;
    }
  }
}

/** Enclose is the field for files under an answer. */
export function Enclose({ list }: { readonly list: Enclosures }) {
  const { t } = useConsole().texts;
  const id = useId();
  return (
    <div class="field enclose">
      <label for={id}>{t('enclose.label')}</label>
      <p class="hint" id={`${id}-hint`}>
        {t('enclose.hint')}
      </p>
      <input
        id={id}
        type="file"
        multiple
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          const field = event.currentTarget;
          void list.add([...(field.files ?? [])]);
          field.value = '';
        }}
      />
      {list.items.length > 0 && (
        <ul>
          {list.items.map((item, i) => (
            <li key={`${i} ${item.name}`}>
              <Line item={item} remove={() => list.remove(item)} />
            </li>
          ))}
        </ul>
      )}
      {list.done !== undefined && (
        <p>
          <progress value={list.done} max={list.all} aria-label={t('enclose.sending')} />
        </p>
      )}
      {list.trouble !== '' && <Notice kind="danger" title={t(list.trouble)} />}
    </div>
  );
}

function Line({ item, remove }: { readonly item: Item; readonly remove: () => void }) {
  const { t } = useConsole().texts;
  const { file } = item;
  const found = FOUND.filter((key) => file?.found.includes(key))
    .map((key) => t(`files.found.${key}`))
    .join(', ');
  const said = file?.treat === 'ask' ? t('enclose.ask') : found === '' ? '' : t('files.cleaned', { What: found });
  return (
    <>
      <bdi>{item.name}</bdi>{' '}
      {item.refused === '' ? (
        <span class="hint">{said}</span>
      ) : (
        <span class="fault">{t(`enclose.${item.refused}`)}</span>
      )}{' '}
      <Button small onClick={remove} label={`${t('enclose.remove')}: ${item.name}`}>
        {t('enclose.remove')}
      </Button>
    </>
  );
}
