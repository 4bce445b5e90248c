// Members and keys: who belongs to the office, who joins, leaves or changes, the
// desks' keys, and the recovery sheet. What a role may not do it does not see;
// the server decides anyway.
import { useState } from 'preact/hooks';
import type { Member } from '../../shared/api.ts';
import { useAct } from '../components/act.ts';
import { Button } from '../components/button.tsx';
import { Link, linkOf } from '../components/link.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
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
      {member.member === session.me.value?.member && <span class="muted">({t('row.me')}) </span>}
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
