// The day to look at a case again: a record in the case, and on the card, so
// that lists show it as due.
import { useState } from 'preact/hooks';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { Fold } from '../components/fold.tsx';
import { Badge } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { addDays, daysBetween, isDay, showDay, showWeekday } from '../format.ts';
import { followOf, recordBody } from '../records.ts';

/** WEEK is what is proposed, in days from today. */
const WEEK = 7;

/** Follow shows the day, sets and clears it. */
export function Follow({ view }: { readonly view: CaseView }) {
  const { file, texts, today, said } = useConsole();
  const { t } = texts;
  const [open, setOpen] = useState(false);
  const follow = followOf(view);
  const left = follow === undefined ? undefined : daysBetween(today(), follow.day);
  const save = async (day: string, words: string) => {
    const line = day === '' ? t('follow.cleared') : t('follow.set', { Day: showDay(texts, day), Why: words });
    const body = recordBody(line, { task: 'follow', day, words });
    if (!(await file.send({ path: 'notes', kind: 'note', body }))) return;
    await file.writeCard({ follow: day });
    setOpen(false);
    said.value = t('said.follow');
  };
  return (
    <Fold title={t('follow.title')} value={follow === undefined ? t('follow.none') : showDay(texts, follow.day)}>
      {follow === undefined || left === undefined ? (
        <p class="muted">{t('follow.none')}</p>
      ) : (
        <p>
          {showWeekday(texts, follow.day)}{' '}
          {left <= 0 && <Badge kind="warning">{t(left === 0 ? 'follow.today' : 'follow.past')}</Badge>}
          {follow.words !== '' && (
            <span class="row__sub" dir="auto">
              {follow.words}
            </span>
          )}
        </p>
      )}
      {!view.readOnly && view.report !== undefined && !open && (
        <div class="acts">
          <Button small kind="tertiary" onClick={() => setOpen(true)}>
            {t(follow === undefined ? 'follow.new' : 'follow.change')}
          </Button>
          {follow !== undefined && (
            <Button small kind="tertiary" busy={file.busy.value !== ''} onClick={() => void save('', '')}>
              {t('follow.clear')}
            </Button>
          )}
        </div>
      )}
      {open && <Form start={follow?.day ?? addDays(today(), WEEK)} onSave={save} onClose={() => setOpen(false)} />}
    </Fold>
  );
}

interface FormProps {
  readonly start: string;
  readonly onSave: (day: string, words: string) => Promise<void>;
  readonly onClose: () => void;
}

function Form({ start, onSave, onClose }: FormProps) {
  const { file, texts, today } = useConsole();
  const { t } = texts;
  const [day, setDay] = useState(start);
  const [words, setWords] = useState('');
  const [tried, setTried] = useState(false);
  const good = isDay(day) && day >= today();
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (good) void onSave(day, words.trim());
      }}
    >
      <TextField
        type="date"
        label={t('follow.day')}
        value={day}
        onInput={setDay}
        {...(tried && !good ? { fault: t('follow.fault') } : {})}
      />
      <TextField label={t('follow.words')} value={words} onInput={setWords} />
      <div class="acts">
        <Button small kind="primary" type="submit" busy={file.busy.value !== ''}>
          {t('act.save')}
        </Button>
        <Button small kind="tertiary" onClick={onClose}>
          {t('act.cancel')}
        </Button>
      </div>
    </form>
  );
}
