// The link of a one-time code, with which a newcomer comes in.
import { useConsole } from '../console.ts';
import { Notice } from './notice.tsx';

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
