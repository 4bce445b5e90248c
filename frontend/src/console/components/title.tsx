// The one h1 of a view. It takes the focus when the view appears, and names the
// page, so that nobody loses the place after a change of view.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useConsole } from '../console.ts';

interface Props {
  /** For the window's title: never a resident's words, which would land in the browser's history. */
  readonly page: string;
  readonly children: ComponentChildren;
}

/** Title is the heading of a view. */
export function Title({ page, children }: Props) {
  const { aim, texts } = useConsole();
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${page} – ${texts.t('app.name')}`;
  }, [page, texts]);
  // Not after the drawing: who works fast is in a field by then, or in a row of the list.
  useLayoutEffect(() => {
    // A key may have led to a field of this view: that is where the focus belongs.
    const aimed = aim.value !== '' || document.activeElement?.closest('[data-aim]');
    if (!aimed) ref.current?.focus();
  }, [aim]);
  return (
    <h1 ref={ref} tabIndex={-1}>
      {children}
    </h1>
  );
}
