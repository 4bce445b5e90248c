// The palette: one field that finds commands and open cases. The focus stays in
// the field; the list below is a listbox whose chosen line the field names.
import { useEffect, useId, useState } from 'preact/hooks';
import { COMMANDS, type Command, usable } from '../commands.ts';
import { Dialog } from '../components/dialog.tsx';
import { Masked } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import { shortId } from '../format.ts';
import { fold, type Row } from '../inbox.ts';

/** CASES is how many cases the palette shows at most. */
const CASES = 8;

type Line = { readonly command: Command } | { readonly row: Row };

/** Palette is the dialog. */
export function Palette() {
  const console = useConsole();
  const { t } = console.texts;
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const rows = useCases(typed);
  const lines = linesOf(typed, rows);
  const chosen = Math.min(at, lines.length - 1);
  const id = useId();
  const close = () => console.show('');
  const take = (line: Line | undefined) => {
    if (line === undefined) return;
    close();
    if ('row' in line) console.go({ view: 'case', id: line.row.summary.case, tab: 'report' });
    else line.command.run(console);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && lines.length > 0) setAt((chosen + step + lines.length) % lines.length);
    else if (event.key === 'Enter' && !event.isComposing) take(lines[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t('palette.title')} onClose={close}>
      <input
        class="input"
        type="text"
        role="combobox"
        aria-label={t('palette.label')}
        aria-expanded={lines.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={lines.length > 0 ? `${id}-${chosen}` : undefined}
        autocomplete="off"
        spellcheck={false}
        translate={false}
        dir="auto"
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <div class="palette" role="listbox" id={`${id}-list`} aria-label={t('palette.title')}>
        {lines.map((line, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above holds the focus and takes the keys for all options
          <div
            tabIndex={-1}
            key={'row' in line ? line.row.summary.case : line.command.id}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === chosen}
            ref={(element) => {
              if (i === chosen) element?.scrollIntoView({ block: 'nearest' });
            }}
            onClick={() => take(line)}
          >
            <LineText line={line} />
          </div>
        ))}
      </div>
      {lines.length === 0 && (
        <p class="muted" role="status">
          {t('palette.none')}
        </p>
      )}
      <p class="hint">{t('palette.hint')}</p>
    </Dialog>
  );
}

/** useCases finds open cases for what was typed; none for nothing. */
function useCases(typed: string): readonly Row[] {
  const { inbox } = useConsole();
  const [rows, setRows] = useState<readonly Row[]>([]);
  const words = typed.trim();
  useEffect(() => {
    let alive = true;
    const found = words === '' ? Promise.resolve([]) : inbox.find(words);
    void found.then(
      (next) => alive && setRows(next.slice(0, CASES)),
      () => undefined,
    );
    return () => {
      alive = false;
    };
  }, [words, inbox]);
  return words === '' ? [] : rows;
}

function linesOf(typed: string, rows: readonly Row[]): readonly Line[] {
  const console = useConsole();
  const words = fold(typed).split(/\s+/);
  const commands = COMMANDS.filter(
    (command) => command.id !== 'palette' && command.where !== 'list' && usable(console, command),
  ).filter((command) => words.every((word) => fold(console.texts.t(command.title)).includes(word)));
  return [...commands.map((command) => ({ command })), ...rows.map((row) => ({ row }))];
}

function LineText({ line }: { readonly line: Line }) {
  const { texts } = useConsole();
  if ('command' in line) {
    return (
      <>
        <span>{texts.t(line.command.title)}</span>
        {line.command.keys !== '' && <kbd>{line.command.keys}</kbd>}
      </>
    );
  }
  const { summary, title } = line.row;
  return (
    <>
      <span dir="auto">{title === '' ? texts.t('row.new') : <Masked text={title} />}</span>
      <span class="muted">
        <span class="id" dir="ltr">
          {shortId(summary.case)}
        </span>{' '}
        {texts.label('state', summary.state)}
      </span>
    </>
  );
}
