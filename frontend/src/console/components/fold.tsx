// A part of a page that can be folded. On a wide screen it starts open; on a
// small one folded, and says in one line what it holds.
import type { ComponentChildren, Ref } from 'preact';
import { useState } from 'preact/hooks';

interface Props {
  readonly title: string;
  /** What is in it, in a few words, for when it is folded. */
  readonly value?: ComponentChildren;
  /** The name by which keys aim at it. */
  readonly aim?: string;
  /** Whether it starts folded everywhere. */
  readonly folded?: boolean;
  readonly summary?: Ref<HTMLElement>;
  readonly onOpen?: (open: boolean) => void;
  readonly children: ComponentChildren;
}

/** WIDE is where the column stands beside the case; the style sheet says the same. */
const WIDE = '(min-width: 62.01rem)';

/** Fold is such a part. */
export function Fold({ title, value, aim, folded = false, summary, onOpen, children }: Props) {
  const [open, setOpen] = useState(() => !folded && matchMedia(WIDE).matches);
  return (
    <details
      class="fold"
      open={open}
      data-aim={aim}
      onToggle={(event) => {
        setOpen(event.currentTarget.open);
        onOpen?.(event.currentTarget.open);
      }}
    >
      <summary {...(summary === undefined ? {} : { ref: summary })}>
        <h2>{title}</h2>
        {value !== undefined && <span class="fold__value">{value}</span>}
      </summary>
      <div class="fold__body">{children}</div>
    </details>
  );
}
