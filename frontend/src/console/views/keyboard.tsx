// Listens for keys while the console is open, and holds the two dialogs that
// they may open. A key acts only outside of fields and dialogs, and not at all
// if the member has switched that off.

import { useEffect } from 'preact/hooks';
import { aimAt, COMMANDS, usable } from '../commands.ts';
import { later } from '../components/later.tsx';
import { useConsole } from '../console.ts';
import { createReader } from '../keyboard.ts';

/** Help lists the keys. */
const Help = later(() => import('./help.tsx').then((m) => m.Help));
/** Palette finds commands and cases. */
const Palette = later(() => import('./palette.tsx').then((m) => m.Palette));

const FIELDS = 'input, select, textarea, [contenteditable], dialog *';
/** A tick in a row is left by the same keys that led to it. */
const TICKS = 'tr input[type=checkbox], li input[type=checkbox], article input[type=checkbox]';

function typing(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(FIELDS) && !target.matches(TICKS);
}

/** Keyboard is mounted once, behind the view: what a view focuses itself comes first. */
export function Keyboard() {
  const console = useConsole();
  const { aim, panel, preferences } = console;
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
  // What a command aims at may stand on the page only later: after the next
  // drawing, or when a part of the console was loaded.
  const wanted = aim.value;
  useEffect(() => {
    if (wanted === '') return;
    const reach = () => {
      // Whoever has gone on by then keeps the focus.
      if (aim.value === wanted && aimAt(wanted)) aim.value = '';
    };
    const watch = new MutationObserver(reach);
    watch.observe(document.body, { childList: true, subtree: true });
    const frame = requestAnimationFrame(reach);
    return () => {
      watch.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [wanted, aim]);
  if (panel.value === 'help') return <Help />;
  return panel.value === 'palette' ? <Palette /> : null;
}
