import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { OutcomeState } from '@yijie/contracts/common';
import type { TreatmentServiceClient } from '@yijie/contracts/treatment';
import { admission, bill, call, ITEM, settleRequest, unique } from '../test/requests.ts';
import { OTHER_HOSPITAL, SiteFixture } from '../test/site-fixture.ts';
import {
  admitted,
  charged,
  discharged,
  SILENT,
  type Stay,
  settle,
  settledStay,
  stayingSilent,
} from '../test/stays.ts';

let fixture: SiteFixture;
let client: TreatmentServiceClient;
let other: TreatmentServiceClient;

beforeAll(async () => {
  // What the silent home region never answers is PENDING after this time.
  fixture = await SiteFixture.start({ config: { settleBudgetMs: 1_000 } });
  const site = await fixture.site();
  client = await fixture.client(site);
  other = await fixture.client(site, OTHER_HOSPITAL);
  fixture.home.onCommand = stayingSilent(fixture.home);
  const { outcome } = await call(other, 'mapItems', {
    idempotencyKey: unique('map'),
    mappings: [
      {
        itemCode: ITEM,
        nationalCode: 'NRDL2024-W-312',
        selfPaidReason: '',
        validFrom: 20250101,
        categoryCode: '',
      },
    ],
  });
  expect(outcome?.failure).toBeUndefined();
});
afterAll(() => fixture.close());

const NOBODYS_VISIT = '01900000-0000-7000-8000-000000000000';

const STATES = {
  NONE: async (): Promise<Stay> => ({ visitId: NOBODYS_VISIT, totalFen: 100, personToken: '' }),
  FOREIGN: () => discharged(other),
  ADMITTED: () => admitted(client),
  CHARGING: () => charged(client),
  DISCHARGED: () => discharged(client),
  SETTLING: async () => {
    const stay = await discharged(client, bill(5), { personToken: unique(SILENT) });
    await settle(client, stay);
    return stay;
  },
  SETTLED: () => settledStay(client),
  CANCELLED: async () => {
    const stay = await admitted(client);
    await call(client, 'cancelAdmission', { idempotencyKey: unique('cancel'), visitId: stay.visitId });
    return stay;
  },
} as const;

const CALLS = {
  changeAdmission: (stay: Stay) =>
    call(client, 'changeAdmission', {
      idempotencyKey: unique('change'),
      visitId: stay.visitId,
      terms: admission().terms,
      department: '内科',
      bedNumber: '3',
    }),
  cancelAdmission: (stay: Stay) =>
    call(client, 'cancelAdmission', { idempotencyKey: unique('cancel'), visitId: stay.visitId }),
  uploadCharges: (stay: Stay) =>
    call(client, 'uploadCharges', {
      idempotencyKey: unique('upload'),
      visitId: stay.visitId,
      lines: bill(2, 100),
    }),
  withdrawCharges: (stay: Stay) =>
    call(client, 'withdrawCharges', {
      idempotencyKey: unique('withdraw'),
      visitId: stay.visitId,
      lineNumbers: [1],
    }),
  discharge: (stay: Stay) =>
    call(client, 'discharge', {
      idempotencyKey: unique('discharge'),
      visitId: stay.visitId,
      dischargeDate: 20250610,
      dischargeDiagnosisCode: 'C34.9',
      lineCount: stay.totalFen > 0 ? 5 : 0,
      totalFen: stay.totalFen,
    }),
  cancelDischarge: (stay: Stay) =>
    call(client, 'cancelDischarge', { idempotencyKey: unique('reopen'), visitId: stay.visitId }),
  preSettle: async (stay: Stay) => {
    const { failure } = await call(client, 'preSettle', {
      visitId: stay.visitId,
      totalFen: stay.totalFen || 1,
      useAccount: false,
    });
    return {
      outcome: { state: failure ? OutcomeState.REFUSED : OutcomeState.SETTLED, failure },
    };
  },
  settle: (stay: Stay) =>
    call(client, 'settle', settleRequest({ visitId: stay.visitId, totalFen: stay.totalFen || 1 })),
  interimSettle: (stay: Stay) =>
    call(
      client,
      'settle',
      settleRequest({ visitId: stay.visitId, totalFen: stay.totalFen || 1, interim: true }),
    ),
} as const;

const OK = 'done';

/** One line per state; "done" where the call is allowed, else the one right code. */
const TABLE: Readonly<Record<keyof typeof STATES, Readonly<Record<keyof typeof CALLS, string>>>> = {
  NONE: row('VST-NOTFOUND'),
  FOREIGN: row('VST-NOTFOUND'),
  ADMITTED: {
    changeAdmission: OK,
    cancelAdmission: OK,
    uploadCharges: OK,
    withdrawCharges: 'CAT-LINE-UNKNOWN',
    discharge: OK,
    cancelDischarge: 'VST-NOTDISCHARGED',
    preSettle: 'STL-NOLINES',
    settle: 'STL-NOTDISCHARGED',
    interimSettle: 'STL-INTERIM',
  },
  CHARGING: {
    changeAdmission: OK,
    cancelAdmission: 'VST-HASCHARGES',
    uploadCharges: OK,
    withdrawCharges: OK,
    discharge: OK,
    cancelDischarge: 'VST-NOTDISCHARGED',
    preSettle: OK,
    settle: 'STL-NOTDISCHARGED',
    interimSettle: 'STL-INTERIM',
  },
  DISCHARGED: {
    changeAdmission: 'VST-DISCHARGED',
    cancelAdmission: 'VST-HASCHARGES',
    uploadCharges: 'VST-DISCHARGED',
    withdrawCharges: 'VST-DISCHARGED',
    discharge: 'VST-DISCHARGED',
    cancelDischarge: OK,
    preSettle: OK,
    settle: OK,
    interimSettle: 'STL-INTERIM',
  },
  SETTLING: {
    ...row('VST-SETTLING'),
    preSettle: 'STL-RUNNING',
    settle: 'STL-RUNNING',
    interimSettle: 'STL-RUNNING',
  },
  SETTLED: { ...row('VST-SETTLED'), preSettle: 'STL-DUP', settle: 'STL-DUP', interimSettle: 'STL-DUP' },
  CANCELLED: row('VST-CANCELLED'),
};

function row(code: string): Record<keyof typeof CALLS, string> {
  return Object.fromEntries(Object.keys(CALLS).map((name) => [name, code])) as Record<
    keyof typeof CALLS,
    string
  >;
}

const TABLES_WRITTEN = [
  'visit',
  'charge_upload',
  'command',
  'settlement_bill',
  'claim',
  'command_result',
  'local_call',
  'audit_entry',
];

async function written(): Promise<unknown> {
  const counts = await Promise.all(TABLES_WRITTEN.map((table) => fixture.count(table)));
  const { rows } = await fixture.database.query(
    // Rows leave the outbox when they are sent: their numbers tell how many were ever written.
    `SELECT (SELECT last_value FROM exchange_outbox_outbox_id_seq) AS messages, sum(version) AS versions,
            sum(line_count) AS lines FROM visit`,
  );
  return { counts, rows };
}

describe.each(Object.keys(STATES) as (keyof typeof STATES)[])('a visit in state %s', (state) => {
  test.each(Object.keys(CALLS) as (keyof typeof CALLS)[])('%s', async (name) => {
    const stay = await STATES[state]();
    const before = await written();
    const answer = await CALLS[name](stay);
    const expected = TABLE[state][name];
    if (expected === OK) {
      expect(answer.outcome?.failure).toBeUndefined();
      expect(answer.outcome?.state).toBe(OutcomeState.SETTLED);
      return;
    }
    expect(answer.outcome?.failure?.code).toBe(expected);
    expect(answer.outcome?.state).toBe(OutcomeState.REFUSED);
    expect(answer.outcome?.failure?.sameKeyMayRetry).toBe(true);
    expect(await written()).toEqual(before);
  });
});

test('refunds: none, another institution’s, in flight, refunded', async () => {
  const refund = (settlementId: string) =>
    call(client, 'refund', { idempotencyKey: unique('refund'), settlementId, reason: '01' });
  const codeOf = async (settlementId: string) => (await refund(settlementId)).outcome?.failure?.code;
  expect(await codeOf(NOBODYS_VISIT)).toBe('STL-NOTFOUND');
  const foreign = await settledStay(other);
  expect(await codeOf(foreign.settlementId)).toBe('STL-NOTFOUND');
  const stay = await settledStay(client);
  fixture.home.onCommand = (command) =>
    command.body?.$case === 'refund' ? undefined : fixture.home.settleOrRefund(command);
  expect((await refund(stay.settlementId)).outcome?.state).toBe(OutcomeState.PENDING);
  expect(await codeOf(stay.settlementId)).toBe('STL-RUNNING');
  fixture.home.onCommand = stayingSilent(fixture.home);
  const done = await settledStay(client);
  expect((await refund(done.settlementId)).settlement).toMatchObject({
    state: 'REFUND',
    totalFen: -done.totalFen,
  });
  const before = await written();
  expect(await codeOf(done.settlementId)).toBe('STL-REFUNDED');
  expect(await written()).toEqual(before);
  expect(await call(client, 'getVisit', { visitId: done.visitId })).toMatchObject({ state: 'DISCHARGED' });
});
