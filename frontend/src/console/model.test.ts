import { expect, test } from 'vitest';
import { codingFaults, EMPTY_CODING, readCoding, readMailbox, readReport, writeCoding } from './model.ts';

test('a report is read by its fields', () => {
  const report = readReport({
    lang: 'ar',
    rung: 'answer_me',
    may_ask: true,
    text: 'نص',
    areas: ['housing', 'housing', 7],
    place: { district: 'mitte', note: 'im Bus' },
    when: { precision: 'day', from: '2026-11-01', ongoing: true },
    facts: { knowledge_on: '2026-11-02' },
    contact: { way: 'phone', value: '0', leave_message: true },
    pass_on: [{ to: 'Stelle', what: 'alles' }],
  });
  expect(report).toMatchObject({
    lang: 'ar',
    mayAsk: true,
    areas: ['housing'],
    district: 'mitte',
    facts: [['knowledge_on', '2026-11-02']],
    passOn: [{ to: 'Stelle', what: 'alles' }],
  });
  expect(report.when).toEqual({ precision: 'day', from: '2026-11-01', to: '', ongoing: true });
});

// Everybody can seal a report to the public key, so any JSON may come.
test.each([
  null,
  1,
  'text',
  [],
  [{}],
  { text: 7, areas: 'x', place: [], when: null, facts: [1], pass_on: [null, 'x'] },
])('strange bodies break nothing: %j', (body) => {
  expect(readReport(body)).toMatchObject({ text: '', areas: [], rung: 'read_it', district: '' });
  expect(readCoding(body)).toMatchObject({ grounds: [], area: '' });
  expect(readMailbox(body)).toBeUndefined();
});

test('a coding is written and read back, without empty fields', () => {
  const coding = { ...EMPTY_CODING, grounds: ['age'], area: 'workplace', respondent: 'employer', outcome: 'informed' };
  expect(writeCoding(coding)).toEqual({
    grounds: ['age'],
    area: 'workplace',
    respondent: 'employer',
    outcome: 'informed',
  });
  expect(readCoding(writeCoding(coding))).toEqual(coding);
});

test.each([
  [EMPTY_CODING, ['coding.fault.grounds', 'coding.fault.area', 'coding.fault.respondent']],
  [{ ...EMPTY_CODING, grounds: ['a', 'b', 'c', 'd'], area: 'x', respondent: 'y' }, ['coding.fault.grounds_many']],
  [
    { ...EMPTY_CODING, grounds: ['a'], subtypes: ['a', 'b', 'c', 'd'], area: 'x', respondent: 'y' },
    ['coding.fault.subtypes_many'],
  ],
  [{ ...EMPTY_CODING, grounds: ['a'], area: 'x', respondent: 'y' }, []],
])('faults of a coding', (coding, faults) => {
  expect(codingFaults(coding)).toEqual(faults);
});
