// A view that is loaded when it is first shown: what most days do not need is
// not part of the first load.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useConsole } from '../console.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

/** later makes such a view. If it cannot be loaded, that is said, and it can be tried again. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  return function Later(props: P) {
    const { t } = useConsole().texts;
    const [view, setView] = useState<{ readonly of: ComponentType<P> }>();
    const [failed, setFailed] = useState(false);
    const start = () => {
      setFailed(false);
      void load().then(
        (of) => setView({ of }),
        () => setFailed(true),
      );
    };
    useEffect(start, []);
    if (view !== undefined) return <view.of {...props} />;
    return (
      <div class="gate">
        {failed ? (
          <Notice kind="warning" alert title={t('later.failed')}>
            <Button small onClick={start}>
              {t('later.again')}
            </Button>
          </Notice>
        ) : (
          <p role="status">{t('app.starting')}</p>
        )}
      </div>
    );
  };
}
