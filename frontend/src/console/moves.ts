// Rules of the moves: what is still missing, what the dialog wants, and the act
// that follows. What is allowed the server says; these rules only read it.
import type { Offer } from '../shared/api.ts';
import type { CaseView } from './casefile.ts';
import { holds, isNear } from './checks.ts';
import type { ActPath } from './client.ts';
import { isDay } from './format.ts';
import type { Key, Texts } from './texts.ts';

/** An Act is what a member wants to do. */
export interface Act {
  readonly path: ActPath;
  readonly kind: string;
  /** What is sealed; without it the act has no box. */
  readonly body?: Readonly<Record<string, unknown>>;
  readonly told?: boolean;
  /** The fields in the clear. */
  readonly open?: Readonly<Record<string, unknown>>;
  /** The desk that the words go to as well, and the report that it gets. */
  readonly hand?: { readonly desk: string; readonly report: Readonly<Record<string, unknown>> };
}

/** Typed is what a member gives in the dialog of a move. */
export interface Typed {
  readonly reason: string;
  readonly code: string;
  readonly resume: string;
  readonly ticked: readonly string[];
}

/** missingOf lists what is still wanted: by the server, and by what the console can see itself. */
export function missingOf(offer: Offer, view: CaseView): readonly string[] {
  return [...offer.missing, ...offer.checks.filter((check) => holds(check, view) === false)];
}

/** labelOf names a move in words. */
export function labelOf(texts: Texts, offer: Offer, view: CaseView): string {
  if (offer.kind === 'request')
    return texts.t(offer.to === 'discarded' ? 'move.request.discard' : 'move.request.erase');
  if (offer.kind === 'approval') {
    if (view.waiting?.by === 'resident') return texts.t('move.approve.withdrawal');
    return texts.t(offer.to === 'discarded' ? 'move.approve.discard' : 'move.approve.erase');
  }
  return texts.maybe(`move.${view.summary.state}.${offer.to}`) ?? texts.label('move', offer.to);
}

/** wantsReason says whether the move needs a reason in words. */
export function wantsReason(offer: Offer, view: CaseView, today: string): boolean {
  return offer.to === 'paused' || isPressing(offer, view, today);
}

/** isPressing says whether a deadline lies so near that closing needs a reason. */
export function isPressing(offer: Offer, view: CaseView, today: string): boolean {
  return offer.checks.includes('safe_day') && isNear(view, today);
}

/** checksByHand are those that only a reader of the case can make. Where the deadlines were looked at, their day decides. */
export function checksByHand(offer: Offer, view: CaseView): readonly string[] {
  return offer.checks.filter((check) =>
    check === 'safe_day' ? view.deadline === undefined : holds(check, view) === undefined,
  );
}

/** Faults are what the dialog still wants, by field. */
export type Faults = Readonly<Record<'code' | 'resume' | 'reason' | 'checks', Key | ''>>;

/** moveFaults names what the dialog still wants; '' where nothing is missing. */
export function moveFaults(offer: Offer, view: CaseView, typed: Typed, today: string): Faults {
  const ticked = checksByHand(offer, view).every((check) => typed.ticked.includes(check));
  const later = isDay(typed.resume) && typed.resume > today;
  return {
    code: offer.codes.length > 0 && typed.code === '' ? 'move.fault.code' : '',
    resume: offer.resume === true && !later ? 'move.fault.resume' : '',
    reason: wantsReason(offer, view, today) && typed.reason === '' ? 'move.fault.reason' : '',
    checks: ticked ? '' : 'move.fault.checks',
  };
}

/** actOf makes the act of an offer. A reason in words is sealed; without one the act has no box. */
export function actOf(offer: Offer, view: CaseView, typed: Typed): Act {
  const sealed = typed.reason === '' ? {} : { body: { reason: typed.reason } };
  const code = typed.code === '' ? {} : { code: typed.code };
  if (offer.kind === 'request') {
    return { path: 'requests', kind: 'request', ...sealed, open: { act: offer.act, ...code } };
  }
  if (offer.kind === 'approval') {
    return { path: 'approvals', kind: 'approval', ...sealed, open: { of: view.waiting?.op ?? '', ...code } };
  }
  const resume = offer.resume === true ? { resume: typed.resume } : {};
  const open = { to: offer.to, ...code, ...resume, ...(offer.checks.length > 0 ? { checks: offer.checks } : {}) };
  return { path: 'transitions', kind: 'transition', ...sealed, open };
}
