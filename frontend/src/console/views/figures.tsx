// Live figures for coordinators: exact, counted in the worker from the cards and
// from opened cases. Nothing of them leaves the browser, and none of them is
// kept, printed or saved.
import { useEffect, useState } from 'preact/hooks';
import { Chart } from '../components/chart.tsx';
import { type Option, Select } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { STATES, useConsole } from '../console.ts';
import { type Facet, FIRST, type InboxFilter, NOBODY, only } from '../filter.ts';
import type { Page } from '../inbox.ts';
import { formatRoute } from '../route.ts';
import { valueName } from './filters.tsx';
import { WaitFigures } from './waits.tsx';

/** A Line is a figure with the filter that finds its cases. */
interface Line {
  readonly code: string;
  readonly label: string;
  readonly n: number;
  readonly filter: InboxFilter;
}

/** Figures is the page of them. */
export function Figures() {
  const console = useConsole();
  const { inbox, texts } = console;
  const { t } = texts;
  const [year, setYear] = useState('');
  const [state, setState] = useState<'all' | 'open'>('all');
  const [page, setPage] = useState<Page>();
  const [open, setOpen] = useState<Page>();
  const [years, setYears] = useState<readonly string[]>([]);
  const filter = only(year === '' ? {} : { month: monthsOf(year) }, state);
  const asked = formatRoute({ view: 'inbox', filter });
  useEffect(() => {
    let alive = true;
    void Promise.all([inbox.ask(filter), inbox.ask(only(filter.chosen)), inbox.ask(only({}, 'all'))]).then(
      ([found, working, all]) => {
        if (!alive) return;
        setPage(found);
        setOpen(working);
        setYears([...new Set(all.facets.month.map(([month]) => month.slice(0, 4)))].sort().toReversed());
      },
      () => undefined,
    );
    return () => {
      alive = false;
    };
  }, [asked, inbox]);
  const cardless = page?.facets.flag.find(([flag]) => flag === 'nocard')?.[1] ?? 0;
  const options: readonly Option[] = [
    { value: '', label: t('figures.years') },
    ...years.map((one) => ({ value: one, label: one })),
  ];
  return (
    <main class="figures" id="main">
      <Title page={t('figures.title')}>{t('figures.title')}</Title>
      <Notice kind="warning" title={t('figures.banner')}>
        <p>{t('figures.banner.text')}</p>
      </Notice>
      <div class="figures__scope">
        <Select label={t('figures.year')} value={year} options={options} onChange={setYear} />
        <Select
          label={t('figures.scope')}
          value={state}
          options={[
            { value: 'all', label: t('figures.all') },
            { value: 'open', label: t('inbox.open') },
          ]}
          onChange={(value) => setState(value === 'open' ? 'open' : 'all')}
        />
      </div>
      {page !== undefined && open !== undefined && (
        <>
          <p role="status">
            <a href={asked}>{t('figures.found', { N: page.found })}</a>
            {cardless > 0 && ` · ${t('figures.cardless', { N: cardless })}`}
          </p>
          <Tables page={page} open={open} filter={filter} />
          <WaitFigures key={asked} filter={filter} />
        </>
      )}
    </main>
  );
}

function monthsOf(year: string): readonly string[] {
  return Array.from({ length: 12 }, (_, i) => `${year}-${String(i + 1).padStart(2, '0')}`);
}

interface TablesProps {
  readonly page: Page;
  /** The same, of open cases only: a load is what still has to be done. */
  readonly open: Page;
  readonly filter: InboxFilter;
}

function Tables({ page, open, filter }: TablesProps) {
  const console = useConsole();
  const { t } = console.texts;
  const states = STATES.filter((state) => filter.state === 'all' || (page.counts[state] ?? 0) > 0).map((state) => ({
    code: state,
    label: console.texts.label('state', state),
    n: filter.state === 'open' && DONE.includes(state) ? 0 : (page.counts[state] ?? 0),
    filter: { ...filter, state },
  }));
  const facet = (name: Facet, of = page, state = filter.state) =>
    of.facets[name].map(([code, n]) => ({
      code,
      label: valueName(console, name, code),
      n,
      filter: { ...filter, state, chosen: { ...filter.chosen, [name]: [code] } },
    }));
  const months = facet('month').sort((a, b) => (a.code < b.code ? -1 : 1));
  const load = facet('who', open, FIRST.state).sort(
    (a, b) => Number(a.code === NOBODY) - Number(b.code === NOBODY) || b.n - a.n,
  );
  return (
    <>
      <Figure title={t('figures.month')} lines={months} />
      <Figure title={t('figures.state')} lines={states.filter((line) => line.n > 0)} />
      <Figure title={t('figures.ground')} hint={t('figures.ground.hint')} lines={facet('ground')} />
      <Figure title={t('figures.area')} hint={t('figures.area.hint')} lines={facet('area')} />
      <Figure title={t('figures.load')} lines={load} />
    </>
  );
}

const DONE: readonly string[] = ['closed', 'discarded', 'documented'];

interface FigureProps {
  readonly title: string;
  readonly hint?: string;
  readonly lines: readonly Line[];
}

/** Figure is one table and its chart. */
function Figure({ title, hint, lines }: FigureProps) {
  const { t } = useConsole().texts;
  return (
    <section class="figure">
      <h2>{title}</h2>
      {hint !== undefined && <p class="hint">{hint}</p>}
      {lines.length === 0 ? (
        <p class="muted">{t('figures.none')}</p>
      ) : (
        <div class="figure__sides">
          <table>
            <caption class="kern-sr-only">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{title}</th>
                <th scope="col">{t('figures.cases')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.code}>
                  <th scope="row">
                    <bdi>{line.label}</bdi>
                  </th>
                  <td>
                    <a
                      href={formatRoute({ view: 'inbox', filter: { ...FIRST, ...line.filter } })}
                      aria-label={t('figures.open', { N: line.n, What: line.label })}
                    >
                      {line.n}
                    </a>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Chart bars={lines} />
        </div>
      )}
    </section>
  );
}
