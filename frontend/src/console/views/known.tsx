// What the file says beside a tick that only its reader can make: nobody has to
// leave the dialog to look it up.
import type { CaseView } from '../casefile.ts';
import { recipientsOf } from '../checks.ts';
import { type Console, useConsole } from '../console.ts';
import { showDay } from '../format.ts';
import { missingFacts } from '../letters.ts';
import { handoversOf } from '../records.ts';

interface Props {
  readonly check: string;
  readonly view: CaseView;
}

/** Known shows what the file knows about a tick, and what the tick means if it knows nothing. */
export function Known({ check, view }: Props) {
  const words = knownOf(useConsole(), check, view);
  if (words === '') return null;
  return (
    <span class="tick__known" dir="auto">
      {words}
    </span>
  );
}

function knownOf({ rules, texts, today }: Console, check: string, view: CaseView): string {
  const { t } = texts;
  switch (check) {
    case 'mandate':
    case 'recipient': {
      const names = recipientsOf(view).join(', ');
      return names === '' ? t('check.mandate.none') : t('check.known', { Names: names });
    }
    case 'remit':
    case 'handed_back': {
      const names = handoversOf(view).map(({ name, day }) => `${name} (${showDay(texts, day)})`);
      return names.length === 0 ? t('check.handed.none') : t('check.handed', { Names: names.join(', ') });
    }
    case 'questions': {
      const open = missingFacts(rules.data.value, view, today()).map(({ id }) => texts.label('fact', id));
      return open.length === 0 ? '' : t('check.open', { What: open.join(', ') });
    }
    case 'told_before': {
      const last = view.events.findLast(({ kind }) => kind === 'answer');
      return last === undefined ? '' : t('check.answered', { Day: showDay(texts, last.day) });
    }
    default:
      return '';
  }
}
