// Files in the form and in the mailbox: read and cleaned in the browser at once,
// listed with what was found, sent only when "send" is pressed. This chunk is
// fetched when the first file is chosen.

import type { Bytes } from '../shared/bytes.ts';
import { BrokenError, clean } from '../shared/clean.ts';
import type { FileEntry } from '../shared/entry.ts';
import type { Finding } from '../shared/exif.ts';
import { type FileType, MAX_FILE, typeOf } from '../shared/filetype.ts';
import type { ReceiptKeys } from '../shared/receipt.ts';
import { newOp } from '../shared/seal.ts';
import { later } from './later.ts';
import { make, type Page, text } from './page.ts';
import { showProgress } from './progress.ts';
import { createUpload, type Upload } from './upload.ts';

const MOST = 5;

const FOUND: Readonly<Record<Finding, string>> = {
  place: 'later.file.place',
  device: 'later.file.device',
  time: 'later.file.time',
  name: 'later.file.name',
  comment: 'later.file.comment',
  thumbnail: 'later.file.thumbnail',
};

/** Files are those chosen in one form, for as long as the page lives. */
export interface Files {
  /** add takes what was chosen in the field, beside what was chosen before. */
  add(page: Page, field: HTMLInputElement): Promise<void>;
  /** show lists the files at a field, which another language may have replaced. */
  show(page: Page, field: HTMLInputElement): void;
  /** undecided says whether a file waits for its tick. */
  undecided(): boolean;
  /** send seals and sends all, and gives what the event names. It throws an UploadError. */
  send(page: Page, keys: ReceiptKeys, recipient: string, on: Element): Promise<FileEntry[]>;
  /** forget drops what was sent: the server has it no more. */
  forget(): void;
  readonly count: number;
}

interface Item {
  readonly file: File;
  readonly type?: FileType;
  readonly bytes?: Bytes;
  readonly raw?: Bytes;
  readonly found: readonly Finding[];
  /** Key of why it is not taken, or "". */
  readonly refused: string;
  accepted: boolean;
  keep: boolean;
  uploads: { readonly of: string; readonly list: readonly Upload[] } | undefined;
}

/** createFiles makes an empty list. */
export function createFiles(): Files {
  let items: Item[] = [];
  let tooMany = false;
  const taken = (): Item[] => items.filter((item) => item.refused === '');

  const show = (page: Page, field: HTMLInputElement): void => {
    field.parentElement?.querySelector('.files')?.remove();
    const list = make('ul', 'files');
    for (const item of items) {
      list.append(
        entry(
          page,
          item,
          () => mirror(field, taken()),
          () => {
            items = items.filter((one) => one !== item);
            tooMany = false;
            show(page, field);
            field.focus();
          },
        ),
      );
    }
    if (tooMany) list.append(make('li', 'kern-error', text(page, 'later.file.many')));
    if (list.childElementCount > 0) field.after(list);
    mirror(field, taken());
  };

  return {
    async add(page, field) {
      const chosen = [...(field.files ?? [])].filter((file) => !items.some((item) => item.file === file));
      await later(page);
      tooMany = taken().length + chosen.length > MOST;
      for (const file of chosen) if (taken().length < MOST) items.push(await read(file));
      show(page, field);
    },
    show,
    undecided: () => taken().some((item) => item.type?.treat === 'ask' && !item.accepted),
    async send(page, keys, recipient, on) {
      for (const item of taken()) item.uploads = uploadsOf(item, keys, recipient);
      const uploads = taken().flatMap((item) => item.uploads?.list ?? []);
      const progress = showProgress(page, on, uploads);
      try {
        const entries: FileEntry[] = [];
        for (const upload of uploads) entries.push(await upload.run(progress.signal, progress.moved));
        return entries;
      } finally {
        progress.end();
      }
    },
    forget() {
      for (const item of items) item.uploads = undefined;
    },
    get count() {
      return taken().length;
    },
  };
}

/** uploadsOf keeps what was begun under the same receipt, to the same key, with the same ticks. */
function uploadsOf(item: Item, keys: ReceiptKeys, recipient: string): Item['uploads'] {
  const of = `${keys.caseId} ${recipient} ${item.keep}`;
  if (item.uploads?.of === of) return item.uploads;
  const { file, type, found: cleaned } = item;
  const shared = { name: file.name, type: type?.name ?? '' };
  const contents = [{ ...shared, bytes: item.bytes as Bytes, cleaned, original: false }];
  if (item.keep) contents.push({ ...shared, bytes: item.raw as Bytes, cleaned: [], original: true });
  return { of, list: contents.map((one) => createUpload(keys.locator, keys.caseId, recipient, one)) };
}

async function read(file: File): Promise<Item> {
  const item = { file, found: [], accepted: false, keep: false, uploads: undefined };
  if (file.size > MAX_FILE) return { ...item, refused: 'later.file.large' };
  try {
    const raw = new Uint8Array(await file.arrayBuffer());
    const type = typeOf(raw);
    if (type === undefined) return { ...item, refused: raw.length === 0 ? 'later.file.broken' : 'later.file.type' };
    const { bytes, found } = clean(raw, type);
    return { ...item, type, raw, bytes, found, refused: '' };
  } catch (error) {
    if (error instanceof BrokenError) return { ...item, refused: 'later.file.broken' };
    throw error;
  }
}

/** mirror keeps the field and its ticks true, for somebody who sends without sealing in the browser. */
function mirror(field: HTMLInputElement, items: readonly Item[]): void {
  const files = new DataTransfer();
  for (const { file } of items) files.items.add(file);
  field.files = files.files;
  const form = field.form;
  const tick = (id: string, on: boolean): void => {
    const box = form?.querySelector<HTMLInputElement>(`#${id}`);
    if (box) box.checked = on;
  };
  tick(
    'accept_uncleaned',
    items.some((item) => item.accepted),
  );
  tick(
    'keep_original',
    items.some((item) => item.keep),
  );
}

function entry(page: Page, item: Item, changed: () => void, remove: () => void): HTMLElement {
  const line = make('li');
  const size = text(page, 'later.file.size', {
    Size: new Intl.NumberFormat(`${page.lang}-u-nu-latn`, { maximumFractionDigits: 1 }).format(
      Math.max(item.file.size / 2 ** 20, 0.1),
    ),
  });
  const head = make('p');
  const name = make('bdi', 'strong', item.file.name);
  head.append(name, ` · ${size}`);
  line.append(head);
  if (item.refused === '') line.dataset['file'] = `${item.file.name} · ${size}`;
  if (item.refused !== '') {
    line.append(make('p', 'kern-error', text(page, item.refused)));
  } else if (item.type?.treat === 'ask') {
    const voice = item.type.name.startsWith('audio/') ? ` ${text(page, 'later.file.voice')}` : '';
    line.append(make('p', 'kern-hint', text(page, 'later.file.ask') + voice));
    if (!item.accepted) line.dataset['open'] = '';
    line.append(
      tick(page, 'later.file.accept', item.file.name, item.accepted, (on) => {
        item.accepted = on;
        if (on) delete line.dataset['open'];
        else line.dataset['open'] = '';
      }),
    );
  } else if (item.type?.treat === 'clean') {
    line.append(make('p', 'kern-hint', findings(page, item.found)));
    line.append(
      tick(page, 'later.file.keep', item.file.name, item.keep, (on) => {
        item.keep = on;
      }),
    );
  }
  line.addEventListener('change', changed);
  const gone = make('button', 'kern-link', text(page, 'later.file.remove'));
  gone.type = 'button';
  gone.ariaLabel = `${text(page, 'later.file.remove')}: ${item.file.name}`;
  gone.addEventListener('click', remove);
  line.append(gone);
  return line;
}

function findings(page: Page, found: readonly Finding[]): string {
  if (found.length === 0) return text(page, 'later.file.nothing');
  const words = found.map((one) => text(page, FOUND[one]));
  const list = new Intl.ListFormat(page.lang === 'de-simple' ? 'de' : page.lang, { type: 'conjunction' }).format(words);
  return text(page, 'later.file.found', { What: list });
}

function tick(page: Page, key: string, of: string, on: boolean, set: (on: boolean) => void): HTMLElement {
  const group = make('div', 'kern-form-check');
  const box = make('input', 'kern-form-check__checkbox');
  box.type = 'checkbox';
  box.id = `file-${newOp().slice(0, 8)}`;
  box.checked = on;
  // It is no answer of the form.
  box.dataset['own'] = '';
  const label = make('label', 'kern-label', text(page, key));
  label.htmlFor = box.id;
  box.ariaLabel = `${text(page, key)}: ${of}`;
  box.addEventListener('change', () => set(box.checked));
  group.append(box, label);
  return group;
}
