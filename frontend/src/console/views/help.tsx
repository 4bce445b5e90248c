// The keys, in a dialog, with the switch that turns them off.
import { COMMANDS } from '../commands.ts';
import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Tick } from '../components/field.tsx';
import { useConsole } from '../console.ts';

const GROUPS = ['all', 'list', 'case'] as const;

/** Help shows the keys. */
export function Help() {
  const console = useConsole();
  const { t } = console.texts;
  const close = () => console.show('');
  return (
    <Dialog title={t('help.title')} onClose={close}>
      <ShortcutSwitch />
      <Keys />
      <div class="acts">
        <Button kind="primary" onClick={close}>
          {t('act.close')}
        </Button>
      </div>
    </Dialog>
  );
}

/** ShortcutSwitch turns all keys on or off. */
export function ShortcutSwitch() {
  const { preferences, texts } = useConsole();
  const { shortcuts } = preferences;
  return (
    <Tick
      label={texts.t('settings.shortcuts')}
      checked={shortcuts.value}
      onChange={(on) => {
        shortcuts.value = on;
      }}
    />
  );
}

/** Keys lists what each key does. */
export function Keys() {
  const { t } = useConsole().texts;
  return (
    <div class="keys">
      {GROUPS.map((where) => (
        <div key={where}>
          <h3>{t(`help.${where}`)}</h3>
          <dl>
            {COMMANDS.filter((command) => command.where === where && command.keys !== '').map((command) => (
              <div key={command.id}>
                <dt>
                  {command.keys.split(' ').map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{t(command.title)}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      <p class="hint">{t('help.german')}</p>
    </div>
  );
}
