// Similar cases, with the reasons in words. Computed in this browser from the
// cards; a click holds two cases together with a label that both carry.
import { useEffect, useState } from 'preact/hooks';
import type { CaseView } from '../casefile.ts';
import { Failure } from '../client.ts';
import { Button } from '../components/button.tsx';
import { Fold } from '../components/fold.tsx';
import { useConsole } from '../console.ts';
import { shortId, showMonth } from '../format.ts';
import { formatRoute } from '../route.ts';
import { type Similar as Found, linkOf, type Reason } from '../similar.ts';

/** Similar lists them when it is opened. */
export function Similar({ view }: { readonly view: CaseView }) {
  const { texts, vault } = useConsole();
  const { t } = texts;
  const [found, setFound] = useState<readonly Found[]>();
  const { case: id, rev } = view.summary;
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (open) void vault.call('similar', [id]).then(setFound, () => setFound([]));
  }, [vault, id, rev, open]);
  return (
    <Fold title={t('similar.title')} folded onOpen={setOpen}>
      <div class="similar">
        {found?.length === 0 && <p class="muted">{t('similar.none')}</p>}
        <ul class="plain">
          {found?.map((one) => (
            <li key={one.case}>
              <One view={view} found={one} />
            </li>
          ))}
        </ul>
        <p class="hint">{t('similar.hint')}</p>
      </div>
    </Fold>
  );
}

function One({ view, found }: { readonly view: CaseView; readonly found: Found }) {
  const { texts } = useConsole();
  const { t } = texts;
  const label = linkOf(view.summary.case, found.case);
  const linked = view.card?.labels.includes(label) === true;
  return (
    <>
      <a href={formatRoute({ view: 'case', id: found.case, tab: 'report' })}>
        <bdi>{found.title === '' ? t('case.page', { Id: shortId(found.case) }) : found.title}</bdi>
      </a>
      <span class="row__sub">
        {texts.label('state', found.state)} · {showMonth(texts, found.month)}
      </span>
      <span class="row__sub">
        <Reasons reasons={found.reasons} />
      </span>
      {!linked && !view.readOnly && <Link view={view} other={found.case} label={label} />}
    </>
  );
}

function Reasons({ reasons }: { readonly reasons: readonly Reason[] }) {
  const { office, texts } = useConsole();
  const word = ({ what, values }: Reason) => {
    const group = what === 'ground' ? 'ground' : 'life_area';
    const named = values.map((value) => {
      if (what === 'words') return value;
      return what === 'ground' || what === 'area' ? office.label(group, value) : value.replace(/^[prv]:/, '');
    });
    return `${texts.label('similar', what)}: ${named.join(', ')}`;
  };
  return <bdi>{reasons.map(word).join('; ')}</bdi>;
}

interface LinkProps {
  readonly view: CaseView;
  readonly other: string;
  readonly label: string;
}

function Link({ view, other, label }: LinkProps) {
  const { client, file, texts, today, turn, vault, said } = useConsole();
  const { t } = texts;
  const [busy, setBusy] = useState(false);
  const link = async () => {
    setBusy(true);
    try {
      await turn(other, async () => {
        const sealed = await vault.call('relabel', [other, [label], []]);
        const [row] = await vault.call('rowsOf', [[other], today()]);
        if (sealed === undefined || row === undefined) return;
        const { op, epoch, box } = sealed;
        const { rev } = await client.act(other, 'cards', { op, epoch, box, rev: row.summary.rev });
        await vault.call('keepCard', [other, op, rev]);
      });
      if (await file.writeCard({ labels: [...new Set([...(view.card?.labels ?? []), label])] }))
        said.value = t('said.linked');
    } catch (error) {
      said.value = t(error instanceof Failure && error.status === 409 ? 'similar.first' : 'similar.fault');
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button small kind="tertiary" busy={busy} onClick={() => void link()}>
      {t('similar.link')}
    </Button>
  );
}
