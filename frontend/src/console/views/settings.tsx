// A member's own settings on this device: keys and veil.
import { Button } from '../components/button.tsx';
import { Tick } from '../components/field.tsx';
import { Title } from '../components/title.tsx';
import { useConsole } from '../console.ts';
import { Keys, ShortcutSwitch } from './help.tsx';

/** Settings is the page of them. */
export function Settings() {
  const { preferences, texts, show } = useConsole();
  const { t } = texts;
  const { veil } = preferences;
  return (
    <main class="gate gate--wide" id="main">
      <Title page={t('settings.title')}>{t('settings.title')}</Title>
      <p class="hint">{t('settings.lead')}</p>
      <section aria-labelledby="veil">
        <h2 id="veil">{t('settings.veil.title')}</h2>
        <p>{t('settings.veil.text')}</p>
        <Tick
          label={t('settings.veil')}
          checked={veil.value}
          onChange={(on) => {
            veil.value = on;
          }}
        />
      </section>
      <section aria-labelledby="keys">
        <h2 id="keys">{t('help.title')}</h2>
        <p>{t('settings.keys.text')}</p>
        <ShortcutSwitch />
        <Keys />
        <p>
          <Button small onClick={() => show('help')}>
            {t('settings.keys.over')}
          </Button>
        </p>
      </section>
    </main>
  );
}
