// The labels of a case: a place, a respondent, or anything else a team sorts by.
// They stand on the card, so lists filter by them and similar cases are found.
import { useEffect, useState } from 'preact/hooks';
import { LABELS, tidyLabel } from '../cardtext.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Select, TextField } from '../components/field.tsx';
import { Fold } from '../components/fold.tsx';
import { useConsole } from '../console.ts';
import { fold } from '../inbox.ts';
import type { Texts } from '../texts.ts';

/** The marks that similar cases understand; '' is a label without one. */
const MARKS = ['', 'p:', 'r:'] as const;

/** showLabel writes a label with its mark in words. */
export function showLabel(texts: Texts, label: string): string {
  const mark = /^[prv]:/.exec(label)?.[0];
  return mark === undefined ? label : `${texts.label('mark', mark.charAt(0))}: ${label.slice(2)}`;
}

/** Labels lists them and takes new ones. */
export function Labels({ view }: { readonly view: CaseView }) {
  const { file, texts, said } = useConsole();
  const { t } = texts;
  const [adding, setAdding] = useState(false);
  const labels = view.card?.labels ?? [];
  const set = async (next: readonly string[]) => {
    if (!(await file.writeCard({ labels: next }))) return false;
    said.value = t('said.labels');
    return true;
  };
  return (
    <Fold title={t('labels.title')} value={labels.length === 0 ? t('labels.none') : labels.length}>
      {labels.length === 0 && <p class="muted">{t('labels.none')}</p>}
      {labels.length > 0 && (
        <ul class="plain labels">
          {labels.map((label) => (
            <li key={label}>
              <bdi>{showLabel(texts, label)}</bdi>
              {!view.readOnly && (
                <button
                  type="button"
                  class="labels__off"
                  aria-label={t('labels.remove', { Label: showLabel(texts, label) })}
                  onClick={() => void set(labels.filter((other) => other !== label))}
                >
                  ×
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {!view.readOnly && view.report !== undefined && !adding && labels.length < LABELS.most && (
        <Button small kind="tertiary" onClick={() => setAdding(true)}>
          {t('labels.add')}
        </Button>
      )}
      {adding && <Add labels={labels} onAdd={(label) => set([...labels, label])} onClose={() => setAdding(false)} />}
    </Fold>
  );
}

interface AddProps {
  readonly labels: readonly string[];
  readonly onAdd: (label: string) => Promise<boolean>;
  readonly onClose: () => void;
}

/** known gives a label as others have written it, so that one thing has one name. */
export function known(all: readonly string[], label: string): string {
  return all.find((other) => fold(other) === fold(label)) ?? label;
}

function Add({ labels, onAdd, onClose }: AddProps) {
  const { file, texts, vault } = useConsole();
  const { t } = texts;
  const [mark, setMark] = useState<string>(MARKS[0]);
  const [typed, setTyped] = useState('');
  const [all, setAll] = useState<readonly string[]>([]);
  const [fault, setFault] = useState('');
  useEffect(() => {
    void vault.call('labels', []).then(setAll, () => undefined);
  }, [vault]);
  const offered = all.filter((label) => !labels.includes(label) && fold(showLabel(texts, label)).includes(fold(typed)));
  const add = async (label: string) => {
    const tidy = known(all, tidyLabel(label));
    if (tidy === '' || /^[prv]:\s*$/.test(tidy)) return setFault(t('labels.fault'));
    if (labels.includes(tidy)) return onClose();
    if (await onAdd(tidy)) onClose();
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void add(typed.trim() === '' ? '' : `${mark}${typed.trim()}`);
      }}
    >
      <Select
        label={t('labels.mark')}
        value={mark}
        options={MARKS.map((value) => ({ value, label: texts.label('mark', value.charAt(0) || 'free') }))}
        onChange={setMark}
      />
      <TextField
        label={t('labels.word')}
        hint={t('labels.hint')}
        value={typed}
        onInput={setTyped}
        {...(fault === '' ? {} : { fault })}
      />
      {offered.length > 0 && (
        <div class="offers">
          <p class="hint">{t('labels.known')}</p>
          {offered.slice(0, 6).map((label) => (
            <Button key={label} small kind="tertiary" onClick={() => void add(label)}>
              <bdi>{showLabel(texts, label)}</bdi>
            </Button>
          ))}
        </div>
      )}
      <div class="acts">
        <Button small kind="primary" type="submit" busy={file.busy.value === 'cards'}>
          {t('labels.do')}
        </Button>
        <Button small kind="tertiary" onClick={onClose}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}
