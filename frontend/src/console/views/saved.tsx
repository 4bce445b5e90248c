// Saved views: pinned ones above the states, all of them in one menu.
import { useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { Menu } from '../components/menu.tsx';
import { useConsole } from '../console.ts';
import { FIRST, type InboxFilter, readFilter } from '../filter.ts';
import { formatRoute } from '../route.ts';
import { hashOf, MOST, NAME, type SavedView } from '../state/saved.ts';
import type { Key } from '../texts.ts';
import type { ListView } from './filters.tsx';

/** hrefOf gives the address of a view. */
function hrefOf(view: ListView, saved: SavedView): string {
  return formatRoute({ view, filter: readFilter(new URLSearchParams(saved.hash)) });
}

/** Pinned lists the pinned views. */
export function Pinned({ view, filter }: { readonly view: ListView; readonly filter: InboxFilter }) {
  const { inbox, saved, texts } = useConsole();
  const pinned = saved.list.value.filter((one) => one.pinned);
  if (pinned.length === 0) return null;
  const here = hashOf(filter);
  return (
    <nav class="states states--pinned" aria-label={texts.t('saved.pinned')}>
      <ul>
        {pinned.map((one) => {
          const current = one.hash === here && one.search === inbox.search.value;
          return (
            <li key={one.name}>
              <a
                href={hrefOf(view, one)}
                aria-current={current ? 'true' : undefined}
                onClick={() => {
                  inbox.search.value = one.search;
                }}
              >
                <span dir="auto">{one.name}</span>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** SavedMenu opens, keeps, pins and drops views. */
export function SavedMenu({ view, filter }: { readonly view: ListView; readonly filter: InboxFilter }) {
  const { inbox, saved, texts, said } = useConsole();
  const { t } = texts;
  const list = saved.list.value;
  const plain = hashOf(filter) === hashOf(FIRST) && inbox.search.value.trim() === '';
  const keep = async (next: readonly SavedView[], word: Key) => {
    said.value = t((await saved.keep(next)) ? word : 'saved.unkept');
  };
  return (
    <Menu label={t('saved.title')} end>
      {(close) => (
        <div class="saved">
          {list.length === 0 && <p class="hint">{t('saved.empty')}</p>}
          {list.length > 0 && (
            <ul class="plain">
              {list.map((one) => (
                <li key={one.name} class="saved__one">
                  <a
                    href={hrefOf(view, one)}
                    onClick={() => {
                      inbox.search.value = one.search;
                      close();
                    }}
                  >
                    <span dir="auto">{one.name}</span>
                  </a>
                  <span class="saved__acts">
                    <Button
                      small
                      kind="tertiary"
                      label={t(one.pinned ? 'saved.unpin.of' : 'saved.pin.of', { Name: one.name })}
                      onClick={() =>
                        void keep(
                          list.map((other) => (other === one ? { ...one, pinned: !one.pinned } : other)),
                          one.pinned ? 'saved.said.unpinned' : 'saved.said.pinned',
                        )
                      }
                    >
                      {t(one.pinned ? 'saved.unpin' : 'saved.pin')}
                    </Button>
                    <Button
                      small
                      kind="tertiary"
                      label={t('saved.drop.of', { Name: one.name })}
                      onClick={() =>
                        void keep(
                          list.filter((other) => other !== one),
                          'saved.said.dropped',
                        )
                      }
                    >
                      {t('saved.drop')}
                    </Button>
                  </span>
                </li>
              ))}
            </ul>
          )}
          {plain ? (
            <p class="hint">{t('saved.how')}</p>
          ) : (
            <NewView
              onKeep={(name) => {
                const next = { name, hash: hashOf(filter), search: inbox.search.value.trim(), pinned: true };
                void keep([...list.filter((other) => other.name !== name), next], 'saved.said.kept');
                close();
              }}
              full={list.length >= MOST}
            />
          )}
        </div>
      )}
    </Menu>
  );
}

function NewView({ onKeep, full }: { readonly onKeep: (name: string) => void; readonly full: boolean }) {
  const { t } = useConsole().texts;
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const tidy = [...name.replace(/\s+/g, ' ').trim()].slice(0, NAME).join('');
  const fault = full ? t('saved.full', { N: MOST }) : tidy === '' ? t('saved.fault') : '';
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (fault === '') onKeep(tidy);
      }}
    >
      <TextField
        label={t('saved.name')}
        hint={t('saved.hint')}
        value={name}
        onInput={setName}
        {...(tried && fault !== '' ? { fault } : {})}
      />
      <div class="acts">
        <Button small kind="primary" type="submit">
          {t('saved.keep')}
        </Button>
      </div>
    </form>
  );
}
