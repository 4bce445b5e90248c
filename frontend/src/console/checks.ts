// What a move asks to be checked, as far as the console can see it in the case.
import { type CaseView, consentsOf } from './casefile.ts';
import { deskOf, handoversOf, measuresOf } from './records.ts';

/** holds says whether a check holds; undefined is for the member to tick. */
export function holds(check: string, view: CaseView): boolean | undefined {
  const coding = view.coding;
  switch (check) {
    case 'coded':
      return (
        coding !== undefined &&
        coding.grounds.length > 0 &&
        coding.area !== '' &&
        coding.respondent !== '' &&
        coding.outcome === 'documented_only'
      );
    case 'documented':
      return coding?.outcome === 'documented_only';
    case 'outcome':
      return coding !== undefined && coding.outcome !== '';
    case 'may_ask':
      return ['answer_me', 'act_for_me', 'pass_on'].includes(view.rung) || view.report?.mayAsk === true;
    case 'art9':
      return view.events.some(
        (event) => event.kind === 'consent' && consentsOf(event).some((id) => id.startsWith('art9/')),
      );
    case 'result':
      // What is recorded needs no tick; a result that stands elsewhere is for the member to vouch for.
      return measuresOf(view).some(({ result }) => result !== '') || undefined;
    case 'recipient':
      // A hand-over to a desk went through only with a consent to this recipient.
      return handoversOf(view).some(({ to }) => deskOf({ id: to }) !== '') || undefined;
    default:
      return undefined;
  }
}
