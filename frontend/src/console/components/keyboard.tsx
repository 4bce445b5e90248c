// Listens for keys while the console is open, and holds the two dialogs that
// they may open. A key acts only outside of fields and dialogs, and not at all
// if the member has switched that off.
import { useEffect } from 'preact/hooks';
import { aimAt, COMMANDS, usable } from '../commands.ts';
import { useConsole } from '../console.ts';
import { createReader } from '../keyboard.ts';
import { Help, Palette } from '../views/later.tsx';

const FIELDS = 'input, select, textarea, [contenteditable], dialog *';
/** A tick in a row is left by the same keys that led to it. */
const TICKS = 'tr input[type=checkbox], li input[type=checkbox], article input[type=checkbox]';

function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(FIELDS) && !target.matches(TICKS);
}

/** Keyboard is mounted once, behind the view: what a view focuses itself comes first. */
export function Keyboard() {
  const console = useConsole();
  const { aim, route, panel, preferences, file, inbox } = console;
  useEffect(() => {
    const read = createReader(() => performance.now());
    const press = (event: KeyboardEvent) => {
      if (!preferences.shortcuts.value || event.defaultPrevented || typing(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      aim.value = '';
      const act = read(event);
      const command = COMMANDS.find(({ id }) => id === act);
      if (command === undefined || !usable(console, command)) return;
      event.preventDefault();
      command.run(console);
    };
    const point = () => {
      aim.value = '';
    };
    addEventListener('keydown', press);
    addEventListener('pointerdown', point, { capture: true });
    return () => {
      removeEventListener('keydown', press);
      removeEventListener('pointerdown', point, { capture: true });
    };
  }, [console, preferences, aim]);
  // What a command aims at may stand on the page only after the next drawing.
  const wanted = aim.value;
  const drawn = [route.value, file.view.value, inbox.page.value, wanted];
  useEffect(() => {
    if (wanted === '') return;
    const frame = requestAnimationFrame(() => {
      if (aimAt(wanted)) aim.value = '';
    });
    return () => cancelAnimationFrame(frame);
  }, drawn);
  if (panel.value === 'help') return <Help />;
  return panel.value === 'palette' ? <Palette /> : null;
}
