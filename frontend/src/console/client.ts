// The console's calls to the office's API. One place knows paths, the shape of
// errors and what may be sent again; a caller gets a value or a Failure.
import type {
  Assertion,
  CaseFile,
  Cases,
  ChangeMember,
  Done,
  Enrolment,
  Export,
  Failure as FailureBody,
  FirstKey,
  Founded,
  Invited,
  Join,
  Joined,
  Ledger,
  Members,
  NewEpoch,
  NewSheets,
  Offer,
  Office,
  OneSession,
  PasskeyDrop,
  PasskeyStep,
  Passkeys,
  Proved,
  Recovery,
  RecoverySheets,
  Session,
  Sessions,
  SetUp,
  Sheets,
  Start,
  StatYear,
} from '../shared/api.ts';
import { inRecords } from './cardstream.ts';

const BASE = '/api/v1/office';

/** A Failure is an answer that is not the wanted one, or none at all. */
export class Failure extends Error {
  /** The key that web.Answer gives (internal/web/error.go); `network` if no answer came. */
  readonly key: string;
  readonly status: number;
  /** The id under which the operator finds the cause, or "". */
  readonly id: string;
  /** Where and what, of a refused form. */
  readonly fields: readonly { readonly field: string; readonly key: string }[];
  /** What is allowed instead, of a refused transition. */
  readonly allowed: readonly Offer[];

  constructor(key: string, status: number, body?: FailureBody) {
    super(`${key} (${status})`);
    this.name = 'Failure';
    this.key = key;
    this.status = status;
    this.id = body?.id ?? '';
    this.fields = body?.fields ?? [];
    this.allowed = body?.allowed ?? [];
  }

  /** unclear says that nobody knows whether it was stored: the same act may be sent again. */
  get unclear(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** A YearPath is an act on a year's statistics. */
export type YearPath = 'plan' | 'waiver' | 'errata' | 'errata/release' | 'errata/drop';

/** An ActPath is the last part of the path of an act on a case. */
export type ActPath =
  | 'answers'
  | 'notes'
  | 'codings'
  | 'cards'
  | 'transitions'
  | 'assignments'
  | 'deadlines'
  | 'consents'
  | 'handovers'
  | 'requests'
  | 'approvals'
  | 'access';

/** A Client calls the office's API. */
export interface Client {
  start(): Promise<Start>;
  setUp(body: SetUp): Promise<Founded>;
  /** login gives the session, or a challenge to a passkey where there is one. */
  login(name: string, auth: string): Promise<Session | PasskeyStep>;
  loginPasskey(body: Assertion): Promise<Session>;
  /** loginEnrol makes the first passkey where the office asks everybody for one. */
  loginEnrol(body: Enrolment): Promise<Session>;
  passkeys(): Promise<Passkeys>;
  /** beginPasskey wants the passphrase once more, as dropPasskey does: an open session alone changes no passkey. */
  beginPasskey(proof: Proved): Promise<PasskeyStep>;
  addPasskey(body: Enrolment): Promise<void>;
  /** dropPasskey revokes one of the caller's own. */
  dropPasskey(body: PasskeyDrop): Promise<void>;
  /** resetPasskeys takes all passkeys from a member who lost them. */
  resetPasskeys(member: string, op: string): Promise<void>;
  logout(): Promise<void>;
  /** sessions lists where the caller is logged in. */
  sessions(background?: boolean): Promise<readonly OneSession[]>;
  endSession(id: string): Promise<void>;
  /** stay is asked for while a member types: any answer renews an ageing token. */
  stay(): Promise<Session>;
  office(): Promise<Office>;
  members(): Promise<Members>;
  /** logoutEverywhere ends all sessions of the caller. */
  logoutEverywhere(op: string): Promise<void>;
  /** invite makes a one-time code; member names somebody who is off and gets a new key, or is "". */
  invite(member: string): Promise<Invited>;
  join(body: Join): Promise<Joined>;
  changeMember(member: string, body: ChangeMember): Promise<void>;
  switchOff(member: string, op: string): Promise<void>;
  rotate(body: NewEpoch): Promise<void>;
  /** firstKey places members at a desk that has no key yet. */
  firstKey(body: FirstKey): Promise<void>;
  sheets(): Promise<Sheets>;
  replaceSheets(body: NewSheets): Promise<void>;
  /** recoverySheets gives what the recovery sheet opens, for an operator's code. */
  recoverySheets(code: string): Promise<RecoverySheets>;
  recover(body: Recovery): Promise<Founded>;
  ledger(after: number): Promise<Ledger>;
  /** alarm notes in the ledger that a key is not what it should be. */
  alarm(op: string, reason: string): Promise<void>;
  /** drill notes in the ledger that the recovery sheet was tried. */
  drill(op: string): Promise<void>;
  cases(after: string): Promise<Cases>;
  /** casePage gives a page of cases as it came: the worker reads it. */
  casePage(after: string): Promise<ArrayBuffer>;
  /** cards hands on the newest card of every case, in pieces of whole records, one after the other. */
  cards(take: (records: ArrayBuffer) => Promise<void>): Promise<void>;
  /** changes gives, as it came, what is not as these digests say; the worker makes them. */
  changes(digests: string, background: boolean): Promise<ArrayBuffer>;
  /** background marks a call that nobody asked for: it does not keep the session alive. */
  openCase(id: string, background?: boolean): Promise<CaseFile>;
  /** export notes that the case leaves the house, in this form; nothing of it is sent. */
  export(id: string, op: string, form: Export['form']): Promise<void>;
  /** putChunk sends one piece of a sealed file, before the answer that names it. */
  putChunk(id: string, file: string, n: number, piece: ArrayBuffer): Promise<void>;
  /** chunk gives one piece of a sealed file. */
  chunk(id: string, file: string, n: number): Promise<ArrayBuffer>;
  act(id: string, path: ActPath, body: object, background?: boolean): Promise<Done>;
  /** year tells what is needed to count a year, and how far its statistics are. */
  year(year: number): Promise<StatYear>;
  /** count sends the counts of a year: as a draft, or as the second count that releases it. */
  count(year: number, as: 'draft' | 'release', counts: object): Promise<StatYear>;
  /** onYear does an act on a year's statistics: declares, waives, corrects. */
  onYear(year: number, path: YearPath, body: object): Promise<StatYear>;
  /** form fetches a page of the public site as it is delivered to residents. */
  form(path: string): Promise<string>;
}

interface Options {
  readonly body?: object;
  /** Sent as they are, in place of a body. */
  readonly bytes?: ArrayBuffer;
  readonly background?: boolean;
}

/** createClient makes a client on top of fetch. device is told at the login, for the member's own list of sessions. */
export function createClient(send: typeof fetch, device: OneSession['device'] = ''): Client {
  const call = async (method: string, path: string, options: Options = {}): Promise<Response> => {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (options.body !== undefined) headers['Content-Type'] = 'application/json';
    if (options.background === true) headers['Beistand-Background'] = '1';
    const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store', redirect: 'error' };
    if (options.body !== undefined) init.body = JSON.stringify(options.body);
    if (options.bytes !== undefined) {
      headers['Content-Type'] = 'application/octet-stream';
      init.body = options.bytes;
    }
    let response: Response;
    try {
      response = await send(BASE + path, init);
    } catch {
      throw new Failure('network', 0);
    }
    if (!response.ok) throw await failureOf(response);
    return response;
  };
  const json = async <T>(method: string, path: string, options?: Options): Promise<T> => {
    const response = await call(method, path, options);
    try {
      return (await response.json()) as T;
    } catch {
      throw new Failure('network', 0);
    }
  };
  const done = async (path: string, body: object): Promise<void> => {
    await call('POST', path, { body });
  };
  const bytes = async (method: string, path: string, options?: Options): Promise<ArrayBuffer> => {
    const response = await call(method, path, options);
    return response.arrayBuffer().catch(() => {
      throw new Failure('network', 0);
    });
  };
  const page = (after: string) => `/cases?limit=500${after === '' ? '' : `&after=${after}`}`;
  return {
    start: () => json('GET', '/start'),
    setUp: (body) => json('POST', '/setup', { body }),
    login: (name, auth) => json('POST', '/login', { body: { name, auth, device } }),
    loginPasskey: (body) => json('POST', '/login/passkey', { body: { ...body, device } }),
    loginEnrol: (body) => json('POST', '/login/enrol', { body: { ...body, device } }),
    passkeys: () => json('GET', '/passkeys'),
    beginPasskey: (proof) => json('POST', '/passkeys/begin', { body: proof }),
    addPasskey: (body) => done('/passkeys', body),
    dropPasskey: (body) => done('/passkeys/drop', body),
    resetPasskeys: (member, op) => done(`/members/${member}/passkeys`, { op }),
    logout: async () => {
      await call('POST', '/logout', {});
    },
    sessions: async (background = false) => {
      const list: Sessions = await json('GET', '/sessions', { background });
      return list.sessions;
    },
    endSession: (id) => done('/sessions/end', { id }),
    stay: () => json('GET', '/session'),
    office: () => json('GET', '/office'),
    members: () => json('GET', '/members'),
    logoutEverywhere: (op) => done('/logout/everywhere', { op }),
    invite: (member) => json('POST', '/invites', { body: { member } }),
    join: (body) => json('POST', '/joins', { body }),
    changeMember: (member, body) => done(`/members/${member}`, body),
    switchOff: (member, op) => done(`/members/${member}/off`, { op }),
    firstKey: (body) => done('/desks', body),
    rotate: (body) => done('/epochs', body),
    sheets: () => json('GET', '/sheets'),
    replaceSheets: (body) => done('/sheets', body),
    recoverySheets: (code) => json('POST', '/recovery/sheets', { body: { code } }),
    recover: (body) => json('POST', '/recovery', { body }),
    ledger: (line) => json('GET', `/ledger${line === 0 ? '' : `?after=${line}`}`),
    alarm: (op, reason) => done('/alarms', { op, reason }),
    drill: (op) => done('/drills', { op, reason: 'paper' }),
    cases: (after) => json('GET', page(after)),
    casePage: (after) => bytes('GET', page(after)),
    cards: async (take) => {
      const { body } = await call('GET', '/cards');
      if (body !== null) await inRecords(body, take, () => new Failure('network', 0));
    },
    changes: (digests, background) => bytes('POST', '/heads', { body: { digests }, background }),
    openCase: (id, background = false) => json('GET', `/cases/${id}`, { background }),
    export: (id, op, form) => done(`/cases/${id}/exports`, { op, form }),
    putChunk: async (id, file, n, piece) => {
      await call('POST', `/cases/${id}/chunks/${file}/${n}`, { bytes: piece });
    },
    chunk: (id, file, n) => bytes('GET', `/cases/${id}/chunks/${file}/${n}`),
    act: (id, path, body, background = false) => json('POST', `/cases/${id}/${path}`, { body, background }),
    year: (year) => json('GET', `/statistics/${year}`),
    count: (year, as, counts) => json('POST', `/statistics/${year}/${as}`, { body: counts }),
    onYear: (year, path, body) => json('POST', `/statistics/${year}/${path}`, { body }),
    form: async (path) => {
      let response: Response;
      try {
        response = await send(path, { credentials: 'omit', cache: 'no-store', redirect: 'error' });
      } catch {
        throw new Failure('network', 0);
      }
      if (!response.ok) throw new Failure('network', response.status);
      return response.text();
    },
  };
}

async function failureOf(response: Response): Promise<Failure> {
  try {
    const body = (await response.json()) as FailureBody;
    if (typeof body.error === 'string') return new Failure(body.error, response.status, body);
  } catch {
    // A proxy answered with its own page: only the status is known.
  }
  return new Failure(response.status === 401 ? 'session' : 'network', response.status);
}
