// Whether the person allows it: exactly this body, exactly these words. Without
// that there is nothing to copy, and it can be asked for or recorded here.
import { useState } from 'preact/hooks';
import type { Body } from '../../shared/api.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { TextField } from '../components/field.tsx';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { draftKey } from '../drafts.ts';
import { showDay } from '../format.ts';
import { text } from '../model.ts';
import type { Act } from '../moves.ts';
import { agreedTo, consentFor, deskOf, recordBody, silent } from '../records.ts';
import { HandoverLetter } from './handoverletter.tsx';
import { Paragraphs } from './report.tsx';

/** PASSON is the text that a person agrees to, in its current version. */
const PASSON = 'passon/1';

interface Props {
  readonly view: CaseView;
  readonly body: Body;
  readonly words: string;
  readonly onDone: () => void;
}

/** consentAct makes the entry of a consent for a body, or that it was taken back. */
function consentAct(view: CaseView, body: Body, more: Readonly<Record<string, unknown>>): Act {
  const rung = view.rung || 'read_it';
  const inside = { text: PASSON, rung, to: body.id, recipient: body.name, ...more };
  const before = more['revoked'] === true ? consentFor(view, body) : undefined;
  const open = { rung, text: PASSON, track: view.summary.track, ...(before && { of: before.op }) };
  return { path: 'consents', kind: 'consent', body: inside, told: true, open };
}

/** Permission shows what stands in the way, or what may go. */
export function Permission(props: Props) {
  const { view, body, words } = props;
  const { texts } = useConsole();
  const { t } = texts;
  const consent = consentFor(view, body);
  if (deskOf(body) !== '' && (view.summary.track !== 'counselling' || silent(view.rung))) {
    return (
      <Notice kind="warning" title={t('referral.wish')}>
        <p>{t('referral.wish.text')}</p>
      </Notice>
    );
  }
  if (words === '') return <p class="muted">{t('referral.empty')}</p>;
  if (consent === undefined) {
    return (
      <Notice kind="warning" title={t('referral.noconsent', { Name: body.name })}>
        <Asking {...props} />
      </Notice>
    );
  }
  if (agreedTo(consent) !== words) {
    return (
      <Notice kind="warning" title={t('referral.other')}>
        <p>{t('referral.agreed')}</p>
        <Paragraphs text={agreedTo(consent)} />
        <Asking {...props} />
      </Notice>
    );
  }
  return <Ready {...props} />;
}

/** Asking asks the person in the mailbox, or records what they have said. */
function Asking({ view, body, words }: Props) {
  const { drafts, file, go, texts, said } = useConsole();
  const { t } = texts;
  const { case: id } = view.summary;
  const [how, setHow] = useState('');
  const [tried, setTried] = useState(false);
  const ask = () => {
    drafts.set(draftKey(id, 'answer-wanted'), 'referral');
    go({ view: 'case', id, tab: 'thread' });
  };
  const record = async () => {
    setTried(true);
    if (how.trim() === '') return;
    if (await file.send(consentAct(view, body, { what: words, how: how.trim() }))) said.value = t('said.consent');
  };
  if (!view.canAnswer) return null;
  return (
    <>
      <div class="acts">
        <Button small onClick={ask}>
          {t('referral.ask')}
        </Button>
      </div>
      <TextField
        label={t('referral.how')}
        hint={t('consent.how.hint')}
        value={how}
        onInput={setHow}
        {...(tried && how.trim() === '' ? { fault: t('consent.fault') } : {})}
      />
      <div class="acts">
        <Button small busy={file.busy.value === 'consents'} onClick={() => void record()}>
          {t('consent.record')}
        </Button>
      </div>
    </>
  );
}

/** Ready is what goes, word by word; recording it comes after sending it. */
function Ready({ view, body, words, onDone }: Props) {
  const { file, texts, today, said } = useConsole();
  const { t } = texts;
  const consent = consentFor(view, body);
  const done = async () => {
    const record = { task: 'handover', to: body.id, name: body.name, words, consent: consent?.op ?? '', day: today() };
    const line = t('referral.went', { Name: body.name, Day: showDay(texts, today()) });
    if (!(await file.send({ path: 'notes', kind: 'note', body: recordBody(`${line}\n\n${words}`, record) }))) return;
    onDone();
    said.value = t('said.handover');
  };
  const revoke = async () => {
    if (await file.send(consentAct(view, body, { revoked: true, how: t('referral.revoke') })))
      said.value = t('said.consent');
  };
  return (
    <section class="preview" aria-label={t('referral.exactly')}>
      <p class="hint">
        {t('referral.allowed', { Day: showDay(texts, consent?.day ?? ''), How: text(consent?.body['how']) })}
      </p>
      <p>
        <strong>{t('referral.exactly')}</strong>
      </p>
      {deskOf(body) === '' && consent !== undefined && <HandoverLetter view={view} body={body} consent={consent} />}
      {deskOf(body) !== '' && (
        <>
          <div class="letter" dir="auto">
            <Paragraphs text={words} />
          </div>
          <p class="hint">{t('referral.desk.what', { Name: body.name })}</p>
        </>
      )}
      <div class="acts">
        {deskOf(body) === '' ? (
          <Button small kind="primary" busy={file.busy.value === 'notes'} onClick={() => void done()}>
            {t('referral.done')}
          </Button>
        ) : (
          <HandOver view={view} body={body} words={words} onDone={onDone} />
        )}
        <Button small kind="tertiary" busy={file.busy.value === 'consents'} onClick={() => void revoke()}>
          {t('referral.revoke')}
        </Button>
      </div>
    </section>
  );
}

/** HandOver seals the words to the other desk and tells the person, in one act. */
function HandOver({ view, body, words, onDone }: Props) {
  const { file, office, texts, said } = useConsole();
  const { t } = texts;
  const handOver = async () => {
    const lang = view.report?.lang ?? '';
    const report = { v: 1, taxonomy: office.version(), lang, text: words, rung: 'answer_me', consents: [PASSON] };
    const done = await file.send({
      path: 'handovers',
      kind: 'answer',
      body: { text: words, lang: 'de' },
      told: true,
      open: { of: consentFor(view, body)?.op ?? '' },
      hand: { desk: deskOf(body), report },
    });
    if (!done) return;
    onDone();
    said.value = t('said.handedover', { Name: body.name });
  };
  return (
    <Button small kind="primary" busy={file.busy.value === 'handovers'} onClick={() => void handOver()}>
      {t('referral.desk.do', { Name: body.name })}
    </Button>
  );
}
