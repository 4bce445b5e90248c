// What the operator has to type to pin a desk's new key.
import { useConsole } from '../console.ts';

/** Pin shows the operator's command and the fingerprint to be told. */
export function Pin({ desk, digits }: { readonly desk: string; readonly digits: string }) {
  const { t } = useConsole().texts;
  return (
    <section class="pin">
      <p>{t('pin.command')}</p>
      <pre dir="ltr" translate={false}>
        beistand office pin {desk}
      </pre>
      <p>{t('pin.digits')}</p>
      <p class="digits" dir="ltr" translate={false}>
        {digits}
      </p>
    </section>
  );
}
