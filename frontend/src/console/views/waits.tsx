// How long people waited for a first answer: for this the cases themselves are
// opened, in the worker, so it is counted only when somebody asks.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { Chart } from '../components/chart.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import type { InboxFilter } from '../filter.ts';
import { shortId } from '../format.ts';
import { formatRoute } from '../route.ts';
import { share, type Waits } from '../waits.ts';

/** LISTED is how many cases a figure lists at most. */
const LISTED = 100;

/** WaitFigures counts and shows them. */
export function WaitFigures({ filter }: { readonly filter: InboxFilter }) {
  const { client, inbox, office, vault, texts, today } = useConsole();
  const { t } = texts;
  const [progress, setProgress] = useState<readonly [number, number]>();
  const [waits, setWaits] = useState<Waits>();
  const [failed, setFailed] = useState(false);
  // A count that nobody looks at any more ends before its next case.
  const run = useRef(0);
  useEffect(
    () => () => {
      run.current += 1;
    },
    [],
  );
  const stop = () => {
    run.current += 1;
    setProgress(undefined);
  };
  const count = async () => {
    run.current += 1;
    const mine = run.current;
    setFailed(false);
    try {
      const ids = await inbox.found(filter);
      setProgress([0, ids.length]);
      await vault.call('waitStart', [today()]);
      for (const [i, id] of ids.entries()) {
        const file = await client.openCase(id);
        if (mine !== run.current) return;
        await vault.call('waitCase', [file.summary, file.events]);
        if (mine !== run.current) return;
        setProgress([i + 1, ids.length]);
      }
      setWaits(await vault.call('waitEnd', [office.data.value?.answerDays ?? 0]));
      setProgress(undefined);
    } catch {
      if (mine !== run.current) return;
      setFailed(true);
      setProgress(undefined);
    }
  };
  return (
    <section class="figure">
      <h2>{t('waits.title')}</h2>
      <p class="hint">{t('waits.hint', { N: office.data.value?.answerDays ?? 0 })}</p>
      {failed && <Notice kind="warning" alert title={t('waits.failed')} />}
      {progress === undefined ? (
        <p>
          <Button small onClick={() => void count()}>
            {t(waits === undefined ? 'waits.count' : 'waits.again')}
          </Button>
        </p>
      ) : (
        <div class="acts">
          <label>
            {t('stat.counting', { Done: progress[0], All: progress[1] })}{' '}
            <progress value={progress[0]} max={Math.max(1, progress[1])} />
          </label>
          <Button small onClick={stop}>
            {t('act.cancel')}
          </Button>
        </div>
      )}
      {waits !== undefined && <Found waits={waits} />}
    </section>
  );
}

function Found({ waits }: { readonly waits: Waits }) {
  const { texts } = useConsole();
  const { t } = texts;
  const per = share(waits);
  const number = (n: number) => n.toLocaleString(texts.language.value);
  const lines: readonly (readonly [string, readonly string[]])[] = [
    [t('waits.kept'), waits.kept],
    [t('waits.late'), waits.late],
    [t('waits.waiting'), waits.waiting],
    [t('waits.overdue'), waits.overdue],
  ];
  return (
    <>
      <p role="status">
        {waits.median === undefined
          ? t('waits.nobody')
          : t('waits.median', { N: number(waits.median), Cases: waits.answered })}{' '}
        {per !== undefined && t('waits.share', { N: per })} {t('waits.unwished', { N: waits.unwished })}
      </p>
      {waits.closed.length > 0 && <Notice kind="warning" title={t('waits.closed', { N: waits.closed.length })} />}
      <div class="figure__sides">
        <table>
          <caption class="kern-sr-only">{t('waits.title')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('waits.title')}</th>
              <th scope="col">{t('figures.cases')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(([label, ids]) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>
                  <Cases label={label} ids={ids} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Chart bars={lines.map(([label, ids], i) => ({ label, n: ids.length, hatched: i % 2 === 1 }))} />
      </div>
    </>
  );
}

function Cases({ label, ids }: { readonly label: string; readonly ids: readonly string[] }) {
  const { t } = useConsole().texts;
  if (ids.length === 0) return <>0</>;
  return (
    <details>
      <summary aria-label={t('figures.open', { N: ids.length, What: label })}>{ids.length}</summary>
      <ul class="plain">
        {ids.slice(0, LISTED).map((id) => (
          <li key={id}>
            <a class="id" href={formatRoute({ view: 'case', id, tab: 'thread' })} dir="ltr">
              {shortId(id)}
            </a>
          </li>
        ))}
      </ul>
      {ids.length > LISTED && <p class="hint">{t('waits.more', { N: ids.length - LISTED })}</p>}
    </details>
  );
}
