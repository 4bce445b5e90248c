// The office's view in codes (domain.md §2.4), beside the reporter's: filled
// with nothing at first, the reporter's ticks marked at each code. Saving writes
// a new coding; older ones stay.
import { useState } from 'preact/hooks';
import type { Term } from '../../shared/api.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { Select, Tick } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { type Coding as Codes, codingFaults, EMPTY_CODING, readCoding, writeCoding } from '../model.ts';
import type { Act } from '../moves.ts';

/** The codes that may be chosen many at a time. */
type ListField = 'grounds' | 'groundsMore' | 'subtypes' | 'areasMore' | 'manifestations' | 'forms' | 'interventions';
/** The codes of which there is one. */
type OneField = 'area' | 'respondent' | 'level' | 'multiplicity' | 'role' | 'outcome';

interface Group {
  readonly field: ListField;
  readonly group: string;
  readonly most?: number;
}

const MORE: readonly Group[] = [
  { field: 'subtypes', group: 'racism_subtype', most: 3 },
  { field: 'manifestations', group: 'manifestation' },
  { field: 'forms', group: 'form' },
  { field: 'areasMore', group: 'life_area' },
  { field: 'groundsMore', group: 'ground' },
  { field: 'interventions', group: 'intervention' },
];

const ONES: readonly (readonly [OneField, string])[] = [
  ['outcome', 'outcome'],
  ['level', 'level'],
  ['multiplicity', 'multiplicity'],
  ['role', 'reporter_role'],
];

function startOf(view: CaseView, draft: string): Codes {
  if (draft !== '') return readCoding(JSON.parse(draft));
  return view.coding ?? EMPTY_CODING;
}

/** codingAct makes the act. Language and district are facts of the report, not for the office to choose. */
export function codingAct(view: CaseView, codes: Codes, taxonomy: number): Act {
  const lang = codes.lang || (view.report?.lang ?? '');
  const district = codes.district || (view.report?.district ?? '');
  const open = { year: Number(view.summary.month.slice(0, 4)), taxonomy };
  return { path: 'codings', kind: 'coding', body: writeCoding({ ...codes, lang, district }), open };
}

/** Coding is the form of the office's codes. */
export function Coding({ view }: { readonly view: CaseView }) {
  const { file, drafts, office, texts, said } = useConsole();
  const { t } = texts;
  const key = draftKey(view.summary.case, 'coding');
  const [codes, setCodes] = useState<Codes>(() => startOf(view, drafts.get(key)));
  const [tried, setTried] = useState(false);
  const faults = tried ? codingFaults(codes) : [];
  const change = (next: Partial<Codes>) => {
    const changed = { ...codes, ...next };
    setCodes(changed);
    drafts.set(key, JSON.stringify(writeCoding(changed)));
  };
  const save = async () => {
    setTried(true);
    if (codingFaults(codes).length > 0) return;
    if (!(await file.send(codingAct(view, codes, office.version())))) return;
    drafts.set(key, '');
    setTried(false);
    said.value = t('said.coding');
    await refreshCard(view, codes, (card) => file.writeCard(card));
  };
  return (
    <section class="coding" aria-labelledby="coding">
      <h2 id="coding" tabIndex={-1} data-aim="coding">
        {t('coding.title')}
      </h2>
      {view.coding === undefined && <p class="hint">{t('coding.empty')}</p>}
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Faults faults={faults} />
        <Ticks group={{ field: 'grounds', group: 'ground', most: 3 }} codes={codes} change={change} view={view} open />
        <One field="area" group="life_area" codes={codes} change={change} told={view.report?.areas ?? []} />
        <One
          field="respondent"
          group="respondent"
          codes={codes}
          change={change}
          told={view.report?.respondents ?? []}
        />
        {MORE.map((group) => (
          <Ticks key={group.field} group={group} codes={codes} change={change} view={view} />
        ))}
        <div class="columns">
          {ONES.map(([field, group]) => (
            <One key={field} field={field} group={group} codes={codes} change={change} told={[]} />
          ))}
        </div>
        <div class="acts">
          <Button kind="primary" type="submit" busy={file.busy.value === 'codings'}>
            {t('coding.save')}
          </Button>
        </div>
      </form>
    </section>
  );
}

function Faults({ faults }: { readonly faults: readonly string[] }) {
  const { texts } = useConsole();
  if (faults.length === 0) return null;
  return (
    <Notice kind="danger" alert title={texts.t('coding.faults')}>
      <ul>
        {faults.map((fault) => (
          <li key={fault}>{texts.maybe(fault)}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** refreshCard writes the card anew if the list would show other codes. */
async function refreshCard(view: CaseView, codes: Codes, write: (change: object) => Promise<boolean>): Promise<void> {
  const same = JSON.stringify(view.card?.grounds) === JSON.stringify(codes.grounds) && view.card?.area === codes.area;
  if (!same) await write({ grounds: codes.grounds, area: codes.area });
}

interface PartProps {
  readonly codes: Codes;
  readonly change: (next: Partial<Codes>) => void;
}

function Ticks(props: PartProps & { readonly group: Group; readonly view: CaseView; readonly open?: boolean }) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const { field, group, most } = props.group;
  const chosen = props.codes[field];
  const told = toldOf(props.view, field);
  const names = chosen.map((code) => office.label(group, code)).join(', ');
  const toggle = (code: string, on: boolean) =>
    props.change({ [field]: on ? [...chosen, code] : chosen.filter((other) => other !== code) });
  const isChild = (term: Term) => office.terms(group).some((parent) => parent.code === term.parent);
  return (
    <details class="codes" open={props.open === true || undefined}>
      <summary>
        <span class="codes__name">{t(`coding.${field}`)}</span>
        {most !== undefined && <span class="hint">{t('coding.most', { N: most })}</span>}
        <span class="codes__chosen">{names}</span>
      </summary>
      <fieldset>
        <legend class="kern-sr-only">{t(`coding.${field}`)}</legend>
        {office.terms(group).map((term) => (
          <Tick
            key={term.code}
            label={office.label(group, term.code)}
            checked={chosen.includes(term.code)}
            onChange={(on) => toggle(term.code, on)}
            child={isChild(term)}
            mark={told.includes(term.code) && <span class="told-mark">{t('coding.told')}</span>}
          />
        ))}
      </fieldset>
    </details>
  );
}

function toldOf(view: CaseView, field: ListField): readonly string[] {
  switch (field) {
    case 'grounds':
    case 'groundsMore':
    case 'subtypes':
      return view.report?.grounds ?? [];
    case 'areasMore':
      return view.report?.areas ?? [];
    case 'manifestations':
      return view.report?.manifestations ?? [];
    default:
      return [];
  }
}

function One(
  props: PartProps & { readonly field: OneField; readonly group: string; readonly told: readonly string[] },
) {
  const { office, texts } = useConsole();
  const { t } = texts;
  const { field, group, told } = props;
  const options = [
    { value: '', label: t(field === 'outcome' ? 'outcome.none' : 'coding.choose') },
    ...office.terms(group).map((term) => ({ value: term.code, label: office.label(group, term.code) })),
  ];
  const hint = told.map((code) => office.label(group, code)).join(', ');
  return (
    <Select
      label={t(`coding.${field}`)}
      {...(hint === '' ? {} : { hint: t('coding.told.list', { List: hint }) })}
      value={props.codes[field]}
      options={options}
      onChange={(value) => props.change({ [field]: value })}
    />
  );
}
