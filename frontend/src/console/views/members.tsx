// Members and keys: who belongs to the office, who joins, leaves or changes, the
// desks' keys, and the recovery sheet. What a role may not do it does not see;
// the server decides anyway.
import { useState } from 'preact/hooks';
import type { Member } from '../../shared/api.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { type Console, useConsole } from '../console.ts';
import { TaskError } from '../rpc.ts';
import type { Key } from '../texts.ts';
import { Newcomers } from './admit.tsx';
import { Keys } from './deskkeys.tsx';
import { ChangeDialog, OffDialog, PasskeysDialog } from './memberdialog.tsx';

/** Members is the page of members and keys. */
export function Members() {
  const { session, texts } = useConsole();
  const { t } = texts;
  return (
    <main class="gate gate--wide members" id="main">
      <Title page={t('members.title')}>{t('members.title')}</Title>
      <People />
      {session.me.value?.role === 'coordinator' && <Keys />}
    </main>
  );
}

/** tell gives the text for what went wrong with a member or a key. */
export function tell(error: unknown): Key {
  const key = (error as { key?: unknown } | undefined)?.key;
  if (
    error instanceof TaskError &&
    (key === 'digits' || key === 'vouch' || key === 'paper' || key === 'nokey' || key === 'twin')
  ) {
    return `members.fault.${key}`;
  }
  if (key === 'series') return 'access.fault.series';
  if (error instanceof DOMException) {
    return error.name === 'InvalidStateError' ? 'access.fault.known' : 'access.fault.cancelled';
  }
  if (key === 'last' || key === 'forbidden' || key === 'conflict') return `members.fault.${key}`;
  return 'members.fault';
}

/** useAct runs an act on members, reads the office anew, and keeps what went wrong. */
export function useAct(): {
  fault: Key | '';
  busy: boolean;
  act: (what: (console: Console) => Promise<void>) => Promise<boolean>;
} {
  const console = useConsole();
  const [fault, setFault] = useState<Key | ''>('');
  const [busy, setBusy] = useState(false);
  const act = async (what: (console: Console) => Promise<void>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setFault('');
    try {
      await what(console);
      await console.session.refresh();
      return true;
    } catch (error) {
      setFault(tell(error));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { fault, busy, act };
}

/** People lists members and newcomers. */
export function People() {
  const { office, session, texts } = useConsole();
  const { t } = texts;
  const me = session.me.value;
  const keeps = me?.role === 'coordinator' || me?.role === 'admin';
  return (
    <section>
      <h2>{t('members.people')}</h2>
      <ul class="people">
        {office.members.value.map((member) => (
          <Person key={member.member} member={member} keeps={keeps && member.member !== me?.member} />
        ))}
      </ul>
      {keeps && <Newcomers />}
    </section>
  );
}

function Person({ member, keeps }: { readonly member: Member; readonly keeps: boolean }) {
  const { office, session, texts } = useConsole();
  const { t } = texts;
  const [dialog, setDialog] = useState<'' | 'change' | 'off' | 'passkeys'>('');
  const [link, setLink] = useState('');
  const { fault, busy, act } = useAct();
  const behind = !member.off && member.role !== 'admin' && !office.current.value.includes(member.member);
  const reinvite = () => void act(async ({ client }) => setLink(linkOf((await client.invite(member.member)).code)));
  return (
    <li>
      <strong>
        <bdi>{office.nameOf(member.member)}</bdi>
      </strong>{' '}
      <span class="muted">
        {texts.label('role', member.role)} · {member.desks.map((id) => office.desk(id)?.name ?? id).join(', ')}
        {member.off && ` · ${t('members.off')}`}
        {member.passkeys > 0 && ` · ${t('members.passkeys.count', { N: member.passkeys })}`}
      </span>
      {behind && session.phase.value === 'open' && <p class="fault">{t('members.behind')}</p>}
      {fault !== '' && <Notice kind="danger" alert title={t(fault)} />}
      {link !== '' && <Link link={link} />}
      {keeps && (
        <div class="acts">
          {member.off ? (
            <Button small busy={busy} onClick={reinvite}>
              {t('members.again')}
            </Button>
          ) : (
            <>
              <Button small onClick={() => setDialog('change')}>
                {t('members.change')}
              </Button>
              {member.passkeys > 0 && (
                <Button small onClick={() => setDialog('passkeys')}>
                  {t('members.passkeys')}
                </Button>
              )}
              <Button small kind="tertiary" onClick={() => setDialog('off')}>
                {t('members.leave')}
              </Button>
            </>
          )}
        </div>
      )}
      {dialog === 'change' && <ChangeDialog member={member} onClose={() => setDialog('')} />}
      {dialog === 'passkeys' && <PasskeysDialog member={member} onClose={() => setDialog('')} />}
      {dialog === 'off' && <OffDialog member={member} onClose={() => setDialog('')} />}
    </li>
  );
}

/** linkOf makes the link of a one-time code; the code stands behind the #, so no server is sent it. */
export function linkOf(code: string): string {
  return `${location.origin}${location.pathname}#join=${code}`;
}

/** Link shows a one-time link. */
export function Link({ link }: { readonly link: string }) {
  const { t } = useConsole().texts;
  return (
    <Notice kind="info" title={t('members.link')}>
      <pre dir="ltr" translate={false} class="onelink">
        {link}
      </pre>
      <p>{t('members.link.how')}</p>
    </Notice>
  );
}
