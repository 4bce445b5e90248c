// The letter to another body as it will look, with its ways out: paper, a file,
// the clipboard. What is shown is what goes.
import { useState } from 'preact/hooks';
import type { Body } from '../../shared/api.ts';
import type { CaseView } from '../casefile.ts';
import { Button } from '../components/button.tsx';
import { useLeave } from '../components/leave.ts';
import { Notice } from '../components/notice.tsx';
import { useConsole } from '../console.ts';
import { type Letter, letterOf, letterText } from '../handover.ts';
import type { OpenEvent } from '../opening.ts';
import { saveFile } from '../save.ts';
import { createTexts } from '../texts.ts';
import { Paragraphs } from './report.tsx';

interface Props {
  readonly view: CaseView;
  readonly body: Body;
  readonly consent: OpenEvent;
}

/** printLetter prints the letter alone: the style sheet leaves out the rest of the page until printing has ended. */
function printLetter(): void {
  document.body.dataset['print'] = 'letter';
  addEventListener('afterprint', () => delete document.body.dataset['print'], { once: true });
  print();
}

/** HandoverLetter shows it and lets it out. */
export function HandoverLetter({ view, body, consent }: Props) {
  const { office, texts, today } = useConsole();
  const { t } = texts;
  const [german] = useState(() => createTexts('de'));
  const { failed, leave } = useLeave(view);
  const desk = office.desk(view.summary.desk)?.name ?? '';
  const letter = letterOf(german, consent, { desk, body, day: today() });
  const text = letterText(letter);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => 'said.copied' as const,
      () => 'referral.nocopy' as const,
    );
  return (
    <>
      <Paper letter={letter} />
      {failed && <Notice kind="danger" alert title={t('export.failed')} />}
      <div class="acts">
        <Button small onClick={() => void leave('print', printLetter)}>
          {t('referral.print')}
        </Button>
        <Button small onClick={() => void leave('redacted', () => saveFile('weitergabe.txt', text, 'text/plain'))}>
          {t('referral.save')}
        </Button>
        <Button small onClick={() => void leave('redacted', copy)}>
          {t('referral.copy')}
        </Button>
      </div>
    </>
  );
}

function Paper({ letter }: { readonly letter: Letter }) {
  return (
    <div class="handover" lang="de">
      <p>
        {letter.from}
        <br />
        {letter.day}
      </p>
      <p>
        {letter.to.map((line) => (
          <span key={line} class="handover__line">
            {line}
          </span>
        ))}
      </p>
      <p class="handover__subject">{letter.subject}</p>
      <div class="letter" dir="auto">
        <Paragraphs text={letter.words} bare />
      </div>
      <p>{letter.covers}</p>
      <p>{letter.back}</p>
    </div>
  );
}
