// The next steps: what the server allows from here, and in words what is missing.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Offer } from '../../shared/api.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Fold } from '../components/fold.tsx';
import { useConsole } from '../console.ts';
import { isPressing, labelOf, missingOf } from '../moves.ts';
import { formatRoute, type Tab } from '../route.ts';
import { MoveDialog } from './movedialog.tsx';

/** Where a missing thing can be done. */
const WHERE: Readonly<Record<string, Tab>> = {
  has_coding: 'report',
  coded: 'report',
  documented: 'report',
  outcome: 'report',
  has_answer: 'thread',
  answer_newer: 'thread',
  has_deadline: 'deadlines',
  recipient: 'measures',
};

/** Moves lists the ways on: open ones first. */
export function Moves({ view }: { readonly view: CaseView }) {
  const { texts, today } = useConsole();
  const { t } = texts;
  const [chosen, setChosen] = useState<Offer>();
  const heading = useRef<HTMLElement>(null);
  const moved = useRef(false);
  // The button that was pressed is gone after a move: the focus stays in this
  // part, once the dialog has closed and given it back to nobody.
  useEffect(() => {
    if (chosen === undefined && moved.current) heading.current?.focus();
    moved.current = false;
  }, [chosen]);
  const open = view.moves.filter((offer) => missingOf(offer, view).length === 0 && offer.kind !== 'request');
  const shut = view.moves.filter((offer) => missingOf(offer, view).length > 0);
  const grave = view.moves.filter((offer) => missingOf(offer, view).length === 0 && offer.kind === 'request');
  return (
    <Fold title={t('moves.title')} value={open.length > 0 ? open.length : undefined} aim="state" summary={heading}>
      <div class="moves">
        {open.length + shut.length === 0 && (
          <p class="muted">{t(view.summary.state === 'query_open' ? 'moves.query_open' : 'moves.none')}</p>
        )}
        {open.length > 0 && (
          <ul class="plain">
            {open.map((offer) => (
              <li key={offer.kind + offer.to}>
                <Button small onClick={() => setChosen(offer)}>
                  {labelOf(texts, offer, view)}
                </Button>
                {isPressing(offer, view, today()) && <p class="moves__reserve">{t('move.near.short')}</p>}
              </li>
            ))}
          </ul>
        )}
        {shut.length > 0 && (
          <ul class="plain moves__shut">
            {shut.map((offer) => (
              <Shut key={offer.kind + offer.to} offer={offer} view={view} onMoved={() => heading.current?.focus()} />
            ))}
          </ul>
        )}
        {grave.length > 0 && (
          <ul class="plain moves__grave">
            {grave.map((offer) => (
              <li key={offer.to}>
                <Button small kind="tertiary" onClick={() => setChosen(offer)}>
                  {labelOf(texts, offer, view)}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {chosen !== undefined && (
          <MoveDialog
            offer={chosen}
            view={view}
            onClose={(done) => {
              moved.current = done;
              setChosen(undefined);
            }}
          />
        )}
      </div>
    </Fold>
  );
}

interface ShutProps {
  readonly offer: Offer;
  readonly view: CaseView;
  readonly onMoved: () => void;
}

function Shut({ offer, view, onMoved }: ShutProps) {
  const { file, session, texts, said } = useConsole();
  const { t } = texts;
  const missing = missingOf(offer, view);
  const label = labelOf(texts, offer, view);
  const me = session.me.value;
  const takes = missing.length === 1 && missing[0] === 'has_assignment' && me !== undefined;
  const takeAndGo = async () => {
    if (me === undefined) return;
    if (!(await file.send({ path: 'assignments', kind: 'assignment', open: { member: me.member } }))) return;
    const open = { to: offer.to, checks: offer.checks };
    if (await file.send({ path: 'transitions', kind: 'transition', open })) said.value = t('said.move');
    onMoved();
  };
  if (takes) {
    return (
      <li>
        <Button
          small
          kind="primary"
          busy={['assignments', 'transitions'].includes(file.busy.value)}
          onClick={() => void takeAndGo()}
        >
          {t('move.take', { Move: label })}
        </Button>
      </li>
    );
  }
  return (
    <li>
      <p class="moves__name">{label}</p>
      <ul class="moves__missing">
        {missing.map((key) => {
          const tab = WHERE[key];
          const words = texts.maybe(`missing.${key}`) ?? key;
          const href = tab === undefined ? undefined : formatRoute({ view: 'case', id: view.summary.case, tab });
          return <li key={key}>{href === undefined ? words : <a href={href}>{words}</a>}</li>;
        })}
      </ul>
    </li>
  );
}
