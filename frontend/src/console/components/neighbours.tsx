// The ways to the case before and behind, in the order of the list that the
// member came from.
import { COMMANDS } from '../commands.ts';
import { useConsole } from '../console.ts';
import { Button } from './button.tsx';

/** Neighbours are the two buttons, and the switch of the veil for this case. */
export function Neighbours() {
  const console = useConsole();
  const { texts, veil } = console;
  const { t } = texts;
  const run = (id: string) => COMMANDS.find((command) => command.id === id)?.run(console);
  return (
    <span class="neighbours">
      <Button small kind="tertiary" onClick={() => run('case-previous')}>
        {t('case.previous')}
      </Button>
      <Button small kind="tertiary" onClick={() => run('case-next')}>
        {t('case.next')}
      </Button>
      <Button small kind="tertiary" onClick={veil.turn}>
        {t(veil.on.value ? 'veil.lift' : 'veil.lower')}
      </Button>
    </span>
  );
}
