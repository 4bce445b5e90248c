// The recovery sheet: the paper key as letters and as a code, to be printed
// once. Its last letters are typed back, so that nobody goes on without it.
import { useMemo, useState } from 'preact/hooks';
import { drawQr, pathOf } from '../../shared/qr.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { showDay } from '../format.ts';

/** A Printed is what a sheet shows: one key, or one for each trustee. */
export interface Printed {
  readonly letters: readonly string[];
  readonly fingerprints: readonly { readonly desk: string; readonly digits: string }[];
}

interface Props {
  readonly printed: Printed;
  readonly busy: boolean;
  readonly onNext: () => void;
}

/** Sheet shows the recovery sheet and asks whether it was printed. */
export function Sheet({ printed, busy, onNext }: Props) {
  const { t } = useConsole().texts;
  const [typed, setTyped] = useState('');
  const [tried, setTried] = useState(false);
  const good = typed.trim().toUpperCase() === (printed.letters.at(-1) ?? '').slice(-4);
  return (
    <section>
      <h2 tabIndex={-1}>{t('sheet.title')}</h2>
      <p>{t('sheet.lead')}</p>
      {printed.letters.map((letters, i) => (
        <Paper key={letters} letters={letters} printed={printed} n={i + 1} />
      ))}
      <Button onClick={() => print()}>{t('sheet.print')}</Button>
      <Notice kind="warning" title={t('sheet.once')}>
        <p>{t('sheet.keep')}</p>
      </Notice>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (good && !busy) onNext();
        }}
      >
        <TextField
          label={t('sheet.back')}
          hint={t('sheet.back.hint')}
          value={typed}
          onInput={setTyped}
          dir="ltr"
          {...(tried && !good ? { fault: t('sheet.back.fault') } : {})}
        />
        <Button kind="primary" type="submit" busy={busy}>
          {t('sheet.send')}
        </Button>
      </form>
    </section>
  );
}

/** Paper is what is printed. */
function Paper({ letters, printed, n }: { readonly letters: string; readonly printed: Printed; readonly n: number }) {
  const { session, texts, today } = useConsole();
  const { t } = texts;
  const path = useMemo(() => pathOf(drawQr(letters)), [letters]);
  const groups = letters.match(/.{1,7}/g) ?? [];
  return (
    <article class="paper">
      <h3>{t('paper.title')}</h3>
      {printed.letters.length > 1 && <p>{t('paper.trustee', { N: n })}</p>}
      <p>{t('paper.of', { Site: session.begin.value?.site ?? '', Day: showDay(texts, today()) })}</p>
      <svg
        viewBox="0 0 41 41"
        width="205"
        height="205"
        role="img"
        aria-label={t('paper.qr')}
        shape-rendering="crispEdges"
      >
        <rect width="41" height="41" fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
      <p class="paper__key" dir="ltr" translate={false}>
        {groups.map((group, i) => (
          <span key={i}>{group}</span>
        ))}
      </p>
      <p>{t('paper.use')}</p>
      <ul>
        {printed.fingerprints.map(({ desk, digits }) => (
          <li key={desk}>
            {t('paper.fingerprint', { Desk: desk })} <span dir="ltr">{digits}</span>
          </li>
        ))}
      </ul>
    </article>
  );
}
