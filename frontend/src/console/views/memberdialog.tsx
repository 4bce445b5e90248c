// Dialogs about one member: another role or other desks, lost passkeys, and leaving.
import { useState } from 'preact/hooks';
import type { Member, Role } from '../../shared/api.ts';
import { useAct } from '../components/act.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Select, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';

interface Props {
  readonly member: Member;
  readonly onClose: () => void;
}

/** ROLES are the roles that an account can have. */
export const ROLES: readonly Role[] = ['caseworker', 'coordinator', 'admin'];

/** Desks ticks desks: those that the coordinator belongs to, and those that the member has. */
export function Desks(props: { readonly chosen: readonly string[]; readonly onChange: (desks: string[]) => void }) {
  const { office, session, texts } = useConsole();
  const mine = session.me.value?.desks ?? [];
  const shown = [...new Set([...mine, ...props.chosen])];
  return (
    <fieldset class="desks">
      <legend>{texts.t('members.desks')}</legend>
      {shown.map((id) => (
        <Tick
          key={id}
          label={office.desk(id)?.name ?? id}
          checked={props.chosen.includes(id)}
          onChange={(on) => props.onChange(on ? [...props.chosen, id] : props.chosen.filter((desk) => desk !== id))}
        />
      ))}
    </fieldset>
  );
}

/** RoleField chooses a role. */
export function RoleField({ role, onChange }: { readonly role: Role; readonly onChange: (role: Role) => void }) {
  const { texts } = useConsole();
  return (
    <Select
      label={texts.t('members.role')}
      value={role}
      options={ROLES.map((value) => ({ value, label: texts.label('role', value) }))}
      onChange={(value) => onChange(value as Role)}
    />
  );
}

/** ChangeDialog gives a member another role or other desks, and the keys of these desks. */
export function ChangeDialog({ member, onClose }: Props) {
  const { texts, office } = useConsole();
  const { t } = texts;
  const [role, setRole] = useState<Role>(member.role);
  const [desks, setDesks] = useState<readonly string[]>(member.desks);
  const { fault, busy, act } = useAct();
  const save = async () => {
    const place = { member: member.member, role, desks: role === 'admin' ? [] : desks, past: true };
    const done = await act(async ({ vault, client, said }) => {
      await client.changeMember(member.member, await vault.call('change', [member, place]));
      said.value = t('said.member');
    });
    if (done) onClose();
  };
  return (
    <Dialog title={t('members.change.title', { Name: office.nameOf(member.member) })} onClose={onClose}>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      <RoleField role={role} onChange={setRole} />
      {role !== 'admin' && <Desks chosen={desks} onChange={setDesks} />}
      <p class="hint">{t('members.change.hint')}</p>
      <div class="acts">
        <Button kind="primary" busy={busy} onClick={() => void save()}>
          {t('act.save')}
        </Button>
        <Button kind="tertiary" onClick={onClose}>
          {t('act.cancel')}
        </Button>
      </div>
    </Dialog>
  );
}

/** OffDialog ends an account. */
export function OffDialog({ member, onClose }: Props) {
  const { texts, office } = useConsole();
  const { t } = texts;
  const { fault, busy, act } = useAct();
  const off = async () => {
    const done = await act(async ({ vault, client, said }) => {
      await client.switchOff(member.member, await vault.call('newOp', []));
      said.value = t('said.off');
    });
    if (done) onClose();
  };
  return (
    <Dialog title={t('members.leave.title', { Name: office.nameOf(member.member) })} onClose={onClose}>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      <p>{t('members.leave.lead')}</p>
      <p>{t('members.leave.kept')}</p>
      <div class="acts">
        <Button kind="primary" busy={busy} onClick={() => void off()}>
          {t('members.leave.do')}
        </Button>
        <Button kind="tertiary" onClick={onClose}>
          {t('act.cancel')}
        </Button>
      </div>
    </Dialog>
  );
}

/** PasskeysDialog takes the passkeys from somebody who lost them. */
export function PasskeysDialog({ member, onClose }: Props) {
  const { texts, office } = useConsole();
  const { t } = texts;
  const { fault, busy, act } = useAct();
  const reset = async () => {
    const done = await act(async ({ vault, client, said }) => {
      await client.resetPasskeys(member.member, await vault.call('newOp', []));
      said.value = t('said.passkeys');
    });
    if (done) onClose();
  };
  return (
    <Dialog title={t('members.passkeys.title', { Name: office.nameOf(member.member) })} onClose={onClose}>
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      <p>{t(member.series ? 'members.passkeys.series' : 'members.passkeys.lead')}</p>
      <div class="acts">
        {!member.series && (
          <Button kind="primary" busy={busy} onClick={() => void reset()}>
            {t('members.passkeys.do')}
          </Button>
        )}
        <Button kind="tertiary" onClick={onClose}>
          {t('act.cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
