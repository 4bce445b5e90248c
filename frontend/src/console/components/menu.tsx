// A button that opens a panel below it. It closes with Escape, with a click
// beside it and when the focus leaves it; the panel holds plain fields, so that
// nothing of it needs keys of its own.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface Props {
  readonly label: ComponentChildren;
  readonly children: (close: () => void) => ComponentChildren;
  /** opened is called when the panel opens. */
  readonly onOpen?: () => void;
  /** Whether the panel hangs from the end of the button. */
  readonly end?: boolean;
}

/** Menu is a disclosure button with its panel. */
export function Menu({ label, children, onOpen, end = false }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return;
    const leave = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    addEventListener('pointerdown', leave);
    addEventListener('focusin', leave);
    return () => {
      removeEventListener('pointerdown', leave);
      removeEventListener('focusin', leave);
    };
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes from any field inside
    <div
      class={end ? 'menu menu--end' : 'menu'}
      ref={root}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={button}
        type="button"
        class="menu__button"
        aria-expanded={open}
        onClick={() => {
          if (!open) onOpen?.();
          setOpen(!open);
        }}
      >
        {label}
        <span class="menu__mark" aria-hidden="true" />
      </button>
      {open && <div class="menu__panel">{children(close)}</div>}
    </div>
  );
}
