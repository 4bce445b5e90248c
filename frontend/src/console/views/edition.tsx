// A year's edition as the office sees it: the rounded tables with what is said of
// them, the files of a released one, and what was said later.
import { useState } from 'preact/hooks';
import type { StatReleased, StatShown, StatYear } from '../../shared/api.ts';
import { Button } from '../components/button.tsx';
import { TextArea, Tick } from '../components/field.tsx';
import { useConsole } from '../console.ts';
import { showDay } from '../format.ts';

const FILES: readonly string[] = ['', '.council.html', '.csv', '.ods', '.json', '.edition.json'];

/** YearProps is what each part of the page works with. */
export interface YearProps {
  readonly state: StatYear;
  readonly busy: boolean;
  /** act makes a call that answers with the year as it is then. */
  readonly act: (call: () => Promise<StatYear>, said: string) => Promise<void>;
  readonly count: (as: 'draft' | 'release' | 'trial') => Promise<void>;
}

type Props = Pick<YearProps, 'state' | 'busy' | 'act'> & { readonly released: StatReleased };

/** Released is a frozen edition. */
export function Released(props: Props) {
  const { texts } = useConsole();
  const { t } = texts;
  const { released, state } = props;
  const lang = texts.language.value;
  return (
    <section aria-label={t('stat.published')}>
      <h2>{t('stat.published')}</h2>
      <p>{t('stat.frozen', { Day: showDay(texts, released.frozenOn) })}</p>
      <ul>
        {FILES.map((suffix) => (
          <li key={suffix}>
            <a href={`/${lang}/statistics/${state.year}${suffix}`}>
              {texts.label('statfile', suffix === '' ? 'page' : suffix.slice(1))}
            </a>
          </li>
        ))}
      </ul>
      <Errata {...props} />
      <Shown shown={released.shown} />
    </section>
  );
}

/** Errata are the lines beside the edition, the one that waits, and the form for another. */
function Errata({ state, released, busy, act }: Props) {
  const { client, texts, office } = useConsole();
  const { t } = texts;
  const { proposal } = released;
  const send = (path: 'errata/release' | 'errata/drop') => () =>
    void act(() => client.onYear(state.year, path, { id: proposal?.id ?? '' }), t('stat.erratum.said'));
  return (
    <section aria-label={t('stat.errata')}>
      <h3>{t('stat.errata')}</h3>
      {released.errata.length === 0 && <p class="hint">{t('stat.errata.none')}</p>}
      {released.errata.map((line) => (
        <p key={line.de + line.day}>
          <strong>{showDay(texts, line.day)}</strong> {texts.language.value === 'en' ? line.en : line.de}
        </p>
      ))}
      {proposal !== undefined && (
        <div class="proposal">
          <p>{t('stat.erratum.by', { Name: office.nameOf(proposal.by) })}</p>
          <blockquote lang="de">{proposal.de}</blockquote>
          <blockquote lang="en">{proposal.en}</blockquote>
          {proposal.withdrawn.length > 0 && (
            <p>
              {t('stat.erratum.tables', {
                Tables: proposal.withdrawn.map(named(released.shown, texts.language.value)).join(', '),
              })}
            </p>
          )}
          {proposal.own && <p>{t('stat.erratum.second')}</p>}
          <div class="acts">
            {!proposal.own && (
              <Button kind="primary" busy={busy} onClick={send('errata/release')}>
                {t('stat.erratum.release')}
              </Button>
            )}
            <Button busy={busy} onClick={send('errata/drop')}>
              {t('stat.erratum.drop')}
            </Button>
          </div>
        </div>
      )}
      {proposal === undefined && <Writing state={state} released={released} busy={busy} act={act} />}
    </section>
  );
}

function named(shown: StatShown, language: string): (id: string) => string {
  return (id) => {
    const table = shown.tables.find((one) => one.id === id);
    return (language === 'en' ? table?.en : table?.de) ?? id;
  };
}

/** Writing is the form of an erratum. */
function Writing({ state, released, busy, act }: Props) {
  const { client, texts } = useConsole();
  const { t } = texts;
  const [de, setDe] = useState('');
  const [en, setEn] = useState('');
  const [withdrawn, setWithdrawn] = useState<readonly string[]>([]);
  const [tried, setTried] = useState(false);
  const fault = (text: string) => {
    if (!tried) return '';
    if (/\p{N}/u.test(text)) return t('stat.erratum.digits');
    return text.trim() === '' ? t('stat.erratum.empty') : '';
  };
  const send = () => {
    setTried(true);
    if ([de, en].some((text) => text.trim() === '' || /\p{N}/u.test(text))) return;
    void act(() => client.onYear(state.year, 'errata', { de, en, withdrawn }), t('stat.erratum.sent'));
  };
  return (
    <details>
      <summary>{t('stat.erratum.write')}</summary>
      <p>{t('stat.erratum.lead')}</p>
      <TextArea label={t('stat.erratum.de')} value={de} onInput={setDe} fault={fault(de)} />
      <TextArea label={t('stat.erratum.en')} value={en} onInput={setEn} fault={fault(en)} />
      <details>
        <summary>{t('stat.erratum.withdraw')}</summary>
        <fieldset>
          <legend class="kern-sr-only">{t('stat.erratum.withdraw')}</legend>
          {released.shown.tables.map((table) => (
            <Tick
              key={table.id}
              label={named(released.shown, texts.language.value)(table.id)}
              checked={withdrawn.includes(table.id)}
              onChange={(on) => setWithdrawn(on ? [...withdrawn, table.id] : withdrawn.filter((id) => id !== table.id))}
            />
          ))}
        </fieldset>
      </details>
      <div class="acts">
        <Button busy={busy} onClick={send}>
          {t('stat.erratum.send')}
        </Button>
      </div>
    </details>
  );
}

/** Shown is what a page will say: sentences, and each table to be opened. */
export function Shown({ shown }: { readonly shown: StatShown }) {
  const { t, language } = useConsole().texts;
  const english = language.value === 'en';
  return (
    <>
      <ul>
        {(english ? shown.noteEn : shown.noteDe).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {shown.tables.map((table, i) => (
        <details key={table.id} class="rounded" open={i === 0}>
          <summary>{english ? table.en : table.de}</summary>
          <table>
            <caption class="kern-sr-only">{english ? table.en : table.de}</caption>
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
        </details>
      ))}
    </>
  );
}
