// What is said about drafts: at the field that they are kept, and after
// unlocking that some were found again.
import { useConsole } from '../console.ts';
import { caseOf } from '../drafts.ts';
import { HOURS } from '../draftstore.ts';
import { shortId } from '../format.ts';
import { formatRoute, type Tab } from '../route.ts';
import { Button } from './button.tsx';

/** Where the field of a draft stands. */
const WHERE: Readonly<Record<string, Tab>> = {
  answer: 'thread',
  'answer-de': 'thread',
  note: 'notes',
  measure: 'measures',
  result: 'measures',
  handover: 'measures',
};

/** DraftNote says under a field what becomes of the text in it. */
export function DraftNote({ text }: { readonly text: string }) {
  const { store, texts } = useConsole();
  if (text === '') return null;
  const { t } = texts;
  return <p class="hint draft-note">{store.lasting.value ? t('draft.kept', { N: HOURS }) : t('draft.unkept')}</p>;
}

/** Offered lists on the start page and on the inbox the drafts that a reload or a lock has interrupted. */
export function Offered() {
  const { drafts, route, said, session, texts } = useConsole();
  const { t } = texts;
  const { offered } = session;
  // A chosen language alone is nothing written.
  const kept = drafts
    .keys()
    .map(caseOf)
    .filter(([, field]) => texts.maybe(`draft.${field}`) !== undefined);
  const cases = offered.value.filter((id) => kept.some(([other]) => other === id));
  if (cases.length === 0 || !['today', 'inbox'].includes(route.value.view)) return null;
  const discard = () => {
    for (const key of drafts.keys()) if (cases.includes(caseOf(key)[0])) drafts.set(key, '');
    offered.value = [];
    said.value = t('draft.discarded');
  };
  return (
    <aside class="offered notice notice--info" aria-label={t('draft.offered')}>
      <span class="kern-icon kern-icon--info" aria-hidden="true" />
      <div>
        <p class="notice__title">{t('draft.offered')}</p>
        <p>{t('draft.offered.text')}</p>
        <ul class="plain">
          {cases.map((id) => {
            const fields = [...new Set(kept.filter(([other]) => other === id).map(([, field]) => field))];
            return (
              <li key={id}>
                <a href={formatRoute({ view: 'case', id, tab: WHERE[fields[0] ?? ''] ?? 'report' })}>
                  {t('case.page', { Id: shortId(id) })}
                </a>
                : {fields.map((field) => texts.label('draft', field)).join(', ')}
              </li>
            );
          })}
        </ul>
        <div class="acts">
          <Button
            small
            onClick={() => {
              offered.value = [];
            }}
          >
            {t('draft.close')}
          </Button>
          <Button small kind="tertiary" onClick={discard}>
            {t('draft.discard')}
          </Button>
        </div>
      </div>
    </aside>
  );
}
