// A case leaves the house: what goes along, what is blacked out, and a preview
// that shows exactly what paper and file will show. Before anything is printed
// or saved, a line stands in the office's ledger.
import { useEffect, useState } from 'preact/hooks';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { TextField, Tick } from '../components/field.tsx';
import { type Leave, useLeave } from '../components/leave.ts';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import { type Choice, type Copy, copyFile, copyOf, PARTS, type Part, rawState, suspectsOf, USUAL } from '../export.ts';
import { shortId } from '../format.ts';
import { formatRoute } from '../route.ts';
import { saveFile } from '../save.ts';
import { Paragraphs } from './report.tsx';
import { TroubleNotice } from './trouble.tsx';

/** Export opens the case and offers the ways out. */
export function Export({ id }: { readonly id: string }) {
  const { file, texts } = useConsole();
  const { t } = texts;
  useEffect(() => {
    void file.load(id);
    return () => file.leave(id);
  }, [file, id]);
  const view = file.view.value?.summary.case === id ? file.view.value : undefined;
  const status = file.status.value;
  return (
    <main class="export" id="main">
      <p class="case__back">
        <a href={formatRoute({ view: 'case', id, tab: 'report' })}>← {t('export.back')}</a>
      </p>
      <Title page={t('export.title')}>{t('export.title')}</Title>
      {view !== undefined && <Ways view={view} />}
      {view === undefined && (status === 'loading' || status === 'none') && <p role="status">{t('case.loading')}</p>}
      {status === 'missing' && <Notice kind="warning" title={t('case.missing')} />}
      {status === 'erased' && <Notice kind="info" title={t('case.erased')} />}
      {status === 'failed' && <Notice kind="danger" title={t('case.failed')} />}
    </main>
  );
}

function Ways({ view }: { readonly view: CaseView }) {
  const { office, session, texts, today } = useConsole();
  const { t } = texts;
  const [parts, setParts] = useState<readonly Part[]>(USUAL);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const { failed, leave } = useLeave(view);
  const names = { texts, office };
  const choice: Choice = { parts, hidden, by: office.nameOf(session.me.value?.member ?? ''), day: today() };
  const copy = copyOf(view, choice, names);
  const name = `fall-${shortId(view.summary.case)}`;
  const hide = (words: string) => {
    if (words.trim() !== '' && !hidden.includes(words.trim())) setHidden([...hidden, words.trim()]);
  };
  return (
    <>
      <p class="lead">{t('export.lead')}</p>
      {failed && <Notice kind="danger" alert title={t('export.failed')} />}
      <div class="export__body">
        <div class="export__choice">
          <fieldset>
            <legend>{t('export.parts')}</legend>
            {PARTS.map((part) => (
              <Tick
                key={part}
                label={t(`export.part.${part}`)}
                checked={parts.includes(part)}
                onChange={(on) => setParts(on ? [...parts, part] : parts.filter((other) => other !== part))}
              />
            ))}
          </fieldset>
          <Blackening
            hidden={hidden}
            onHide={hide}
            onShow={(words) => setHidden(hidden.filter((one) => one !== words))}
          />
          <Suspects words={suspectsOf(view, parts, names).filter((words) => !hidden.includes(words))} onHide={hide} />
          <div class="acts">
            <Button kind="primary" onClick={() => void leave('print', () => print())}>
              {t('export.now')}
            </Button>
            <Button
              onClick={() =>
                void leave('redacted', () =>
                  saveFile(`${name}.html`, copyFile(copy, texts.language.value), 'text/html'),
                )
              }
            >
              {t('export.save')}
            </Button>
          </div>
          <Sealed view={view} name={name} leave={leave} />
          <Raw view={view} name={name} leave={leave} />
        </div>
        <Preview copy={copy} />
      </div>
    </>
  );
}

interface BlackeningProps {
  readonly hidden: readonly string[];
  readonly onHide: (words: string) => void;
  readonly onShow: (words: string) => void;
}

function Blackening({ hidden, onHide, onShow }: BlackeningProps) {
  const { texts, said } = useConsole();
  const { t } = texts;
  const [typed, setTyped] = useState('');
  const takeSelection = () => {
    const marked = (getSelection()?.toString() ?? '').split('\n').filter((line) => line.trim() !== '');
    if (marked.length === 0) said.value = t('export.selection.none');
    for (const line of marked) onHide(line);
    getSelection()?.removeAllRanges();
  };
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onHide(typed);
          setTyped('');
        }}
      >
        <TextField label={t('export.redact')} hint={t('export.redact.hint')} value={typed} onInput={setTyped} />
        <div class="acts">
          <Button small type="submit">
            {t('export.add')}
          </Button>
          <Button small kind="tertiary" onClick={takeSelection}>
            {t('export.selection')}
          </Button>
        </div>
      </form>
      <p class="hint">{t(hidden.length === 0 ? 'export.hidden.none' : 'export.hidden')}</p>
      {hidden.length > 0 && (
        <ul class="export__words">
          {hidden.map((words) => (
            <li key={words}>
              <Button small kind="tertiary" label={t('export.remove', { Words: words })} onClick={() => onShow(words)}>
                <bdi>{words}</bdi> <span aria-hidden="true">×</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Suspects({ words, onHide }: { readonly words: readonly string[]; readonly onHide: (words: string) => void }) {
  const { t } = useConsole().texts;
  if (words.length === 0) return null;
  return (
    <>
      <p class="hint">{t('export.suspects')}</p>
      <ul class="export__words">
        {words.map((one) => (
          <li key={one}>
            <Button small label={`${t('export.add')}: ${one}`} onClick={() => onHide(one)}>
              <bdi>{one}</bdi>
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Preview({ copy }: { readonly copy: Copy }) {
  const { t } = useConsole().texts;
  return (
    <section class="export__copy" aria-label={t('export.preview')}>
      <p class="export__heading">{copy.title}</p>
      {copy.chapters.map((chapter) => (
        <section key={chapter.part}>
          <h2>{chapter.title}</h2>
          {chapter.items.map((item, i) => (
            <div key={i} class="export__item">
              {item.term !== '' && (
                <p class="export__term" dir="auto">
                  {item.term}
                </p>
              )}
              <Paragraphs text={item.words} bare />
            </div>
          ))}
        </section>
      ))}
      <p class="export__foot">{copy.foot}</p>
    </section>
  );
}

interface WayProps {
  readonly view: CaseView;
  readonly name: string;
  readonly leave: Leave;
}

function Sealed({ view, name, leave }: WayProps) {
  const { texts, vault } = useConsole();
  const { t } = texts;
  const save = () =>
    leave('sealed', async () => {
      const { summary, events } = view;
      const json = JSON.stringify({ format: 'beistand-case/1', summary, events }, undefined, 1);
      const box = await vault.call('sealCopy', [summary.desk, json]);
      saveFile(`${name}.age`, box as Uint8Array<ArrayBuffer>);
    });
  return (
    <section>
      <p class="hint">{t('export.sealed.lead')}</p>
      <Button small onClick={() => void save()}>
        {t('export.sealed')}
      </Button>
    </section>
  );
}

function Raw({ view, name, leave }: WayProps) {
  const { file, office, session, texts, said, today } = useConsole();
  const { t } = texts;
  const me = session.me.value;
  if (me === undefined) return null;
  const state = rawState(view, me, today());
  const busy = file.busy.value !== '';
  const ask = () => file.send({ path: 'requests', kind: 'request', open: { act: 'export' } });
  const agree = async () => {
    const open = { of: view.waiting?.op ?? '' };
    if (await file.send({ path: 'approvals', kind: 'approval', open })) said.value = t('export.agreed');
  };
  const save = () =>
    leave('raw', () => {
      const choice: Choice = { parts: PARTS, hidden: [], by: office.nameOf(me.member), day: today() };
      saveFile(`${name}.html`, copyFile(copyOf(view, choice, { texts, office }), texts.language.value), 'text/html');
    });
  return (
    <section class="export__raw">
      <p class="hint">
        {t(state === 'granted' ? 'export.raw.granted' : state === 'theirs' ? 'export.raw.theirs' : 'export.raw.lead')}
      </p>
      <TroubleNotice view={view} />
      {state === 'mine' && <p>{t('export.asked')}</p>}
      {state === 'other' && <p>{t('export.raw.other')}</p>}
      {state === 'ask' && !view.readOnly && (
        <Button small busy={busy} onClick={() => void ask()}>
          {t('export.ask')}
        </Button>
      )}
      {state === 'theirs' && (
        <Button small kind="primary" busy={busy} onClick={() => void agree()}>
          {t('export.agree')}
        </Button>
      )}
      {state === 'granted' && (
        <Button small onClick={() => void save()}>
          {t('export.raw')}
        </Button>
      )}
    </section>
  );
}
