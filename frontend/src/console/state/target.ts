// Which bodies something can go to, the other desks of this office among them,
// and the key of such a desk: the one that the operator pinned, if the public
// form hands it to residents too.
import type { Body } from '../../shared/api.ts';
import type { CaseView } from '../casefile.ts';
import type { Client } from '../client.ts';
import type { Target } from '../handing.ts';
import { currentPin, formFaults } from '../keys.ts';
import { deskBody } from '../records.ts';
import { TaskError } from '../rpc.ts';
import type { Texts } from '../texts.ts';
import type { OfficeState } from './office.ts';
import { recipientsIn } from './session.ts';

/** FORM is the page whose keys residents' browsers seal to. */
export const FORM = '/de/report';

/** targetOf gives a desk with its key; it fails with `swapped` where form and pinned keys differ. */
export async function targetOf(
  office: Pick<OfficeState, 'data' | 'desk'>,
  client: Pick<Client, 'form'>,
  desk: string,
  month: string,
): Promise<Target> {
  const known = office.desk(desk);
  const pin = currentPin(known?.keys ?? [], desk, month);
  if (known === undefined || pin === undefined) throw new TaskError('nokey');
  const pinned = (office.data.value?.desks ?? []).flatMap(({ keys }) => keys);
  const form = recipientsIn(await client.form(FORM));
  if (form.length > 0 && formFaults(form, pinned, month).length > 0) throw new TaskError('swapped');
  const site = office.data.value?.site ?? '';
  return { site, desk, name: known.name, epoch: pin.epoch, recipient: pin.recipient };
}

/** bodiesFor lists whom the office can refer to: the other desks that have a key, then the directory. */
export function bodiesFor(office: Pick<OfficeState, 'data'>, texts: Texts, view: CaseView): readonly Body[] {
  const desks = (office.data.value?.desks ?? []).filter(({ id, keys }) => id !== view.summary.desk && keys.length > 0);
  const own = desks.map(({ id, name, operator, languages }) => ({
    id: deskBody(id),
    name,
    for_de: texts.t('referral.desk', { Operator: operator }),
    for_en: texts.t('referral.desk', { Operator: operator }),
    languages: [...languages],
    contact: operator,
    consent: true,
    checked_on: '',
  }));
  return [...own, ...(office.data.value?.bodies ?? [])];
}
