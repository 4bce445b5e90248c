// The desks' keys, and making the next one.
import { useState } from 'preact/hooks';
import type { Desk } from '../../shared/api.ts';
import { useAct } from '../components/act.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Notice } from '../components/notice.tsx';
import { Pin } from '../components/pin.tsx';
import { useConsole } from '../console.ts';
import { showMonth } from '../format.ts';
import { currentPin } from '../keys.ts';
import { TaskError } from '../rpc.ts';
import { FirstKeys } from './firstkey.tsx';
import { NewSheet, Rehearsal } from './rehearsal.tsx';

/** Keys shows the keys of the coordinator's desks. */
export function Keys() {
  const { office, session, texts } = useConsole();
  const { t } = texts;
  const desks = (office.data.value?.desks ?? []).filter((desk) => session.me.value?.desks.includes(desk.id));
  return (
    <>
      <section>
        <h2>{t('keys.title')}</h2>
        <p>{t('keys.lead')}</p>
        {desks.map((desk) => (
          <DeskKey key={desk.id} desk={desk} />
        ))}
      </section>
      <FirstKeys />
      <Rehearsal />
      <NewSheet desks={desks.map((desk) => desk.id)} />
    </>
  );
}

function DeskKey({ desk }: { readonly desk: Desk }) {
  const { office, session, texts } = useConsole();
  const { t } = texts;
  const waits = (session.opened.value?.unpinned ?? []).some((key) => key.desk === desk.id);
  const [asked, setAsked] = useState(false);
  const [digits, setDigits] = useState('');
  const { fault, busy, act } = useAct();
  const pin = currentPin(desk.keys, desk.id, office.day().slice(0, 7));
  const stay = office.colleagues(desk.id);
  const rotate = async () => {
    await act(async ({ vault, client }) => {
      const sheet = (await client.sheets()).sheets.find((one) => one.desk === desk.id);
      if (sheet === undefined) throw new TaskError('nokey');
      const month = office.day().slice(0, 7);
      const pins = office.data.value?.desks.map((one) => [
        one.id,
        currentPin(one.keys, one.id, month)?.recipient ?? '',
      ]);
      const others = Object.fromEntries(pins ?? []) as Record<string, string>;
      const members = (await client.members()).members;
      const made = await vault.call('rotate', [{ desk: desk.id, members, sheet, others }]);
      await client.rotate(made.body);
      setDigits(made.digits);
    });
    setAsked(false);
  };
  return (
    <div class="deskkey">
      <h3>{desk.name}</h3>
      {pin !== undefined && <p>{t('keys.current', { N: pin.epoch, Month: showMonth(texts, pin.from) })}</p>}
      {waits && digits === '' && (
        <Notice kind="warning" title={t('today.unpinned', { Desk: desk.name })}>
          <p>{t('keys.waits')}</p>
        </Notice>
      )}
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      {digits === '' ? (
        <Button onClick={() => setAsked(true)}>{t('keys.rotate')}</Button>
      ) : (
        <>
          <Notice kind="success" title={t('keys.made')} />
          <Pin desk={desk.id} digits={digits} />
        </>
      )}
      {asked && (
        <Dialog title={t('keys.rotate.title', { Desk: desk.name })} onClose={() => setAsked(false)}>
          <p>{t('keys.rotate.lead')}</p>
          <ul>
            {stay.map((member) => (
              <li key={member.member}>
                <bdi>{office.nameOf(member.member)}</bdi>
              </li>
            ))}
            <li>{t('keys.paper')}</li>
          </ul>
          <p>{t('keys.rotate.check')}</p>
          <div class="acts">
            <Button kind="primary" busy={busy} onClick={() => void rotate()}>
              {t('keys.rotate.do')}
            </Button>
            <Button kind="tertiary" onClick={() => setAsked(false)}>
              {t('act.cancel')}
            </Button>
          </div>
        </Dialog>
      )}
    </div>
  );
}
