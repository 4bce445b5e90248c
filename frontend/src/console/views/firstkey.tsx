// Desks that came into the settings after the set-up and have no key yet: who
// belongs to them, their first key, their recovery sheet.
import { useState } from 'preact/hooks';
import type { Desk } from '../../shared/api.ts';
import { useAct } from '../components/act.ts';
import { Button } from '../components/button.tsx';
import { Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Pin } from '../components/pin.tsx';
import { useConsole } from '../console.ts';
import type { FirstMade } from '../firstkey.ts';
import { currentPin } from '../keys.ts';
import { Sheet } from './sheet.tsx';

/** FirstKeys offers the first key of each desk that has none. */
export function FirstKeys() {
  const { office, texts } = useConsole();
  const { t } = texts;
  const bare = (office.data.value?.desks ?? []).filter((desk) => desk.keys.length === 0);
  if (bare.length === 0) return null;
  return (
    <section>
      <h2>{t('first.title')}</h2>
      <p>{t('first.lead')}</p>
      {bare.map((desk) => (
        <FirstKey key={desk.id} desk={desk} />
      ))}
    </section>
  );
}

function FirstKey({ desk }: { readonly desk: Desk }) {
  const { office, session, texts } = useConsole();
  const { t } = texts;
  const me = session.me.value?.member ?? '';
  const people = office.members.value.filter(({ off, role }) => !off && role !== 'admin');
  const [placed, setPlaced] = useState<readonly string[]>([me]);
  const [made, setMade] = useState<FirstMade>();
  const [digits, setDigits] = useState('');
  const { fault, busy, act } = useAct();
  const leads = people.some(({ member, role }) => role === 'coordinator' && placed.includes(member));
  const make = () =>
    void act(async ({ vault }) => {
      const month = office.day().slice(0, 7);
      const pins = (office.data.value?.desks ?? []).map(
        (one) => [one.id, currentPin(one.keys, one.id, month)] as const,
      );
      const others = Object.fromEntries(pins.map(([id, pin]) => [id, pin?.recipient ?? '']));
      const chosen = people.filter(({ member }) => placed.includes(member));
      setMade(await vault.call('firstKey', [{ desk: desk.id, placed: chosen, others }]));
    });
  const send = () =>
    void act(async ({ client }) => {
      if (made === undefined) return;
      await client.firstKey(made.body);
      setDigits(made.digits);
      setMade(undefined);
    });
  return (
    <div class="deskkey">
      <h3>{desk.name}</h3>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      {digits !== '' && (
        <>
          <Notice kind="success" title={t('keys.made')} />
          <Pin desk={desk.id} digits={digits} />
        </>
      )}
      {digits === '' && made !== undefined && (
        <Sheet
          printed={{ letters: [made.paper], fingerprints: [{ desk: desk.name, digits: made.digits }] }}
          busy={busy}
          onNext={send}
        />
      )}
      {digits === '' && made === undefined && (
        <>
          <fieldset class="desks">
            <legend>{t('first.who')}</legend>
            {people.map(({ member, role }) => (
              <Tick
                key={member}
                label={`${office.nameOf(member)}, ${texts.label('role', role)}`}
                checked={placed.includes(member)}
                onChange={(on) => setPlaced(on ? [...placed, member] : placed.filter((one) => one !== member))}
              />
            ))}
          </fieldset>
          <p class="hint">{t('first.kept')}</p>
          {!leads && <p class="fault">{t('first.leads')}</p>}
          <Button busy={busy} onClick={() => leads && make()}>
            {t('first.do')}
          </Button>
        </>
      )}
    </div>
  );
}
