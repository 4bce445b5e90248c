// A modal dialog: the browser's own, so that focus, Escape and what lies behind
// are its business.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Dialog opens with the view that holds it and calls onClose when it is left. */
export function Dialog({ title, onClose, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog?.open === false) dialog.showModal();
    // A dialog without a field begins at its title: Enter must not end an access that nobody has read about.
    if (heading.current !== null && document.activeElement instanceof HTMLButtonElement) {
      // Only now: a title that can take the focus would take it from every field.
      heading.current.tabIndex = -1;
      heading.current.focus();
    }
    return () => {
      dialog?.close();
      // The page draws the dialog away before the browser could give the focus back.
      if (before instanceof HTMLElement && document.activeElement === document.body) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class="dialog"
      aria-labelledby={id}
      onSubmit={() => {
        // What is wrong is told at the field: the focus goes there, once it is drawn.
        requestAnimationFrame(() => ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      }}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <h2 id={id} ref={heading}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}
