// Search and filters of a list. Each value says how many cases it would show,
// with all other filters as they are.
import { Button } from '../components/button.tsx';
import { Menu } from '../components/menu.tsx';
import { type Console, useConsole } from '../console.ts';
import { DUES, type Facet, FIRST, FLAGS, type InboxFilter, isNarrow, ME, NOBODY, toggled } from '../filter.ts';
import { showMonth } from '../format.ts';
import type { Page } from '../inbox.ts';
import { formatRoute, type Route } from '../route.ts';

/** A ListView is a page that shows a filter. */
export type ListView = 'inbox' | 'board';

/** The facets that have a menu, in their order; unread is a tick of its own. */
const MENUS = ['who', 'due', 'ground', 'area', 'lang', 'label', 'month', 'desk', 'flag'] as const;

/** routeTo makes the route of a changed filter, on its first page. */
export function routeTo(view: ListView, filter: InboxFilter, change: Partial<InboxFilter>): Route {
  return { view, filter: { ...filter, page: 1, ...change } };
}

/** valueName says a value of a facet in words. */
export function valueName({ texts, office, inbox }: Console, facet: Facet, value: string): string {
  switch (facet) {
    case 'who':
      if (value === ME) return texts.t('row.me');
      return value === NOBODY ? texts.t('row.nobody') : office.nameOf(value);
    case 'ground':
      return office.label('ground', value);
    case 'area':
      return office.label('life_area', value);
    case 'lang':
      return texts.label('lang', value);
    case 'label':
      return inbox.page.value?.labels[value] ?? texts.t('filter.label.gone');
    case 'month':
      return showMonth(texts, value);
    case 'desk':
      return office.desk(value)?.name ?? value;
    case 'unread':
      return texts.t('inbox.unread');
    default:
      return texts.label(`filter.${facet}`, value);
  }
}

interface Props {
  readonly view: ListView;
  readonly filter: InboxFilter;
}

/** Filters is the row of search and menus, and below it what is chosen. */
export function Filters({ view, filter }: Props) {
  const { inbox, office, texts, go } = useConsole();
  const { t } = texts;
  const page = inbox.page.value;
  const several = (office.data.value?.desks.length ?? 0) > 1;
  const menus = MENUS.filter((facet) => {
    if (facet === 'desk') return several;
    // A menu with nothing in it helps nobody.
    return (page?.facets[facet].length ?? 0) > 0 || filter.chosen[facet] !== undefined;
  });
  return (
    <search class="filters">
      <label class="filters__search">
        <span class="kern-sr-only">{t('inbox.search')}</span>
        <input
          class="input"
          type="search"
          data-aim="search"
          dir="auto"
          placeholder={t('inbox.search')}
          autocomplete="off"
          spellcheck={false}
          translate={false}
          value={inbox.search.value}
          onInput={(event) => {
            inbox.search.value = event.currentTarget.value;
            if (filter.page !== 1) go(routeTo(view, filter, {}));
          }}
        />
      </label>
      <label class="tick">
        <input
          type="checkbox"
          checked={filter.chosen.unread !== undefined}
          onChange={() => go({ view, filter: toggled(filter, 'unread', 'yes') })}
        />
        <span>{t('inbox.unread')}</span>
      </label>
      <div class="filters__menus">
        {menus.map((facet) => (
          <FacetMenu key={facet} view={view} facet={facet} filter={filter} page={page} />
        ))}
      </div>
      <Chosen view={view} filter={filter} />
    </search>
  );
}

/** valuesOf lists the values of a menu: those that would find something, and those that are chosen. */
function valuesOf(facet: Facet, filter: InboxFilter, page: Page | undefined): readonly (readonly [string, number])[] {
  const found = page?.facets[facet] ?? [];
  const chosen = (filter.chosen[facet] ?? []).filter((value) => !found.some(([one]) => one === value));
  const all = [...found, ...chosen.map((value) => [value, 0] as const)];
  const orders: Partial<Record<Facet, readonly string[]>> = { due: DUES, flag: FLAGS };
  const order = orders[facet];
  if (order !== undefined) return all.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return facet === 'month' ? all.sort(([a], [b]) => (a < b ? 1 : -1)) : all;
}

interface FacetProps extends Props {
  readonly facet: (typeof MENUS)[number];
  readonly page: Page | undefined;
}

function FacetMenu({ view, facet, filter, page }: FacetProps) {
  const console = useConsole();
  const { t } = console.texts;
  const chosen = filter.chosen[facet] ?? [];
  const label = (
    <>
      {t(`filter.${facet}`)}
      {chosen.length > 0 && <span class="count"> ({chosen.length})</span>}
    </>
  );
  return (
    <Menu label={label}>
      {() => (
        <fieldset class="values">
          <legend class="kern-sr-only">{t(`filter.${facet}`)}</legend>
          {valuesOf(facet, filter, page).map(([value, n]) => (
            <label key={value} class="tick values__one">
              <input
                type="checkbox"
                checked={chosen.includes(value)}
                onChange={() => console.go({ view, filter: toggled(filter, facet, value) })}
              />
              <span dir="auto">{valueName(console, facet, value)}</span>
              <span class="count">{n}</span>
            </label>
          ))}
        </fieldset>
      )}
    </Menu>
  );
}

function Chosen({ view, filter }: Props) {
  const console = useConsole();
  const { inbox, texts, go } = console;
  const { t } = texts;
  if (!isNarrow(filter)) return null;
  // What is unread has a tick that can be seen anyway.
  const chips = Object.entries({ ...filter.chosen, unread: [] }).flatMap(([facet, values]) =>
    values.map((value) => [facet as Facet, value] as const),
  );
  return (
    <ul class="chips" aria-label={t('filter.chosen')}>
      {chips.map(([facet, value]) => {
        const name = valueName(console, facet, value);
        return (
          <li key={`${facet}:${value}`}>
            <a
              class="chip"
              href={formatRoute({ view, filter: toggled(filter, facet, value) })}
              aria-label={t('filter.drop', { Name: name })}
            >
              <span dir="auto">{name}</span>
              <span aria-hidden="true"> ×</span>
            </a>
          </li>
        );
      })}
      <li>
        <Button
          kind="tertiary"
          small
          onClick={() => {
            inbox.search.value = '';
            go({ view, filter: { ...FIRST, state: filter.state } });
          }}
        >
          {t('filter.none')}
        </Button>
      </li>
    </ul>
  );
}
