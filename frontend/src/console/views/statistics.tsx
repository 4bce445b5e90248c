// A year's statistics, step by step: the plan is declared, one coordinator
// counts, another one counts again and releases. Counted is here, from the opened
// cases, and only numbers of the plan's cells are sent on.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { StatYear } from '../../shared/api.ts';
import { Failure } from '../client.ts';
import { Button } from '../components/button.tsx';
import { Select } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import { showDay } from '../format.ts';
import { allCases } from '../listing.ts';
import { formatRoute } from '../route.ts';
import type { Coverage, Plan } from '../tally.ts';
import { Released, Shown, type YearProps } from './edition.tsx';

/** Faults are the refusals that have words of their own. */
const FAULTS: readonly string[] = [
  'too_early',
  'frozen',
  'no_draft',
  'plan_not_declared',
  'second_person',
  'counts_differ',
  'not_safe',
  'fit_failed',
  'counts',
  'conflict',
  'form',
  'waived',
];

/** Statistics is the page of one year. */
export function Statistics({ year }: { readonly year: number }) {
  const { client, vault, texts, said } = useConsole();
  const { t } = texts;
  const [state, setState] = useState<StatYear>();
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);
  const [progress, setProgress] = useState<readonly [number, number]>();
  const [coverage, setCoverage] = useState<Coverage>();
  const fail = (error: unknown) => {
    const key = error instanceof Failure ? error.key : 'internal';
    setFault(FAULTS.includes(key) ? key : 'other');
  };
  useEffect(() => {
    setState(undefined);
    setCoverage(undefined);
    setFault('');
    client.year(year).then(setState, fail);
  }, [client, year]);
  const act: YearProps['act'] = async (call, words) => {
    if (busy) return;
    setFault('');
    setBusy(true);
    try {
      setState(await call());
      said.value = words;
    } catch (error) {
      fail(error);
    } finally {
      setBusy(false);
      setProgress(undefined);
    }
  };
  const tally = async (of: StatYear) => {
    const all = await allCases(client);
    const cases = all.filter((c) => c.month.startsWith(`${year}-`) && c.state !== 'discarded');
    setProgress([0, cases.length]);
    await vault.call('countStart', [of.plan as unknown as Plan, of.cells, { inner: of.inner, outer: of.outer }]);
    for (const [i, one] of cases.entries()) {
      const file = await client.openCase(one.case);
      await vault.call('countCase', [file.summary, file.events]);
      setProgress([i + 1, cases.length]);
    }
    return vault.call('countEnd', []);
  };
  const count: YearProps['count'] = async (as) => {
    if (state === undefined) return;
    await act(
      async () => {
        const { cells, coverage: found } = await tally(state);
        setCoverage(found);
        if (as === 'trial' || found.closed.length > 0 || found.broken.length > 0) return state;
        return client.count(year, as, { v: 1, year, plan: state.hash, cells });
      },
      t(as === 'release' ? 'stat.released' : 'stat.drafted'),
    );
  };
  return (
    <main class="gate gate--wide" id="main">
      <Title page={t('stat.title')}>{t('stat.heading', { Year: year })}</Title>
      <nav class="years" aria-label={t('stat.years')}>
        <a href={formatRoute({ view: 'statistics', year: year - 1 })}>← {year - 1}</a>
        <a href={formatRoute({ view: 'statistics', year: year + 1 })}>{year + 1} →</a>
      </nav>
      {fault !== '' && (
        <Notice kind="danger" alert title={t('stat.refused')}>
          <p>{texts.label('statfault', fault)}</p>
        </Notice>
      )}
      {state !== undefined && <Steps state={state} busy={busy} act={act} count={count} />}
      {progress !== undefined && (
        <p class="counting">
          <label>
            {t('stat.counting', { Done: progress[0], All: progress[1] })}
            <progress value={progress[0]} max={progress[1]} />
          </label>
        </p>
      )}
      {coverage !== undefined && <Rests coverage={coverage} />}
      {state?.draft !== undefined && <Preview state={state} />}
      {state?.released !== undefined && <Released state={state} released={state.released} busy={busy} act={act} />}
      {state !== undefined && state.released === undefined && <Waiver state={state} busy={busy} act={act} />}
    </main>
  );
}

/** Steps is where the year stands. */
function Steps(props: YearProps & { readonly state: StatYear }) {
  const { texts, office } = useConsole();
  const { t } = texts;
  const { state, busy, count } = props;
  const { draft, released } = state;
  const declared = state.declared?.same === true;
  const day = (text: string) => showDay(texts, text);
  const ready = declared && state.ready && state.missing.length === 0;
  return (
    <ol class="steps">
      <Step done={declared || released !== undefined} title={t('stat.step.plan')}>
        {released === undefined && <PlanStep {...props} />}
      </Step>
      <Step done={draft !== undefined || released !== undefined} title={t('stat.step.count')}>
        {released === undefined && (
          <>
            {draft === undefined ? (
              <p>{t('stat.lead')}</p>
            ) : (
              <p>{t('stat.by', { Name: office.nameOf(draft.by), Day: day(draft.countedOn) })}</p>
            )}
            {state.missing.length > 0 && (
              <Notice kind="warning" title={t('stat.desks', { Desks: state.missing.join(', ') })} />
            )}
            {!state.ready && <p class="hint">{t('stat.from', { Day: day(state.from) })}</p>}
            <div class="acts">
              {ready && (draft === undefined || draft.own) && (
                <Button
                  kind={draft === undefined ? 'primary' : 'secondary'}
                  busy={busy}
                  onClick={() => void count('draft')}
                >
                  {t(draft === undefined ? 'stat.draft' : 'stat.redraft')}
                </Button>
              )}
              <Button kind="tertiary" busy={busy} onClick={() => void count('trial')}>
                {t('stat.trial')}
              </Button>
            </div>
          </>
        )}
      </Step>
      <Step done={released !== undefined} title={t('stat.step.release')}>
        {draft === undefined && released === undefined && <p class="muted">{t('stat.step.release.first')}</p>}
        {draft?.own && <p>{t('stat.second')}</p>}
        {draft !== undefined && !draft.own && (
          <>
            <p>{t('stat.yours')}</p>
            <div class="acts">
              <Button kind="primary" busy={busy} onClick={() => void count('release')}>
                {t('stat.release')}
              </Button>
              <Button busy={busy} onClick={() => void count('draft')}>
                {t('stat.redraft')}
              </Button>
            </div>
          </>
        )}
      </Step>
    </ol>
  );
}

interface StepProps {
  readonly done: boolean;
  readonly title: string;
  readonly children: ComponentChildren;
}

function Step({ done, title, children }: StepProps) {
  const { t } = useConsole().texts;
  return (
    <li class={done ? 'step step--done' : 'step'}>
      <h2>
        {title}
        {done && <span class="badge badge--success">{t('stat.done')}</span>}
      </h2>
      {children}
    </li>
  );
}

/** PlanStep declares the plan, and says what is in it. */
function PlanStep({ state, busy, act }: YearProps) {
  const { client, texts, office } = useConsole();
  const { t } = texts;
  const [cause, setCause] = useState('');
  const { declared } = state;
  const english = texts.language.value === 'en';
  const tables = (state.plan as unknown as { tables: readonly { title: { de: string; en: string } }[] }).tables;
  const declare = () =>
    void act(() => client.onYear(state.year, 'plan', { plan: state.hash, cause }), t('stat.plan.said'));
  return (
    <>
      {declared === undefined ? (
        <p>{t('stat.plan.none')}</p>
      ) : (
        <p>{t('stat.plan.by', { Name: office.nameOf(declared.by), Day: showDay(texts, declared.day) })}</p>
      )}
      {declared?.same === false && (
        <Notice kind="warning" title={t('stat.plan.other')}>
          <Select
            label={t('stat.plan.cause')}
            value={cause}
            options={[
              { value: '', label: t('coding.choose') },
              ...state.causes.map((code) => ({ value: code, label: texts.label('statcause', code) })),
            ]}
            onChange={setCause}
          />
        </Notice>
      )}
      <details>
        <summary>{t('stat.plan.what', { N: tables.length, Cells: state.cells.length })}</summary>
        <ul>
          {tables.map((table) => (
            <li key={table.title.de}>{english ? table.title.en : table.title.de}</li>
          ))}
        </ul>
        <p class="hint wrap">{state.hash}</p>
      </details>
      {declared?.same !== true && state.waiver?.done !== true && (declared === undefined || cause !== '') && (
        <div class="acts">
          <Button kind="primary" busy={busy} onClick={declare}>
            {t(declared === undefined ? 'stat.plan.declare' : 'stat.plan.again')}
          </Button>
        </div>
      )}
    </>
  );
}

function Rests({ coverage }: { readonly coverage: Coverage }) {
  const { t } = useConsole().texts;
  const list = (ids: readonly string[]) =>
    ids.length > 0 && (
      <ul>
        {ids.map((id) => (
          <li key={id}>
            <a href={formatRoute({ view: 'case', id, tab: 'report' })}>{id.slice(0, 8)}</a>
          </li>
        ))}
      </ul>
    );
  return (
    <section aria-label={t('stat.coverage')}>
      <h2>{t('stat.coverage')}</h2>
      <p>{t('stat.rests', { Coded: coverage.coded, Ticked: coverage.ticked })}</p>
      {coverage.closed.length > 0 && <Notice kind="warning" title={t('stat.closed')} />}
      {list(coverage.closed)}
      {coverage.broken.length > 0 && <Notice kind="warning" title={t('stat.broken')} />}
      {list(coverage.broken)}
    </section>
  );
}

function Preview({ state }: { readonly state: StatYear }) {
  const { texts } = useConsole();
  const { t } = texts;
  const { draft } = state;
  if (draft === undefined) return null;
  return (
    <section aria-label={t('stat.preview')}>
      <h2>{t('stat.preview')}</h2>
      <p>{t('stat.expected', { N: (state.expected / 10).toLocaleString(texts.language.value) })}</p>
      {draft.dropped.length > 0 && <p>{t('stat.dropped', { Tables: draft.dropped.join(', ') })}</p>}
      <Shown shown={draft.shown} />
    </section>
  );
}

/** Waiver gives a year up, which takes two. */
function Waiver({ state, busy, act }: Pick<YearProps, 'state' | 'busy' | 'act'>) {
  const { client, texts, office } = useConsole();
  const { t } = texts;
  const { waiver } = state;
  if (waiver?.done === true) return <Notice kind="info" title={t('stat.waived')} />;
  return (
    <details class="waiver" open={waiver !== undefined}>
      <summary>{t('stat.waive')}</summary>
      <p>{t('stat.waive.lead')}</p>
      {waiver !== undefined && <p>{t('stat.waive.by', { Name: office.nameOf(waiver.by) })}</p>}
      {waiver?.own !== true && (
        <Button
          busy={busy}
          onClick={() => void act(() => client.onYear(state.year, 'waiver', {}), t('stat.waive.said'))}
        >
          {t(waiver === undefined ? 'stat.waive.ask' : 'stat.waive.agree')}
        </Button>
      )}
    </details>
  );
}
