// Notices: a framed word to the reader. The kind is said in words by the title;
// colour and icon only repeat it.
import type { ComponentChildren } from 'preact';

/** A NoticeKind chooses colour and icon. */
export type NoticeKind = 'info' | 'success' | 'warning' | 'danger';

interface Props {
  readonly kind: NoticeKind;
  readonly title: ComponentChildren;
  /** Announced at once: for what interrupts the reader. */
  readonly alert?: boolean;
  /** About an act that did not go through: the page is silent while a dialog says it. */
  readonly trouble?: boolean;
  readonly id?: string;
  readonly children?: ComponentChildren;
}

/** Notice is one framed notice. */
export function Notice({ kind, title, alert = false, trouble = false, id, children }: Props) {
  return (
    <div class={`notice notice--${kind}${trouble ? ' trouble' : ''}`} role={alert ? 'alert' : undefined} id={id}>
      <span class={`kern-icon kern-icon--${kind}`} aria-hidden="true" />
      <div>
        <p class="notice__title">{title}</p>
        {children}
      </div>
    </div>
  );
}

/** Badge is a short word with a colour. */
export function Badge({
  kind,
  children,
}: {
  readonly kind: NoticeKind | 'plain';
  readonly children: ComponentChildren;
}) {
  return <span class={`badge badge--${kind}`}>{children}</span>;
}
