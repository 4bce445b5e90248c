// What the opened boxes say, read with care: everybody who has the public form
// can seal a report, so a body may be any JSON. These readers take what fits
// the field and leave out the rest; they never throw and never guess.

/** A Mailbox is the resident's key and MAC key; it stays in the worker. */
export interface Mailbox {
  readonly recipient: string;
  readonly mac: string;
}

/** A Report is what the resident told (domain.md §3). */
export interface Report {
  readonly taxonomy: number;
  readonly lang: string;
  readonly rung: string;
  readonly mayAsk: boolean;
  readonly role: string;
  readonly under18: boolean | undefined;
  readonly text: string;
  readonly manifestations: readonly string[];
  readonly areas: readonly string[];
  readonly grounds: readonly string[];
  readonly groundOther: string;
  readonly respondents: readonly string[];
  readonly respondentOrg: string;
  readonly district: string;
  readonly placeNote: string;
  readonly when: { readonly precision: string; readonly from: string; readonly to: string; readonly ongoing: boolean };
  readonly facts: readonly (readonly [string, string])[];
  readonly contact: {
    readonly way: string;
    readonly value: string;
    readonly safeTimes: string;
    readonly leaveMessage: boolean;
    readonly interpreter: string;
  };
  readonly consents: readonly string[];
  readonly passOn: readonly { readonly to: string; readonly what: string }[];
}

/** A Coding is the office's view in codes (domain.md §2.4). */
export interface Coding {
  readonly grounds: readonly string[];
  readonly groundsMore: readonly string[];
  readonly subtypes: readonly string[];
  readonly area: string;
  readonly areasMore: readonly string[];
  readonly respondent: string;
  readonly manifestations: readonly string[];
  readonly forms: readonly string[];
  readonly level: string;
  readonly multiplicity: string;
  readonly role: string;
  readonly lang: string;
  readonly district: string;
  readonly interventions: readonly string[];
  readonly outcome: string;
}

/** EMPTY_CODING is where a coding starts: with nothing, so that nobody confirms a guess. */
export const EMPTY_CODING: Coding = {
  grounds: [],
  groundsMore: [],
  subtypes: [],
  area: '',
  areasMore: [],
  respondent: '',
  manifestations: [],
  forms: [],
  level: '',
  multiplicity: '',
  role: '',
  lang: '',
  district: '',
  interventions: [],
  outcome: '',
};

type Fields = Readonly<Record<string, unknown>>;

/** fields gives an object's fields, or none if the value is no object. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** text gives a string, or "". */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** codes gives the strings of a list, each once. */
export function codes(value: unknown): readonly string[] {
  return [...new Set(list(value).filter((code): code is string => typeof code === 'string' && code !== ''))];
}

/** readMailbox gives the resident's keys of a report, or undefined if they are not there. */
export function readMailbox(body: unknown): Mailbox | undefined {
  const mailbox = fields(fields(body)['mailbox']);
  const recipient = text(mailbox['recipient']);
  const mac = text(mailbox['mac']);
  return recipient === '' || mac === '' ? undefined : { recipient, mac };
}

/** readReport gives a report's answers. */
export function readReport(body: unknown): Report {
  const b = fields(body);
  const place = fields(b['place']);
  const when = fields(b['when']);
  const contact = fields(b['contact']);
  return {
    taxonomy: typeof b['taxonomy'] === 'number' ? b['taxonomy'] : 1,
    lang: text(b['lang']),
    rung: text(b['rung']) || 'read_it',
    mayAsk: b['may_ask'] === true,
    role: text(b['role']),
    under18: typeof b['under18'] === 'boolean' ? b['under18'] : undefined,
    text: text(b['text']),
    manifestations: codes(b['manifestations']),
    areas: codes(b['areas']),
    grounds: codes(b['grounds']),
    groundOther: text(b['ground_other']),
    respondents: codes(b['respondents']),
    respondentOrg: text(b['respondent_org']),
    district: text(place['district']),
    placeNote: text(place['note']),
    when: {
      precision: text(when['precision']),
      from: text(when['from']),
      to: text(when['to']),
      ongoing: when['ongoing'] === true,
    },
    facts: Object.entries(fields(b['facts'])).map(([id, day]) => [id, text(day)] as const),
    contact: {
      way: text(contact['way']),
      value: text(contact['value']),
      safeTimes: text(contact['safe_times']),
      leaveMessage: contact['leave_message'] === true,
      interpreter: text(contact['interpreter']),
    },
    consents: codes(b['consents']),
    passOn: list(b['pass_on']).map((entry) => ({ to: text(fields(entry)['to']), what: text(fields(entry)['what']) })),
  };
}

/** readCoding gives the codes of a coding event. */
export function readCoding(body: unknown): Coding {
  const b = fields(body);
  return {
    grounds: codes(b['grounds']),
    groundsMore: codes(b['grounds_more']),
    subtypes: codes(b['subtypes']),
    area: text(b['area']),
    areasMore: codes(b['areas_more']),
    respondent: text(b['respondent']),
    manifestations: codes(b['manifestations']),
    forms: codes(b['forms']),
    level: text(b['level']),
    multiplicity: text(b['multiplicity']),
    role: text(b['role']),
    lang: text(b['lang']),
    district: text(b['district']),
    interventions: codes(b['interventions']),
    outcome: text(b['outcome']),
  };
}

/** writeCoding gives the body of a coding event; empty fields are left out. */
export function writeCoding(coding: Coding): Record<string, unknown> {
  const body: Record<string, unknown> = {
    grounds: coding.grounds,
    grounds_more: coding.groundsMore,
    subtypes: coding.subtypes,
    area: coding.area,
    areas_more: coding.areasMore,
    respondent: coding.respondent,
    manifestations: coding.manifestations,
    forms: coding.forms,
    level: coding.level,
    multiplicity: coding.multiplicity,
    role: coding.role,
    lang: coding.lang,
    district: coding.district,
    interventions: coding.interventions,
    outcome: coding.outcome,
  };
  for (const [key, value] of Object.entries(body)) {
    if (value === '' || (Array.isArray(value) && value.length === 0)) delete body[key];
  }
  return body;
}

/** codingFaults names what a coding may not be; an empty list means that it can be saved. */
export function codingFaults(coding: Coding): readonly string[] {
  const faults: string[] = [];
  if (coding.grounds.length === 0) faults.push('coding.fault.grounds');
  if (coding.grounds.length > 3) faults.push('coding.fault.grounds_many');
  if (coding.subtypes.length > 3) faults.push('coding.fault.subtypes_many');
  if (coding.area === '') faults.push('coding.fault.area');
  if (coding.respondent === '') faults.push('coding.fault.respondent');
  return faults;
}
