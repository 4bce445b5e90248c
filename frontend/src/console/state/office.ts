// What the server tells once after unlocking and the console repeats nowhere:
// desks, codes, workflow, colleagues.
import { type Signal, signal } from '@preact/signals';
import type { Desk, Member, Members, Newcomer, Office, Term } from '../../shared/api.ts';
import type { Terms } from '../inbox.ts';
import type { Texts } from '../texts.ts';

/** An OfficeState answers questions about the office in the language chosen now. */
export interface OfficeState {
  readonly data: Signal<Office | undefined>;
  readonly members: Signal<readonly Member[]>;
  /** Who has made a key and waits to be admitted. */
  readonly joining: Signal<readonly Newcomer[]>;
  /** Members whose key the newest keys of their desks vouch for. */
  readonly current: Signal<readonly string[]>;
  take(members: Members): void;
  /** Opened display names by member id. */
  readonly names: Signal<Readonly<Record<string, string>>>;
  /** terms lists the codes of a group that are in use, parents before their children. */
  terms(group: string): readonly Term[];
  /** label names a code, or gives the code itself where the office does not know it. */
  label(group: string, code: string): string;
  /** words maps every code to its name and to its parent, for the search. */
  words(): Terms;
  /** district names a part of the city, or gives the code itself where the office does not know it. */
  district(code: string): string;
  /** version is the highest version of the taxonomy. */
  version(): number;
  desk(id: string): Desk | undefined;
  /** day is the office's day as the server told it. */
  day(): string;
  /** nameOf gives a colleague's name, or a short number where it cannot be read. */
  nameOf(member: string): string;
  /** colleagues lists members of a desk who open cases and are not off. */
  colleagues(desk: string): readonly Member[];
  clear(): void;
}

/** createOffice makes an empty state. */
export function createOffice(texts: Texts): OfficeState {
  const data = signal<Office | undefined>(undefined);
  const members = signal<readonly Member[]>([]);
  const joining = signal<readonly Newcomer[]>([]);
  const current = signal<readonly string[]>([]);
  const names = signal<Readonly<Record<string, string>>>({});
  const label = (term: Term) => (texts.language.value === 'en' ? term.label_en : term.label_de) || term.code;
  const find = (group: string, code: string) =>
    data.value?.taxonomy.find((term) => term.group === group && term.code === code);
  return {
    data,
    members,
    joining,
    current,
    take(list) {
      members.value = list.members;
      joining.value = list.joining;
    },
    names,
    terms(group) {
      const all = (data.value?.taxonomy ?? []).filter((term) => term.group === group && !term.until);
      const isChild = (term: Term) => all.some((parent) => parent.code === term.parent);
      return all
        .filter((term) => !isChild(term))
        .flatMap((parent) => [parent, ...all.filter((child) => child.parent === parent.code)]);
    },
    label(group, code) {
      const term = find(group, code) ?? (group === 'ground' ? find('racism_subtype', code) : undefined);
      return term === undefined ? code : label(term);
    },
    words() {
      const all = data.value?.taxonomy ?? [];
      const parents = all.filter((term) => term.parent !== undefined && term.parent !== '');
      return {
        labels: Object.fromEntries(all.map((term) => [term.code, label(term)])),
        parents: Object.fromEntries(parents.map((term) => [term.code, term.parent ?? ''])),
      };
    },
    district(code) {
      const found = data.value?.districts.find((district) => district.id === code);
      if (found === undefined) return texts.label('district', code);
      return (texts.language.value === 'en' ? found.label_en : found.label_de) || code;
    },
    version: () => Math.max(1, ...(data.value?.taxonomy ?? []).map((term) => term.since)),
    desk: (id) => data.value?.desks.find((desk) => desk.id === id),
    day: () => data.value?.day ?? '',
    nameOf: (member) => names.value[member] ?? `${texts.t('member.unnamed')} ${member.slice(0, 4)}`,
    colleagues: (desk) =>
      members.value.filter(
        (m) => !m.off && m.desks.includes(desk) && (m.role === 'caseworker' || m.role === 'coordinator'),
      ),
    clear() {
      data.value = undefined;
      members.value = [];
      joining.value = [];
      current.value = [];
      names.value = {};
    },
  };
}
