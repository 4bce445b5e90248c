// A year's statistics: counted here, from the opened cases, and only as numbers
// of the plan's cells sent on. What the server rounded is shown before somebody
// else counts again and releases it.
import { useEffect, useState } from 'preact/hooks';
import type { StatShown, StatYear } from '../../shared/api.ts';
import { Failure } from '../client.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import { allCases } from '../listing.ts';
import { formatRoute } from '../route.ts';
import type { Coverage, Plan } from '../tally.ts';

/** Faults are the refusals that have words of their own. */
const FAULTS: readonly string[] = [
  'too_early',
  'frozen',
  'no_draft',
  'second_person',
  'counts_differ',
  'not_safe',
  'fit_failed',
  'counts',
  'conflict',
];

/** Statistics is the page of one year. */
export function Statistics({ year }: { readonly year: number }) {
  const { client, vault, texts, said } = useConsole();
  const { t } = texts;
  const [state, setState] = useState<StatYear>();
  const [fault, setFault] = useState('');
  const [progress, setProgress] = useState<readonly [number, number]>();
  const [coverage, setCoverage] = useState<Coverage>();
  const fail = (error: unknown) => {
    const key = error instanceof Failure ? error.key : 'internal';
    setFault(FAULTS.includes(key) ? key : 'other');
  };
  useEffect(() => {
    client.year(year).then(setState, fail);
  }, [client, year]);
  const count = async (as: 'draft' | 'release' | 'trial') => {
    if (state === undefined || progress !== undefined) return;
    setFault('');
    try {
      const all = await allCases(client, false);
      const cases = all.filter((c) => c.month.startsWith(`${year}-`) && c.state !== 'discarded');
      setProgress([0, cases.length]);
      const places = { inner: state.inner, outer: state.outer };
      await vault.call('countStart', [state.plan as unknown as Plan, state.cells, places]);
      for (const [i, one] of cases.entries()) {
        const file = await client.openCase(one.case);
        await vault.call('countCase', [file.summary, file.events]);
        setProgress([i + 1, cases.length]);
      }
      const { cells, coverage: found } = await vault.call('countEnd', []);
      setCoverage(found);
      if (as === 'trial' || found.closed.length > 0 || found.broken.length > 0) return;
      setState(await client.count(year, as, { v: 1, year, plan: state.hash, cells }));
      said.value = t(as === 'draft' ? 'stat.drafted' : 'stat.released');
    } catch (error) {
      fail(error);
    } finally {
      setProgress(undefined);
    }
  };
  return (
    <main class="gate gate--wide" id="main">
      <Title page={t('stat.title')}>{t('stat.heading', { Year: year })}</Title>
      <p>
        <a href={formatRoute({ view: 'statistics', year: year - 1 })}>{year - 1}</a>{' '}
        <a href={formatRoute({ view: 'statistics', year: year + 1 })}>{year + 1}</a>
      </p>
      <p>{t('stat.lead')}</p>
      {fault !== '' && (
        <Notice kind="danger" alert title={t('stat.refused')}>
          <p>{texts.label('statfault', fault)}</p>
        </Notice>
      )}
      {progress !== undefined && (
        <p>
          <label>
            {t('stat.counting', { Done: progress[0], All: progress[1] })}{' '}
            <progress value={progress[0]} max={progress[1]} />
          </label>
        </p>
      )}
      {coverage !== undefined && <Rests coverage={coverage} />}
      {state !== undefined && <Step state={state} busy={progress !== undefined} count={count} />}
    </main>
  );
}

function Rests({ coverage }: { readonly coverage: Coverage }) {
  const { t } = useConsole().texts;
  const list = (ids: readonly string[]) =>
    ids.map((id) => (
      <li key={id}>
        <a href={formatRoute({ view: 'case', id, tab: 'report' })}>{id.slice(0, 8)}</a>
      </li>
    ));
  return (
    <section aria-label={t('stat.coverage')}>
      <h2>{t('stat.coverage')}</h2>
      <p>{t('stat.rests', { Coded: coverage.coded, Ticked: coverage.ticked })}</p>
      {coverage.closed.length > 0 && <Notice kind="warning" title={t('stat.closed')} />}
      <ul>{list(coverage.closed)}</ul>
      {coverage.broken.length > 0 && <Notice kind="warning" title={t('stat.broken')} />}
      <ul>{list(coverage.broken)}</ul>
    </section>
  );
}

interface StepProps {
  readonly state: StatYear;
  readonly busy: boolean;
  readonly count: (as: 'draft' | 'release' | 'trial') => Promise<void>;
}

function Step({ state, busy, count }: StepProps) {
  const { texts, office } = useConsole();
  const { t } = texts;
  if (state.released !== undefined) return <Released year={state.year} released={state.released} />;
  const draft = state.draft;
  return (
    <>
      {state.missing.length > 0 && (
        <Notice kind="warning" title={t('stat.desks', { Desks: state.missing.join(', ') })} />
      )}
      {!state.ready && <Notice kind="info" title={t('stat.from', { Day: state.from })} />}
      <p>{t('stat.expected', { N: (state.expected / 10).toLocaleString(texts.language.value) })}</p>
      <p>
        <Button busy={busy} onClick={() => void count('trial')}>
          {t('stat.trial')}
        </Button>{' '}
        {state.ready && (
          <Button kind={draft === undefined ? 'primary' : 'secondary'} busy={busy} onClick={() => void count('draft')}>
            {t('stat.draft')}
          </Button>
        )}{' '}
        {state.ready && draft !== undefined && !draft.own && (
          <Button kind="primary" busy={busy} onClick={() => void count('release')}>
            {t('stat.release')}
          </Button>
        )}
      </p>
      {draft !== undefined && (
        <section aria-label={t('stat.preview')}>
          <h2>{t('stat.preview')}</h2>
          <p>{t('stat.by', { Name: office.nameOf(draft.by), Day: draft.countedOn })}</p>
          {draft.own && <p>{t('stat.second')}</p>}
          {draft.dropped.length > 0 && <p>{t('stat.dropped', { Tables: draft.dropped.join(', ') })}</p>}
          <Shown shown={draft.shown} />
        </section>
      )}
    </>
  );
}

function Released({ year, released }: { readonly year: number; readonly released: StatYear['released'] & object }) {
  const { t } = useConsole().texts;
  const files = ['', '.csv', '.json', '.ods', '.edition.json'];
  return (
    <section aria-label={t('stat.published')}>
      <h2>{t('stat.published')}</h2>
      <p>{t('stat.frozen', { Day: released.frozenOn })}</p>
      <ul>
        {files.map((suffix) => (
          <li key={suffix}>
            <a href={`/de/statistics/${year}${suffix}`}>{`${year}${suffix}`}</a>
          </li>
        ))}
      </ul>
      <Shown shown={released.shown} />
    </section>
  );
}

function Shown({ shown }: { readonly shown: StatShown }) {
  const { t, language } = useConsole().texts;
  const english = language.value === 'en';
  return (
    <>
      <ul>
        {(english ? shown.noteEn : shown.noteDe).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {shown.tables.map((table) => (
        <table key={table.id}>
          <caption>{english ? table.en : table.de}</caption>
          <thead>
            <tr>
              <th scope="col">{t('stat.code')}</th>
              <th scope="col">{t('stat.number')}</th>
              <th scope="col">{t('stat.range')}</th>
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <tr key={row.de}>
                <th scope="row">{english ? row.en : row.de}</th>
                <td>{row.value}</td>
                <td>{row.lower < 0 ? '' : `${row.lower}–${row.upper}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}
