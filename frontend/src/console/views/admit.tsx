// Inviting and admitting. The fingerprint of a newcomer's key is never shown
// here: it is told by voice and typed, so that nobody can just agree to it.
import { useState } from 'preact/hooks';
import type { Newcomer, Role } from '../../shared/api.ts';
import { useAct } from '../components/act.ts';
import { Button } from '../components/button.tsx';
import { TextField, Tick } from '../components/field.tsx';
import { Link, linkOf } from '../components/link.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { twin } from '../names.ts';
import { TaskError } from '../rpc.ts';
import { Desks, RoleField } from './memberdialog.tsx';

/** Newcomers invites, and lists who waits to be admitted. */
export function Newcomers() {
  const { office, texts } = useConsole();
  const { t } = texts;
  const [link, setLink] = useState('');
  const { fault, busy, act } = useAct();
  const invite = () => void act(async ({ client }) => setLink(linkOf((await client.invite('')).code)));
  return (
    <>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      <div class="acts">
        <Button busy={busy} onClick={invite}>
          {t('members.invite')}
        </Button>
        <Button kind="tertiary" onClick={() => void act(async () => undefined)}>
          {t('members.reload')}
        </Button>
      </div>
      {link !== '' && <Link link={link} />}
      {office.joining.value.map((newcomer) => (
        <Admit key={newcomer.mpk} newcomer={newcomer} />
      ))}
    </>
  );
}

function Admit({ newcomer }: { readonly newcomer: Newcomer }) {
  const { office, session, texts } = useConsole();
  const { t } = texts;
  const [display, setDisplay] = useState('');
  const [digits, setDigits] = useState('');
  const [role, setRole] = useState<Role>(session.me.value?.role === 'admin' ? 'admin' : 'caseworker');
  const [desks, setDesks] = useState<readonly string[]>(session.me.value?.desks ?? []);
  const [past, setPast] = useState(true);
  const { fault, busy, act } = useAct();
  const { member, mpk } = newcomer;
  const admit = () =>
    void act(async ({ vault, client, said }) => {
      const others = office.members.value.filter((one) => !one.off && one.member !== member);
      if (
        twin(
          display,
          others.map((one) => office.nameOf(one.member)),
        ) !== undefined
      )
        throw new TaskError('twin');
      const place = { member, role, desks: role === 'admin' ? [] : desks, past };
      await client.changeMember(member, await vault.call('admit', [{ ...place, mpk, digits, display }]));
      said.value = t('said.admitted');
    });
  const refuse = () => void act(async ({ vault, client }) => client.switchOff(member, await vault.call('newOp', [])));
  return (
    <form
      noValidate
      class="admit"
      onSubmit={(event) => {
        event.preventDefault();
        admit();
      }}
    >
      <h3>{t('admit.title', { Id: member.slice(0, 4) })}</h3>
      <p>{t('admit.lead')}</p>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      <TextField label={t('admit.digits')} hint={t('admit.digits.hint')} value={digits} onInput={setDigits} dir="ltr" />
      <TextField label={t('admit.display')} value={display} onInput={setDisplay} />
      <RoleField role={role} onChange={setRole} />
      {role !== 'admin' && (
        <>
          <Desks chosen={desks} onChange={setDesks} />
          <Tick label={t('admit.past')} checked={past} onChange={setPast} />
        </>
      )}
      <div class="acts">
        <Button kind="primary" type="submit" busy={busy}>
          {t('admit.do')}
        </Button>
        <Button kind="tertiary" onClick={refuse}>
          {t('admit.refuse')}
        </Button>
      </div>
    </form>
  );
}
