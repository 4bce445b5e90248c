// What stands in the way: damage, what does not fit, and acts that did not go
// through. Nothing of this is ever shown as blank.
import type { CaseView } from '../casefile.ts';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { formatRoute } from '../route.ts';
import type { Trouble } from '../state/file.ts';
import { EventLine } from './timeline.tsx';

/** Alarms tells what is wrong with the case itself. */
export function Alarms({ view }: { readonly view: CaseView }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const damaged = view.events.filter((event) => event.seal === 'damaged');
  const locked = view.events.filter((event) => event.seal === 'nokey');
  const broken = view.events.some((event) => !event.linked);
  const odd = view.warnings.filter((warning) => warning.reason !== 'unread');
  const timeline = formatRoute({ view: 'case', id: view.summary.case, tab: 'timeline' });
  const look = <a href={timeline}>{t('alarm.look')}</a>;
  const waiting = view.waiting;
  return (
    <>
      {view.replaced && (
        <Notice kind="danger" title={t('alarm.replaced')}>
          <p>{t('alarm.tell')}</p>
        </Notice>
      )}
      {damaged.length > 0 && (
        <Notice kind="danger" title={t('alarm.damaged', { N: damaged.length })}>
          <p>
            {t('alarm.tell')} {look}
          </p>
        </Notice>
      )}
      {(broken || odd.length > 0) && (
        <Notice kind="danger" title={t(broken ? 'alarm.chain' : 'alarm.order')}>
          <p>
            {t('alarm.tell')} {look}
          </p>
        </Notice>
      )}
      {locked.length > 0 && (
        <Notice kind="warning" title={t('alarm.nokey', { N: locked.length })}>
          <p>{look}</p>
        </Notice>
      )}
      {view.readOnly && <Notice kind="warning" title={t('alarm.readonly')} />}
      {waiting !== undefined && (
        <Notice kind="warning" title={t(waiting.by === 'resident' ? 'alarm.withdrawal' : 'alarm.waiting')}>
          <p>
            {waiting.by === 'resident'
              ? texts.label('fourEyes', waiting.act)
              : t('alarm.asked', { What: texts.label('fourEyes', waiting.act), Name: office.nameOf(waiting.by) })}
          </p>
        </Notice>
      )}
    </>
  );
}

/** TroubleNotice tells why the last act did not go through, and what stays: on the page, or in the dialog that sent it. */
export function TroubleNotice({ view }: { readonly view: CaseView }) {
  const { file, texts } = useConsole();
  const trouble = file.trouble.value;
  if (trouble === undefined) return null;
  return (
    <Notice kind="danger" alert trouble title={titleOf(texts, trouble)}>
      {trouble.what === 'conflict' && (
        <>
          <p>{texts.t('trouble.conflict.text')}</p>
          <ul class="others">
            {trouble.others.map((event) => (
              <li key={event.rev}>
                <EventLine event={event} view={view} open />
              </li>
            ))}
          </ul>
        </>
      )}
      {trouble.what === 'unclear' && <p>{texts.t('trouble.unclear.text')}</p>}
      {'id' in trouble && trouble.id !== '' && <p>{texts.t('trouble.id', { Id: trouble.id })}</p>}
    </Notice>
  );
}

function titleOf(texts: ReturnType<typeof useConsole>['texts'], trouble: Trouble): string {
  return texts.t(`trouble.${trouble.what}`);
}
