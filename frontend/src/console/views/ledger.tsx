// The ledger on the screen: who did what to members and keys, on which day, and
// whether the chain of its lines holds.
import { useEffect, useState } from 'preact/hooks';
import { Select } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { Title } from '../components/title.tsx';
import { type Console, useConsole } from '../console.ts';
import { showDay, showMonth } from '../format.ts';
import { type Book, type Entry, kindsOf, readBook } from '../ledger.ts';

/** Ledger is the page of the ledger. */
export function Ledger() {
  const { t } = useConsole().texts;
  return (
    <main class="gate gate--wide" id="main">
      <Title page={t('ledger.title')}>{t('ledger.title')}</Title>
      <p class="lead">{t('ledger.lead')}</p>
      <History />
    </main>
  );
}

/** History is the list of lines with the check of their chain. */
export function History() {
  const { client, texts } = useConsole();
  const { t } = texts;
  const [book, setBook] = useState<Book>();
  const [failed, setFailed] = useState(false);
  const [kind, setKind] = useState('');
  useEffect(() => {
    readBook(client).then(setBook, () => setFailed(true));
  }, [client]);
  if (failed) return <Notice kind="danger" alert title={t('inbox.failed')} />;
  if (book === undefined) return <p role="status">{t('app.starting')}</p>;
  const shown = book.entries.filter(({ line }) => kind === '' || line.kind === kind).toReversed();
  const kinds = kindsOf(book).map(([value, count]) => ({ value, label: `${texts.label('line', value)} (${count})` }));
  return (
    <section aria-label={t('ledger.title')}>
      {book.broken > 0 ? (
        <Notice kind="danger" alert title={t('ledger.broken', { N: book.broken })}>
          <p>{t('alarm.tell')}</p>
        </Notice>
      ) : (
        <Notice kind="success" title={t('ledger.whole', { N: book.entries.length })} />
      )}
      <Checked checked={book.checked} />
      <Select
        label={t('ledger.kind')}
        value={kind}
        options={[{ value: '', label: `${t('ledger.all')} (${book.entries.length})` }, ...kinds]}
        onChange={setKind}
      />
      {shown.length === 0 && <p role="status">{t('ledger.none')}</p>}
      <ol class="ledger" reversed>
        {shown.map((entry) => (
          <Line key={entry.line.rev} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

/** Checked tells what the operator's own check found: it sees what the chain of the ledger alone cannot show. */
function Checked({ checked }: { readonly checked: Book['checked'] }) {
  const { texts } = useConsole();
  const { t } = texts;
  if (checked === undefined) return <Notice kind="warning" title={t('ledger.checked.never')} />;
  const day = showDay(texts, checked.day);
  return checked.faults > 0 ? (
    <Notice kind="danger" title={t('ledger.checked.faults', { Day: day, Count: checked.faults })} />
  ) : (
    <Notice kind="success" title={t('ledger.checked', { Day: day })} />
  );
}

function Line({ entry }: { readonly entry: Entry }) {
  const console = useConsole();
  const { texts, office } = console;
  const { line } = entry;
  const day = line.day.length === 7 ? showMonth(texts, line.day) : showDay(texts, line.day);
  const system = line.actor === 'system' || line.actor === 'office';
  return (
    <li value={line.rev}>
      <strong>{texts.label('line', line.kind)}</strong> {details(console, entry)}
      <span class="muted">
        {' · '}
        {day}
        {' · '}
        {system ? texts.t('line.system') : <bdi>{office.nameOf(line.actor)}</bdi>}
      </span>
    </li>
  );
}

function details({ texts, office }: Console, { line, says }: Entry): string {
  const parts: string[] = [];
  if (says.member !== undefined) parts.push(office.nameOf(says.member));
  if (says.off) parts.push(texts.t('members.off'));
  else if (says.logout) parts.push(texts.t('members.everywhere'));
  else if (says.role !== undefined) parts.push(texts.label('role', says.role));
  if (says.desks !== undefined && !says.off) parts.push(says.desks.map((id) => office.desk(id)?.name ?? id).join(', '));
  if (says.desk !== undefined) parts.push(office.desk(says.desk)?.name ?? says.desk);
  if (says.epoch !== undefined) parts.push(texts.t('members.epoch', { N: says.epoch }));
  if (says.year !== undefined) parts.push(String(says.year));
  // Of a year's lines only its release has no reason.
  const reason = says.reason ?? (line.kind === 'edition' ? 'released' : '');
  if (reason !== '') parts.push(texts.label(`line.${line.kind}`, reason));
  return parts.join(' · ');
}
