// Buttons in KERN's shape. None is ever greyed out: what is missing is said.
import type { ComponentChildren } from 'preact';

/** A ButtonKind is KERN's: one primary act a view, secondary beside it, tertiary for small ways out. */
export type ButtonKind = 'primary' | 'secondary' | 'tertiary';

interface Props {
  readonly kind?: ButtonKind;
  readonly type?: 'button' | 'submit';
  readonly onClick?: () => void;
  readonly busy?: boolean;
  readonly small?: boolean;
  readonly label?: string;
  readonly children: ComponentChildren;
}

/** Button is one button. While busy it takes no second click and says so. */
export function Button({
  kind = 'secondary',
  type = 'button',
  onClick,
  busy = false,
  small = false,
  label,
  children,
}: Props) {
  return (
    <button
      type={type}
      class={`kern-btn kern-btn--${kind}${small ? ' small' : ''}`}
      aria-busy={busy || undefined}
      aria-label={label}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.();
      }}
    >
      <span class="kern-label">{children}</span>
    </button>
  );
}
