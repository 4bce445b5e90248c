// The checks of a move: what the case file answers by itself, and what only the
// member can, with what the file knows about it beside.
import { type CaseView, consentsOf } from './casefile.ts';
import { safeDay } from './flags.ts';
import { daysBetween, NEAR } from './format.ts';
import { text } from './model.ts';
import type { OpenEvent } from './opening.ts';
import { consentFor, deskOf, handoversOf, measuresOf } from './records.ts';

/** isNear says whether a deadline is so near, or past, that closing needs a reason. */
export function isNear(view: CaseView, today: string): boolean {
  const day = safeDay(view);
  return day !== '' && daysBetween(today, day) <= NEAR;
}

/** holds says whether a check holds; undefined if the file does not tell, so that it is for the member to tick. */
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
      // A yes that names a body is enough, and a desk gets nothing without one; one that names none is for the
      // member to compare.
      if (namedConsents(view).length > 0 || handoversOf(view).some(({ to }) => deskOf({ id: to }) !== '')) return true;
      return openConsents(view).length > 0 ? undefined : false;
    default:
      return undefined;
  }
}

/** namedConsents lists the consents that name somebody and were not taken back, the newest for each. */
export function namedConsents(view: CaseView): readonly OpenEvent[] {
  const bodies = new Set(view.events.filter(({ kind }) => kind === 'consent').map(({ body }) => text(body['to'])));
  bodies.delete('');
  return [...bodies].flatMap((id) => consentFor(view, { id }) ?? []);
}

/** openConsents lists what allows handing on without naming a body of the directory: of the report, or by hand. */
function openConsents(view: CaseView): readonly string[] {
  const told = (view.report?.passOn ?? []).map(({ to }) => to).filter((to) => to !== '');
  const written = view.events.filter(
    (event) => text(event.body['to']) === '' && consentsOf(event).some((id) => id.startsWith('passon/')),
  );
  return [...told, ...written.map((event) => text(event.body['how']))];
}

/** recipientsOf names in words whom the person allows to get something, as the file knows it. */
export function recipientsOf(view: CaseView): readonly string[] {
  return [...namedConsents(view).map((event) => text(event.body['recipient'])), ...openConsents(view)].filter(
    (name) => name !== '',
  );
}
