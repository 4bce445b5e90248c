// Notes of members for members. They never leave the office.
import { useState } from 'preact/hooks';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { useDraft } from '../components/draft.ts';
import { TextArea, Tick } from '../components/field.tsx';
import { Badge, Notice } from '../components/notice.tsx';
import { DraftNote } from '../components/offered.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { showDay } from '../format.ts';
import { text } from '../model.ts';
import { isRecord } from '../records.ts';
import { Paragraphs } from './report.tsx';

/** Notes is the list of notes and the field for the next one. */
export function Notes({ view }: { readonly view: CaseView }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const notes = view.events.filter((event) => event.kind === 'note' && !isRecord(event)).toReversed();
  return (
    <>
      <h2>{t('notes.title')}</h2>
      <p class="hint">{t('notes.hint')}</p>
      <div data-aim="note">{!view.readOnly && <NoteForm view={view} />}</div>
      {notes.length === 0 && <p class="muted">{t('notes.none')}</p>}
      <ol class="thread">
        {notes.map((event) => (
          <li key={event.rev} class="entry entry--note">
            <p class="entry__head">
              <bdi>{office.nameOf(event.actor)}</bdi>
              <span>{showDay(texts, event.day)}</span>
              {event.public.hold !== undefined && (
                <Badge kind="warning">{t(event.public.hold ? 'notes.held' : 'notes.released')}</Badge>
              )}
            </p>
            {event.seal === 'open' ? (
              <Paragraphs text={text(event.body['text'])} />
            ) : (
              <Notice kind="danger" title={t(event.seal === 'nokey' ? 'seal.nokey' : 'seal.damaged')} />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function NoteForm({ view }: { readonly view: CaseView }) {
  const { file, session, texts, said } = useConsole();
  const { t } = texts;
  const [words, setWords] = useDraft(draftKey(view.summary.case, 'note'));
  const [hold, setHold] = useState(view.summary.hold);
  const [tried, setTried] = useState(false);
  const coordinator = session.me.value?.role === 'coordinator';
  const again = file.trouble.value?.path === 'notes';
  const send = async () => {
    setTried(true);
    if (words.trim() === '') return;
    const open = coordinator && hold !== view.summary.hold ? { hold } : {};
    if (!(await file.send({ path: 'notes', kind: 'note', body: { text: words.trim() }, open }))) return;
    setWords('');
    setTried(false);
    said.value = t('said.note');
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextArea
        label={t('notes.new')}
        value={words}
        onInput={setWords}
        rows={4}
        {...(tried && words.trim() === '' ? { fault: t('notes.fault') } : {})}
      />
      <DraftNote text={words} />
      {coordinator && <Tick label={t('notes.hold')} checked={hold} onChange={setHold} />}
      <div class="acts">
        <Button kind="primary" type="submit" busy={file.busy.value === 'notes'}>
          {t(again ? 'act.again' : 'notes.save')}
        </Button>
      </div>
    </form>
  );
}
