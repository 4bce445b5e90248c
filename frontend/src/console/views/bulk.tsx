// What can be done to chosen cases, how far it is, and what became of it.

import { useState } from 'preact/hooks';
import { Button } from '../components/button.tsx';
import { later } from '../components/later.tsx';
import { Notice } from '../components/notice.tsx';
import { Masked } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import { shortId } from '../format.ts';
import { formatRoute } from '../route.ts';
import type { Refusal, Result } from '../state/bulk.ts';

/** AssignDialog gives the chosen cases to a colleague. */
const AssignDialog = later(() => import('./bulkdialog.tsx').then((m) => m.AssignDialog));
/** BulkMoveDialog moves the chosen cases. */
const BulkMoveDialog = later(() => import('./bulkdialog.tsx').then((m) => m.MoveDialog));
/** LabelDialog labels the chosen cases. */
const LabelDialog = later(() => import('./bulkdialog.tsx').then((m) => m.LabelDialog));

type Open = '' | 'assign' | 'label' | 'move';

/** BulkBar stands above a list while something is chosen or was just done. */
export function BulkBar({ found }: { readonly found: number }) {
  const { bulk, inbox, texts } = useConsole();
  const { t } = texts;
  const [open, setOpen] = useState<Open>('');
  const n = bulk.chosen.value.size;
  const going = bulk.progress.value;
  const close = () => setOpen('');
  return (
    <section class="bulk" aria-label={t('bulk.title')}>
      {going !== undefined && open === '' && (
        <div class="cardnews">
          <p id="bulk-going">{t('bulk.going', { Done: going.done, Total: going.total })}</p>
          <progress max={going.total} value={going.done} aria-labelledby="bulk-going" />
          <Button small onClick={() => bulk.stop()}>
            {t('bulk.stop')}
          </Button>
        </div>
      )}
      {bulk.result.value !== undefined && <Outcome result={bulk.result.value} />}
      {n > 0 && (going === undefined || open !== '') && (
        <div class="bulk__bar">
          <p role="status">
            <strong>{t('bulk.chosen', { N: n })}</strong>
          </p>
          <span data-aim="assign">
            <Button small onClick={() => setOpen('assign')}>
              {t('bulk.assign')}
            </Button>
          </span>
          <Button small onClick={() => setOpen('label')}>
            {t('bulk.label')}
          </Button>
          <span data-aim="state">
            <Button small onClick={() => setOpen('move')}>
              {t('bulk.move')}
            </Button>
          </span>
          {n < found && (
            <Button
              small
              kind="tertiary"
              onClick={() =>
                void inbox.found().then(
                  (ids) => bulk.choose(ids),
                  () => undefined,
                )
              }
            >
              {t('bulk.all', { N: found })}
            </Button>
          )}
          <Button small kind="tertiary" onClick={() => bulk.choose([])}>
            {t('bulk.none')}
          </Button>
        </div>
      )}
      {open === 'assign' && <AssignDialog onClose={close} />}
      {open === 'label' && <LabelDialog onClose={close} />}
      {open === 'move' && <BulkMoveDialog onClose={close} />}
    </section>
  );
}

function Outcome({ result }: { readonly result: Result }) {
  const { bulk, texts } = useConsole();
  const { t } = texts;
  const { done, same, refused, undo } = result;
  const back = bulk.undoable.value;
  return (
    <div role="status" class="bulk__outcome">
      <Notice
        kind={refused.length > 0 ? 'warning' : 'success'}
        title={t(undo ? 'bulk.undone' : 'bulk.done', { N: done })}
      >
        {same > 0 && <p>{t('bulk.same', { N: same })}</p>}
        {refused.length > 0 && (
          <>
            <p>{t('bulk.refused', { N: refused.length })}</p>
            <ul class="bulk__refused">
              {refused.map((one) => (
                <Named key={one.case} refusal={one} />
              ))}
            </ul>
          </>
        )}
        <div class="acts">
          {back > 0 && (
            <Button small onClick={() => void bulk.undo()}>
              {t('bulk.undo', { N: back })}
            </Button>
          )}
          <Button
            small
            kind="tertiary"
            onClick={() => {
              bulk.result.value = undefined;
            }}
          >
            {t('bulk.close')}
          </Button>
        </div>
        {back > 0 && <p class="hint">{t('bulk.undo.hint')}</p>}
      </Notice>
    </div>
  );
}

function Named({ refusal }: { readonly refusal: Refusal }) {
  const { inbox, texts } = useConsole();
  const row = inbox.page.value?.rows.find(({ summary }) => summary.case === refusal.case);
  const missing = refusal.missing.map((key) => texts.maybe(`missing.${key}`) ?? texts.maybe(`check.${key}`) ?? key);
  return (
    <li>
      <a href={formatRoute({ view: 'case', id: refusal.case, tab: 'report' })}>
        <span class="id" dir="ltr">
          {shortId(refusal.case)}
        </span>
        {row !== undefined && row.title !== '' && (
          <span dir="auto">
            {' '}
            <Masked text={row.title} />
          </span>
        )}
      </a>
      {': '}
      {texts.label('why', refusal.why)} {missing.join('; ')}
    </li>
  );
}
