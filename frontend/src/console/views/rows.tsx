// The rows of the inbox.
import { Badge } from '../components/notice.tsx';
import { Masked, Unmask } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import { FIRST, type InboxFilter, type Sort } from '../filter.ts';
import { leftKind, monthsBetween, shortId, showLeft, showMonth, showShort, showWeekday } from '../format.ts';
import type { Page, Row } from '../inbox.ts';
import { formatRoute } from '../route.ts';
import type { Key } from '../texts.ts';

interface Props {
  readonly filter: InboxFilter;
  readonly page: Page;
}

const COLUMNS: readonly (readonly [Key, Sort | undefined])[] = [
  ['row.case', 'title'],
  ['row.state', 'state'],
  ['row.due', 'due'],
  ['row.age', 'age'],
  ['row.assignee', undefined],
];

/** Rows is the table of one page of the inbox. */
export function Rows({ filter, page }: Props) {
  const { texts } = useConsole();
  const { t } = texts;
  return (
    <table class="rows">
      <caption class="kern-sr-only">{t('inbox.list')}</caption>
      <thead>
        <tr>
          <th scope="col" class="row__check">
            <PickAll page={page} />
          </th>
          {COLUMNS.map(([key, sort]) => (
            <Head key={key} title={t(key)} sort={sort} filter={filter} />
          ))}
        </tr>
      </thead>
      <tbody>
        {page.rows.map((row) => (
          <Line key={row.summary.case} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function PickAll({ page }: { readonly page: Page }) {
  const { bulk, texts } = useConsole();
  const ids = page.rows.map(({ summary }) => summary.case);
  const chosen = bulk.chosen.value;
  const all = ids.length > 0 && ids.every((id) => chosen.has(id));
  return (
    <label class="pick">
      <span class="kern-sr-only">{texts.t('bulk.page')}</span>
      <input
        type="checkbox"
        checked={all}
        onChange={() => bulk.choose([...[...chosen].filter((id) => !ids.includes(id)), ...(all ? [] : ids)])}
      />
    </label>
  );
}

function Head(props: { readonly title: string; readonly sort: Sort | undefined; readonly filter: InboxFilter }) {
  const { title, sort, filter } = props;
  if (sort === undefined) return <th scope="col">{title}</th>;
  const active = filter.sort === sort;
  const down = active && !filter.down;
  const href = formatRoute({ view: 'inbox', filter: { ...filter, sort, down, page: FIRST.page } });
  return (
    <th scope="col" aria-sort={active ? (filter.down ? 'descending' : 'ascending') : undefined}>
      <a href={href}>
        {title}
        <span class="sort" aria-hidden="true">
          {active ? (filter.down ? '▼' : '▲') : ''}
        </span>
      </a>
    </th>
  );
}

function Line({ row }: { readonly row: Row }) {
  const { bulk, office, texts, today, session } = useConsole();
  const { t } = texts;
  const { summary } = row;
  const age = monthsBetween(summary.month, today());
  return (
    <tr class={summary.unread ? 'row row--unread' : 'row'}>
      <td class="row__check">
        <label class="pick">
          <span class="kern-sr-only">{t('bulk.pick', { Case: shortId(summary.case) })}</span>
          <input
            type="checkbox"
            checked={bulk.chosen.value.has(summary.case)}
            onChange={() => bulk.toggle(summary.case)}
          />
        </label>
      </td>
      <th scope="row">
        <a class="row__title" data-row href={formatRoute({ view: 'case', id: summary.case, tab: 'report' })}>
          {summary.unread && <span class="row__dot" aria-hidden="true" />}
          {summary.unread && <span class="kern-sr-only">{t('row.unread')} </span>}
          <RowTitle row={row} />
        </a>
        <Unmask text={row.title} />
        <p class="row__more">
          <span class="id" dir="ltr">
            {shortId(summary.case)}
          </span>
          {row.area !== '' && <span>{office.label('life_area', row.area)}</span>}
          <Grounds codes={row.grounds} />
          {row.labels.map((label) => (
            <span key={label} class="labelled" dir="auto">
              {label}
            </span>
          ))}
          {row.lang !== '' && row.lang !== 'de' && <span>{texts.label('lang', row.lang)}</span>}
        </p>
      </th>
      <td>{texts.label('state', summary.state)}</td>
      <td>
        <Due row={row} />
      </td>
      <td>
        {showMonth(texts, summary.month)}
        <span class="row__sub">{age === 0 ? t('row.age.now') : t('row.age.months', { N: age })}</span>
      </td>
      <td>
        {summary.assignee === '' ? (
          <span class="muted">{t('row.nobody')}</span>
        ) : summary.assignee === session.me.value?.member ? (
          t('row.me')
        ) : (
          <bdi>{office.nameOf(summary.assignee)}</bdi>
        )}
      </td>
    </tr>
  );
}

/** Grounds names the first ground and counts the others: a line of the list is for telling cases apart. */
function Grounds({ codes: [first, ...more] }: { readonly codes: readonly string[] }) {
  const { office, texts } = useConsole();
  if (first === undefined) return null;
  const others = more.map((code) => office.label('ground', code)).join(', ');
  return (
    <span>
      {office.label('ground', first)}
      {more.length > 0 && (
        <>
          {' '}
          <span aria-hidden="true">+{more.length}</span>
          <span class="kern-sr-only">{texts.t('row.grounds.more', { Grounds: others })}</span>
        </>
      )}
    </span>
  );
}

/** RowTitle is the title of a case, or why there is none. */
export function RowTitle({ row }: { readonly row: Row }) {
  const { t } = useConsole().texts;
  switch (row.cardState) {
    case 'none':
      return <em>{t('row.new')}</em>;
    case 'damaged':
      return <em>{t('row.damaged')}</em>;
    case 'locked':
      return <em>{t('row.locked')}</em>;
    case 'open':
      return row.title === '' ? (
        <em>{t('row.ticks')}</em>
      ) : (
        <span dir="auto">
          <Masked text={row.title} />
        </span>
      );
  }
}

/** Due says how a case stands to its days. */
export function Due({ row }: { readonly row: Row }) {
  const { texts, today } = useConsole();
  const { t } = texts;
  const left = row.daysLeft;
  if (left !== undefined) {
    return (
      <span title={showWeekday(texts, row.safeDay)}>
        {showShort(texts, row.safeDay)}
        <span class="row__sub">
          <Badge kind={leftKind(left)}>{showLeft(texts, left)}</Badge>
        </span>
      </span>
    );
  }
  if (row.summary.due === '') return <span class="muted">–</span>;
  return (
    <span>
      {t('due.week', { Day: showShort(texts, row.summary.due) })}
      {row.summary.due < today() && <span class="row__sub">{t('due.waiting')}</span>}
    </span>
  );
}
