// Listens for keys while the console is open, and holds the two dialogs that
// they may open. A key acts only outside of fields and dialogs, and not at all
// if the member has switched that off.

import { useLayoutEffect } from 'preact/hooks';
import { aimAt, COMMANDS, type Command, usable } from '../commands.ts';
import { later } from '../components/later.tsx';
import { useConsole } from '../console.ts';
import { createReader } from '../keyboard.ts';
import { createSequence } from '../sequence.ts';

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

/** writes says whether a key would write a letter into a field. */
function writes({ key, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  return key.length === 1 && !ctrlKey && !altKey && !metaKey;
}

/** Keyboard is mounted once, behind the view: what a view focuses itself comes first. */
export function Keyboard() {
  const console = useConsole();
  const { aim, file, panel, preferences } = console;
  // No effect here waits for a drawing: keys may come before it.
  useLayoutEffect(() => {
    const read = createReader(() => performance.now());
    const acts = createSequence<Command>(
      (command) => (usable(console, command) ? command.run(console) : undefined),
      () => aim.value !== '',
    );
    const press = (event: KeyboardEvent) => {
      if (!preferences.shortcuts.value || event.defaultPrevented || typing(event.target)) return;
      // A dialog that was asked for may still have to be fetched.
      if (panel.value !== '' || document.querySelector('dialog[open]') !== null) return;
      // So may the case with the field that a key has led to: what is typed meanwhile is meant for it, and is no key.
      if (aim.value !== '' && file.status.value === 'loading' && writes(event)) return event.preventDefault();
      aim.value = '';
      const act = read(event);
      const command = COMMANDS.find(({ id }) => id === act);
      if (command === undefined || (!acts.going() && !usable(console, command))) return;
      event.preventDefault();
      acts.add(command);
    };
    const point = () => {
      acts.clear();
      aim.value = '';
    };
    addEventListener('keydown', press);
    addEventListener('pointerdown', point, { capture: true });
    return () => {
      removeEventListener('keydown', press);
      removeEventListener('pointerdown', point, { capture: true });
    };
  }, [console, preferences, panel, file, aim]);
  // What a command aims at may stand on the page only later: after the next
  // drawing, or when a part of the console was loaded.
  const wanted = aim.value;
  useLayoutEffect(() => {
    if (wanted === '') return;
    const reach = () => {
      // Whoever has gone on by then keeps the focus.
      if (aim.value === wanted && aimAt(wanted)) aim.value = '';
    };
    const watch = new MutationObserver(reach);
    watch.observe(document.body, { childList: true, subtree: true });
    // A part that is left in this moment must not catch it.
    queueMicrotask(reach);
    return () => watch.disconnect();
  }, [wanted, aim]);
  if (panel.value === 'help') return <Help />;
  return panel.value === 'palette' ? <Palette /> : null;
}
