// The recovery sheet while all is well: trying it once a year, and printing a
// new one, which puts the old one out of use.
import { useState } from 'preact/hooks';
import type { NewSheets } from '../../shared/api.ts';
import { useAct } from '../components/act.ts';
import { Button } from '../components/button.tsx';
import { TextField, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import type { Drill } from '../sheets.ts';
import { type Printed, Sheet } from './sheet.tsx';

/** Letters are the fields for a sheet: one key, or two of three. */
export function Letters(props: { readonly typed: readonly string[]; readonly onInput: (typed: string[]) => void }) {
  const { t } = useConsole().texts;
  const [first = '', next = ''] = props.typed;
  return (
    <>
      <TextField
        label={t('drill.key')}
        hint={t('drill.hint')}
        value={first}
        onInput={(value) => props.onInput([value, next])}
        dir="ltr"
      />
      <TextField
        label={t('drill.second')}
        hint={t('drill.second.hint')}
        value={next}
        onInput={(value) => props.onInput([first, value])}
        dir="ltr"
      />
    </>
  );
}

/** Rehearsal tries the sheet and changes nothing. */
export function Rehearsal() {
  const { office, texts } = useConsole();
  const { t } = texts;
  const [typed, setTyped] = useState<readonly string[]>([]);
  const [results, setResults] = useState<readonly Drill[]>([]);
  const { fault, busy, act } = useAct();
  const works = results.length > 0 && results.every(({ opened, of }) => opened === of);
  const attempt = () =>
    void act(async ({ vault, client }) => {
      setResults([]);
      const found = await vault.call('drill', [(await client.sheets()).sheets, typed]);
      if (found.some(({ opened }) => opened > 0)) await client.drill(await vault.call('newOp', []));
      setTyped([]);
      setResults(found);
    });
  return (
    <section>
      <h2>{t('drill.title')}</h2>
      <p>{t('drill.lead')}</p>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      {results.length > 0 && (
        <Notice kind={works ? 'success' : 'danger'} alert title={t(works ? 'drill.works' : 'drill.fails')}>
          <ul>
            {results.map(({ desk, opened, of }) => (
              <li key={desk}>{t('drill.opened', { Desk: office.desk(desk)?.name ?? desk, Opened: opened, Of: of })}</li>
            ))}
          </ul>
        </Notice>
      )}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          attempt();
        }}
      >
        <Letters typed={typed} onInput={setTyped} />
        <Button type="submit" busy={busy}>
          {t('drill.do')}
        </Button>
      </form>
    </section>
  );
}

/** NewSheet prints new sheets and puts the old ones out of use. */
export function NewSheet({ desks }: { readonly desks: readonly string[] }) {
  const { texts } = useConsole();
  const { t } = texts;
  const [trustees, setTrustees] = useState(false);
  const [made, setMade] = useState<{ readonly body: NewSheets; readonly printed: Printed }>();
  const { fault, busy, act } = useAct();
  const make = () =>
    void act(async ({ vault }) => {
      const { body, paper } = await vault.call('renew', [desks, trustees]);
      setMade({ body, printed: { letters: paper.letters, fingerprints: [] } });
    });
  const send = () =>
    void act(async ({ client, said }) => {
      if (made === undefined) return;
      await client.replaceSheets(made.body);
      setMade(undefined);
      said.value = t('said.sheet');
    });
  return (
    <section>
      <h2>{t('newsheet.title')}</h2>
      <p>{t('newsheet.lead')}</p>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      {made === undefined ? (
        <>
          <Tick label={t('newsheet.trustees')} checked={trustees} onChange={setTrustees} />
          <Button busy={busy} onClick={make}>
            {t('newsheet.do')}
          </Button>
        </>
      ) : (
        <Sheet printed={made.printed} busy={busy} onNext={send} />
      )}
    </section>
  );
}
