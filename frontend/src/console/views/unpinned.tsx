// The page of an office whose key nobody has pinned yet.
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { Pin } from '../components/pin.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';

/** Unpinned tells what the operator has still to do. */
export function Unpinned() {
  const { session, texts } = useConsole();
  const { t } = texts;
  return (
    <main class="gate" id="main">
      <Title page={t('unpinned.title')}>{t('unpinned.title')}</Title>
      <p class="lead">{t('unpinned.lead')}</p>
      {(session.opened.value?.unpinned ?? []).map(({ desk, fingerprintOf }) => (
        <PinOrder key={desk} desk={desk} recipient={fingerprintOf} />
      ))}
      <Button kind="primary" onClick={() => void session.logout()}>
        {t('unpinned.again')}
      </Button>
    </main>
  );
}

function PinOrder({ desk, recipient }: { readonly desk: string; readonly recipient: string }) {
  const { vault } = useConsole();
  const [digits, setDigits] = useState('');
  useEffect(() => {
    void vault.call('fingerprint', [recipient]).then(setDigits, () => undefined);
  }, [recipient, vault]);
  return <Pin desk={desk} digits={digits} />;
}
