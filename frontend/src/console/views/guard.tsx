// The deadline guard: what the rules say about this case, from the days that are
// known, and the questions that are still open. What a member enters here is
// computed at once; writing it is a new event, the old one stays.
import { useEffect, useState } from 'preact/hooks';
import type { Deadline, Fact, Rules } from '../../shared/deadline.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Select, TextField } from '../components/field.tsx';
import { Badge, Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { daysBetween, leftKind, mondayOf, showDay, showLeft, showWeekday } from '../format.ts';
import { AUTHORITY, bodyOf, computed, type Facts, factsOf, PLACES, soonest } from '../guard.ts';
import { missingFacts } from '../letters.ts';

/** Guard shows the computed deadlines and asks for what is missing. */
export function Guard({ view }: { readonly view: CaseView }) {
  const { rules, texts } = useConsole();
  useEffect(() => void rules.load(), [rules]);
  const known = rules.data.value;
  if (known === undefined) return <Notice kind="warning" title={texts.t('guard.away')} />;
  // Another event, by whomever, starts the fields anew.
  return <Computed key={view.deadline?.event.op ?? ''} rules={known} view={view} />;
}

function Computed({ rules, view }: { readonly rules: Rules; readonly view: CaseView }) {
  const { texts, today } = useConsole();
  const { t } = texts;
  const [facts, setFacts] = useState<Facts>(() => factsOf(view));
  const all = computed(rules, view, facts, today());
  const changed =
    JSON.stringify(bodyOf(all, facts)) !==
    JSON.stringify(bodyOf(computed(rules, view, factsOf(view), today()), factsOf(view)));
  return (
    <section aria-labelledby="guard">
      <h3 id="guard">{t('guard.title')}</h3>
      {all.some(({ stale }) => stale) && <Notice kind="warning" title={t('guard.stale')} />}
      {all.length === 0 && <p class="muted">{t('guard.none')}</p>}
      <ol class="thread">
        {all.map((found) => (
          <li key={found.rule.id} class="entry">
            <Found found={found} />
          </li>
        ))}
      </ol>
      {!view.readOnly && view.canAnswer && missingFacts(rules, view, today()).length > 0 && <Ask view={view} />}
      <Questions rules={rules} all={all} facts={facts} onChange={setFacts} />
      {!view.readOnly && (changed || view.deadline === undefined) && <Write view={view} all={all} facts={facts} />}
    </section>
  );
}

/** Ask goes to the answer, with the template that asks for what is missing. */
function Ask({ view }: { readonly view: CaseView }) {
  const { drafts, go, texts } = useConsole();
  const { case: id } = view.summary;
  const ask = () => {
    drafts.set(draftKey(id, 'answer-wanted'), 'questions');
    go({ view: 'case', id, tab: 'thread' });
  };
  return (
    <div class="acts">
      <Button small onClick={ask}>
        {texts.t('guard.ask')}
      </Button>
    </div>
  );
}

function Found({ found }: { readonly found: Deadline }) {
  const { texts, today } = useConsole();
  const { t } = texts;
  const { rule, safe, missing, outside, learned } = found;
  const left = safe === '' ? undefined : daysBetween(today(), safe);
  const label = (texts.language.value === 'en' ? rule.label_en : rule.label_de) || rule.id;
  return (
    <>
      <p class="entry__head">
        <strong>{label}</strong>
        {left !== undefined && <Badge kind={leftKind(left)}>{showLeft(texts, left)}</Badge>}
      </p>
      {missing.length > 0 && (
        <p>{t('guard.missing', { What: missing.map((id) => texts.label('fact', id)).join(', ') })}</p>
      )}
      {missing.length > 0 && rule.not_started_de ? <p lang="de">{rule.not_started_de}</p> : null}
      {outside && <Notice kind="danger" title={t('guard.outside')} />}
      {safe !== '' && <Days found={found} />}
      {left !== undefined && left < 0 && <p>{t('deadline.late')}</p>}
      {left !== undefined && left < 0 && rule.late_de ? <p lang="de">{rule.late_de}</p> : null}
      {learned && <p>{t('guard.learned')}</p>}
      {rule.collective_agreement_may_differ && <p>{t('guard.tariff')}</p>}
      {(rule.never_replaces ?? []).length > 0 && <p>{t('guard.beside')}</p>}
      <p class="hint">
        {t('guard.version', {
          Version: rule.version,
          Day: rule.verified_on ? showDay(texts, rule.verified_on) : t('guard.never'),
          Law: texts.label('shift', rule.shift ?? ''),
        })}{' '}
        {rule.signed_off_by ? t('guard.signed', { Name: rule.signed_off_by }) : t('guard.unsigned')}
      </p>
    </>
  );
}

function Days({ found }: { readonly found: Deadline }) {
  const { texts } = useConsole();
  const { t } = texts;
  const rows = [
    [t('guard.starts'), found.starts],
    [t('guard.raw'), found.rawEnd],
    [t('guard.end'), found.end],
    [t('guard.safe'), found.safe],
  ] as const;
  return (
    <dl class="facts">
      {rows.map(([name, day]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{showWeekday(texts, day)}</dd>
        </div>
      ))}
    </dl>
  );
}

interface QuestionsProps {
  readonly rules: Rules;
  readonly all: readonly Deadline[];
  readonly facts: Facts;
  readonly onChange: (facts: Facts) => void;
}

/** Questions asks first what the opened rules need; the rest lies folded. */
function Questions({ rules, all, facts, onChange }: QuestionsProps) {
  const { t } = useConsole().texts;
  const needed = new Set(all.flatMap(({ rule }) => rule.start.flatMap(({ needs }) => needs)));
  const first = rules.facts.filter(({ id }) => needed.has(id));
  const rest = rules.facts.filter(({ id }) => !needed.has(id));
  const set = (id: string, value: string) => onChange({ ...facts, [id]: value });
  const place = [
    { value: '', label: t('guard.place.unknown') },
    ...Object.keys(rules.calendars).map((id) => ({ value: id, label: id })),
  ];
  return (
    <div class="framed">
      {first.map((fact) => (
        <Question key={fact.id} fact={fact} value={facts[fact.id] ?? ''} onChange={(value) => set(fact.id, value)} />
      ))}
      <details>
        <summary>{t('guard.more')}</summary>
        {rest.map((fact) => (
          <Question key={fact.id} fact={fact} value={facts[fact.id] ?? ''} onChange={(value) => set(fact.id, value)} />
        ))}
        {[...PLACES, AUTHORITY].map((id) => (
          <Select
            key={id}
            label={t(`guard.${id as 'place_of_court'}`)}
            value={facts[id] ?? ''}
            options={place}
            onChange={(value) => set(id, value)}
          />
        ))}
      </details>
    </div>
  );
}

interface QuestionProps {
  readonly fact: Fact;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Question({ fact, value, onChange }: QuestionProps) {
  const { texts } = useConsole();
  const label = texts.label('fact', fact.id);
  if (fact.type === 'date') return <TextField type="date" label={label} value={value} onInput={onChange} />;
  const options = [
    { value: '', label: texts.t('guard.unknown') },
    { value: 'yes', label: texts.t('guard.yes') },
    { value: 'no', label: texts.t('guard.no') },
  ];
  return <Select label={label} value={value} options={options} onChange={onChange} />;
}

function Write({
  view,
  all,
  facts,
}: {
  readonly view: CaseView;
  readonly all: readonly Deadline[];
  readonly facts: Facts;
}) {
  const { file, texts, said } = useConsole();
  const { t } = texts;
  const write = async () => {
    const day = soonest(all);
    const open = day === '' ? {} : { due: mondayOf(day) };
    const act = { path: 'deadlines', kind: 'deadline', body: bodyOf(all, facts), told: view.canAnswer, open } as const;
    if (!(await file.send(act))) return;
    if ((view.card?.due ?? '') !== day) await file.writeCard({ due: day });
    said.value = t('said.deadline');
  };
  return (
    <div class="acts">
      <Button kind="primary" busy={file.busy.value === 'deadlines'} onClick={() => void write()}>
        {t(view.canAnswer ? 'guard.write' : 'guard.write.untold')}
      </Button>
    </div>
  );
}
