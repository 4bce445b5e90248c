// Who has how much: for coordinators, as numbers that open their cases. It counts
// cases, never people's speed.
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { Fresh } from '../components/fresh.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import { NOBODY } from '../filter.ts';
import { LOADS, type Load } from '../overview.ts';
import { formatRoute } from '../route.ts';
import { BulkBar } from './bulk.tsx';
import { covered, coverLabel, HandOver } from './handover.tsx';

const COLUMNS = ['open', 'late', 'near', 'unread'] as const;

/** Workload is the page. */
export function Workload() {
  const { inbox, texts } = useConsole();
  const { t } = texts;
  const [over, setOver] = useState('');
  useEffect(() => {
    void inbox.recount().catch(() => undefined);
  }, [inbox]);
  const loads = inbox.workload.value;
  return (
    <main class="today" id="main">
      <header class="today__head">
        <Title page={t('workload.title')}>{t('workload.title')}</Title>
        <Fresh />
      </header>
      <p class="muted">{t('workload.lead')}</p>
      <BulkBar found={0} />
      {loads !== undefined && (
        <table class="rows workload">
          <caption class="kern-sr-only">{t('workload.title')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('workload.who')}</th>
              {COLUMNS.map((column) => (
                <th key={column} scope="col">
                  {t(`workload.${column}`)}
                </th>
              ))}
              <th scope="col">{t('workload.acts')}</th>
            </tr>
          </thead>
          <tbody>
            {loads.map((load) => (
              <Line key={load.who} load={load} onHandOver={() => setOver(load.who)} />
            ))}
          </tbody>
        </table>
      )}
      {over !== '' && <HandOver member={over} onClose={() => setOver('')} />}
    </main>
  );
}

function Line({ load, onHandOver }: { readonly load: Load; readonly onHandOver: () => void }) {
  const console = useConsole();
  const { office, session, texts } = console;
  const { t } = texts;
  const { who } = load;
  const name = who === NOBODY ? t('row.nobody') : office.nameOf(who);
  const member = office.members.value.find((one) => one.member === who);
  return (
    <tr>
      <th scope="row">
        <bdi>{name}</bdi>
        {who === session.me.value?.member && <span class="muted"> ({t('row.me')})</span>}
        {member?.off === true && <span class="muted"> ({t('members.off')})</span>}
      </th>
      {COLUMNS.map((column) => (
        <td key={column} data-label={t(`workload.${column}`)}>
          {load[column] === 0 ? (
            <span class="muted">0</span>
          ) : (
            <a href={formatRoute({ view: 'inbox', filter: LOADS[column](who) })}>
              {load[column]}
              <span class="kern-sr-only"> {t('workload.of', { Name: name })}</span>
            </a>
          )}
        </td>
      ))}
      <td>
        {who !== NOBODY && load.open > 0 && (
          <Button small kind="tertiary" label={t('cover.open.of', { Name: name })} onClick={onHandOver}>
            {t('cover.open')}
          </Button>
        )}
        {who !== NOBODY && member?.off !== true && <GiveBack who={who} name={name} />}
      </td>
    </tr>
  );
}

/** GiveBack shows where somebody covers for a member, and gives these cases back. */
function GiveBack({ who, name }: { readonly who: string; readonly name: string }) {
  const console = useConsole();
  const { bulk, inbox, texts } = console;
  const { t } = texts;
  const [cases, setCases] = useState<readonly string[]>([]);
  const counted = inbox.workload.value;
  useEffect(() => {
    let alive = true;
    void inbox.found(covered(console, who)).then(
      (ids) => alive && counted !== undefined && setCases(ids),
      () => undefined,
    );
    return () => {
      alive = false;
    };
  }, [console, inbox, who, counted]);
  if (cases.length === 0) return null;
  const back = () => {
    bulk.choose(cases);
    void bulk.run({ what: 'assign', member: who, note: '', add: [], remove: [coverLabel(console, who)] });
  };
  return (
    <Button small kind="tertiary" label={t('cover.giveback.of', { N: cases.length, Name: name })} onClick={back}>
      {t('cover.giveback', { N: cases.length })}
    </Button>
  );
}
