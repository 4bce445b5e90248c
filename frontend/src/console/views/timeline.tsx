// Every event of a case in order, with what the seal and the chain say of it.
import type { ComponentChildren } from 'preact';
import { type CaseView, consentName, consentsOf } from '../casefile.ts';
import { Badge } from '../components/notice.tsx';
import { Veiled } from '../components/veiled.tsx';
import { useConsole } from '../console.ts';
import { showDay } from '../format.ts';
import { text } from '../model.ts';
import type { OpenEvent } from '../opening.ts';
import { Paragraphs } from './report.tsx';

/** Timeline is the whole file. */
export function Timeline({ view }: { readonly view: CaseView }) {
  const { t } = useConsole().texts;
  return (
    <>
      <h2>{t('timeline.title')}</h2>
      <p class="hint">{t('timeline.hint')}</p>
      <ol class="timeline">
        {view.events.map((event) => (
          <li key={event.rev} class={event.seal === 'damaged' || !event.linked ? 'timeline__bad' : undefined}>
            <EventLine event={event} view={view} />
            <SealBadges event={event} view={view} />
          </li>
        ))}
      </ol>
    </>
  );
}

function SealBadges({ event, view }: { readonly event: OpenEvent; readonly view: CaseView }) {
  const { t } = useConsole().texts;
  const warnings = view.warnings.filter((warning) => warning.rev === event.rev);
  return (
    <p class="timeline__seal">
      {event.seal === 'open' && <span class="muted">{t('seal.open')}</span>}
      {event.seal === 'damaged' && <Badge kind="danger">{t('seal.damaged')}</Badge>}
      {event.seal === 'nokey' && <Badge kind="warning">{t('seal.nokey')}</Badge>}
      {event.seal === 'none' && <span class="muted">{t('seal.none')}</span>}
      {!event.linked && <Badge kind="danger">{t('seal.unlinked')}</Badge>}
      {warnings.map((warning) => (
        <Badge key={warning.reason + warning.op} kind={warning.reason === 'unread' ? 'info' : 'danger'}>
          {t(`warning.${warning.reason}`)}
        </Badge>
      ))}
    </p>
  );
}

interface LineProps {
  readonly event: OpenEvent;
  readonly view: CaseView;
  /** Show the words of the event too. */
  readonly open?: boolean;
}

/** EventLine says in one line what happened, by whom and when. */
export function EventLine({ event, view, open = false }: LineProps) {
  const { texts } = useConsole();
  const before = view.events.findLast((other) => other.rev < event.rev);
  const moved = before !== undefined && before.state !== event.state;
  const words = text(event.body['text']);
  return (
    <div class="line">
      <p>
        <span class="id">{event.rev}</span> <strong>{texts.label('kind', event.kind)}</strong>
        {' · '}
        <Actor actor={event.actor} />
        {' · '}
        {showDay(texts, event.day)}
        {moved && (
          <>
            {' · '}
            {texts.label('state', before.state)} → {texts.label('state', event.state)}
          </>
        )}
        <Detail event={event} />
      </p>
      {text(event.body['reason']) !== '' && (
        <p class="hint" dir="auto">
          <Veiled text={text(event.body['reason'])} />
        </p>
      )}
      {open && words !== '' && <Paragraphs text={words} />}
    </div>
  );
}

function Actor({ actor }: { readonly actor: string }) {
  const { office, texts } = useConsole();
  if (actor === 'resident') return <>{texts.t('thread.resident')}</>;
  if (actor === 'system') return <>{texts.t('actor.system')}</>;
  return <bdi>{office.nameOf(actor)}</bdi>;
}

function Detail({ event }: { readonly event: OpenEvent }) {
  const { office, texts } = useConsole();
  const parts: ComponentChildren[] = [];
  const { code, resume, rung, act, hold } = event.public;
  if (code !== undefined) parts.push(texts.label('code', code));
  if (resume !== undefined) parts.push(texts.t('timeline.resume', { Day: showDay(texts, resume) }));
  if (rung !== undefined) parts.push(office.label('rung', rung));
  for (const id of consentsOf(event)) parts.push(texts.label('consent', consentName(id)));
  if (act !== undefined) parts.push(texts.label('fourEyes', act));
  if (hold !== undefined) parts.push(texts.t(hold ? 'notes.held' : 'notes.released'));
  if (event.kind === 'assignment') {
    const to = event.public.member;
    parts.push(to === undefined ? `→ ${texts.t('row.nobody')}` : <bdi>→ {office.nameOf(to)}</bdi>);
  }
  return (
    <>
      {parts.map((part, i) => (
        <span key={i}> · {part}</span>
      ))}
    </>
  );
}
