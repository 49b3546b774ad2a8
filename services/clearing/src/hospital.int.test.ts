import type { ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Scheme, VisitKind } from '@yijie/contracts/common';
import {
  HospitalClearingServiceClient,
  MatchingServiceClient,
  MatchSide,
  MatchState,
  type TotalsLine,
} from '@yijie/contracts/matching';
import { fen, NO_SHARES } from '@yijie/money';
import { failureFromError } from '@yijie/runtime';
import type { AgencyPerson, Identity } from '@yijie/security';
import { waitFor } from '@yijie/testkit';
import { type Content, FactMaker, HOSPITAL, OTHER_HOSPITAL } from '../test/facts.ts';
import { call, type RunningClearing, startRunningClearing } from '../test/running-clearing.ts';

const HOSPITAL_ID: Identity = { kind: 'institution', institutionCode: HOSPITAL };
const OTHER_ID: Identity = { kind: 'institution', institutionCode: OTHER_HOSPITAL };
const BEIJING: Identity = { kind: 'agency', pool: '110000' };
const CHANGCHUN: Identity = { kind: 'agency', pool: '220100' };
const SHENZHEN: Identity = { kind: 'agency', pool: '440300' };
const person = (pool: string, role: AgencyPerson['role'], name = 'one'): AgencyPerson => ({
  person: `${role}-${name}`,
  role,
  pool,
});

let clearing: RunningClearing;
let facts: FactMaker;
let hospital: HospitalClearingServiceClient;
let other: HospitalClearingServiceClient;
let agency: HospitalClearingServiceClient;
let beijing: MatchingServiceClient;
let changchun: MatchingServiceClient;
let shenzhen: MatchingServiceClient;
let keys = 0;

beforeAll(async () => {
  clearing = await startRunningClearing([HOSPITAL_ID, OTHER_ID, BEIJING, CHANGCHUN, SHENZHEN]);
  facts = new FactMaker(clearing.bus, clearing.topicPrefix, clearing.keysOf);
  [hospital, other, agency] = [
    await clearing.client(HospitalClearingServiceClient, HOSPITAL_ID),
    await clearing.client(HospitalClearingServiceClient, OTHER_ID),
    await clearing.client(HospitalClearingServiceClient, BEIJING),
  ];
  [beijing, changchun, shenzhen] = [
    await clearing.client(MatchingServiceClient, BEIJING),
    await clearing.client(MatchingServiceClient, CHANGCHUN),
    await clearing.client(MatchingServiceClient, SHENZHEN),
  ];
}, 60_000);
afterAll(() => clearing?.stop());

const idOf = ({ settlementId }: Content) => settlementId.toString('hex');
const key = () => `key-${++keys}`;

async function codeOf(answer: Promise<unknown>): Promise<string | undefined> {
  return answer.then(
    () => undefined,
    (error: ServiceError) => failureFromError(error)?.code ?? error.message,
  );
}

const confirm = (ids: readonly string[], idempotencyKey = key()) =>
  call(hospital, hospital.confirmRows, { idempotencyKey, settlementIds: [...ids] });

interface ClearedRow {
  readonly national_period: number | null;
  readonly home_period: number;
  readonly treatment_period: number;
  readonly medical_fen: number;
}

async function clearedRow(content: Content): Promise<ClearedRow | undefined> {
  const { rows } = await clearing.database.query<ClearedRow>(
    `SELECT national_period, home_period, treatment_period, medical_fen FROM cleared_row WHERE settlement_id = $1`,
    [content.settlementId],
  );
  return rows[0];
}

function untilCleared(content: Content): Promise<ClearedRow> {
  return waitFor(() => clearedRow(content), { what: 'the row in its runs' });
}

async function reasonsOf(content: Content): Promise<readonly string[] | undefined> {
  const { rows } = await clearing.database.query<{ reasons: string[] }>(
    'SELECT reasons FROM open_row WHERE settlement_id = $1',
    [content.settlementId],
  );
  return rows[0]?.reasons;
}

function untilReasons(content: Content, ...reasons: string[]): Promise<boolean> {
  return waitFor(async () => `${await reasonsOf(content)}` === `${reasons}`, { what: `reasons ${reasons}` });
}

/** Both sides told it, and it waits for the hospital. */
async function matched(content: Content): Promise<Content> {
  await facts.publishBoth(content);
  await untilReasons(content, 'NOT_HOSPITAL_CONFIRMED');
  return content;
}

/** Sides that differ by one yuan of the pool fund. */
async function different(): Promise<{ treatment: Content; home: Content }> {
  const treatment = facts.settlement();
  const shares = { ...NO_SHARES, poolFundFen: fen(2_999_900), personalCashFen: fen(2_000_100) };
  const home = { ...treatment, shares };
  await facts.publish('treatment', treatment);
  await facts.publish('home', home);
  await waitFor(
    async () => {
      const row = await match(treatment);
      return row.state === MatchState.DIFFERENT;
    },
    { what: 'a difference' },
  );
  return { treatment, home };
}

async function match(content: Content, client = beijing, pool = '110000') {
  const metadata = await clearing.asPersons(person(pool, 'reviewer'));
  return call(client, client.getMatch, { settlementId: idOf(content) }, metadata);
}

describe('a hospital confirms', () => {
  test('a matched row, which enters its runs at once, and a repeat changes nothing', async () => {
    const content = await matched(facts.settlement());
    const messageId = key();
    const answer = { confirmed: 1, cleared: 1 };
    expect(await confirm([idOf(content)], messageId)).toEqual(answer);
    expect(await confirm([idOf(content)], messageId)).toEqual(answer);
    expect(await clearedRow(content)).toEqual({
      national_period: 202603,
      home_period: 202603,
      treatment_period: 202603,
      medical_fen: 5_000_000,
    });
    expect((await match(content)).places).toEqual([
      { owner: 'CN', period: 202603 },
      { owner: '220000', period: 202603 },
      { owner: '110000', period: 202603 },
    ]);
  });

  test('a row that the home region tells of later', async () => {
    const content = facts.settlement();
    await facts.publish('treatment', content);
    await untilReasons(content, 'NOT_MATCHED', 'NOT_HOSPITAL_CONFIRMED');
    expect(await confirm([idOf(content)])).toEqual({ confirmed: 1, cleared: 0 });
    await untilReasons(content, 'NOT_MATCHED');
    await facts.publish('home', content);
    await untilCleared(content);
  });

  test('a refund only after its original, which takes it along', async () => {
    const original = await matched(facts.settlement());
    const refund = facts.refundOf(original);
    await facts.publishBoth(refund);
    await untilReasons(refund, 'NOT_HOSPITAL_CONFIRMED', 'ORIGINAL_NOT_CLEARED');
    expect(await confirm([idOf(refund)])).toEqual({ confirmed: 1, cleared: 0 });
    await untilReasons(refund, 'ORIGINAL_NOT_CLEARED');
    expect(await confirm([idOf(original)])).toEqual({ confirmed: 1, cleared: 2 });
    expect(await clearedRow(refund)).toMatchObject({ medical_fen: -5_000_000 });
  });

  test("nothing of another hospital's, and nothing that nobody told of", async () => {
    const content = await matched(facts.settlement());
    const request = { idempotencyKey: key(), settlementIds: [idOf(content)] };
    expect(await codeOf(call(other, other.confirmRows, request))).toBe('MCH-NOTFOUND');
    expect(await codeOf(confirm([idOf(facts.settlement())]))).toBe('MCH-NOTFOUND');
    expect(await reasonsOf(content)).toEqual(['NOT_HOSPITAL_CONFIRMED']);
  });

  test('and takes it back by its message, until a run of it is cut', async () => {
    const content = await matched(facts.settlement({ settledAtMs: Date.parse('2026-01-10T04:00:00Z') }));
    const [messageId, again] = [key(), key()];
    await confirm([idOf(content)], messageId);
    const rollBack = (of: string) =>
      call(hospital, hospital.rollBackConfirmation, { idempotencyKey: key(), messageId: of });
    expect(await rollBack(messageId)).toEqual({ rolledBack: 1 });
    expect(await clearedRow(content)).toBeUndefined();
    expect(await reasonsOf(content)).toEqual(['NOT_HOSPITAL_CONFIRMED']);
    expect(await codeOf(rollBack(messageId))).toBe('MCH-MESSAGE');

    await confirm([idOf(content)], again);
    await clearing.database.query(`UPDATE run_owner SET open_period = 202602 WHERE owner = '220000'`);
    expect(await codeOf(rollBack(again))).toBe('MCH-CUT');
    expect(await clearedRow(content)).toMatchObject({ home_period: 202601 });
  });
});

describe('a month that is cut', () => {
  test('takes nothing more: a later row enters the next one, one that is too late none until it is admitted', async () => {
    await clearing.database.query(
      `INSERT INTO run_owner (owner, open_period) VALUES ('440000', 202605)
       ON CONFLICT (owner) DO UPDATE SET open_period = 202605`,
    );
    const pools = { homePool: '440300', treatmentPool: '110000' };
    const march = await matched(facts.settlement(pools));
    const february = facts.settlement({ ...pools, settledAtMs: Date.parse('2026-02-28T15:59:59Z') });
    await facts.publishBoth(february);
    await untilReasons(february, 'NOT_HOSPITAL_CONFIRMED', 'TOO_LATE');
    expect(await confirm([idOf(march), idOf(february)])).toEqual({ confirmed: 2, cleared: 1 });
    expect(await clearedRow(march)).toMatchObject({
      national_period: 202605,
      home_period: 202605,
      treatment_period: 202605,
    });
    expect(await reasonsOf(february)).toEqual(['TOO_LATE']);

    const admit = { idempotencyKey: key(), settlementId: idOf(february), reason: 'told late by the region' };
    const alone = await clearing.asPersons(person('440300', 'reviewer'));
    expect(await codeOf(call(shenzhen, shenzhen.admitLate, admit, alone))).toBe('AUT-SECOND');
    const two = await clearing.asPersons(person('440300', 'reviewer'), person('440300', 'reviewer', 'two'));
    expect(await call(shenzhen, shenzhen.admitLate, admit, two)).toEqual({ cleared: true, reasons: [] });
    expect(await clearedRow(february)).toMatchObject({ national_period: 202605 });
  });
});

describe('a difference', () => {
  test('is seen by both regions with the amounts of both, and by no third one', async () => {
    const { treatment } = await different();
    const differences = [
      { field: 'personalCashFen', treatment: '2000000', home: '2000100' },
      { field: 'poolFundFen', treatment: '3000000', home: '2999900' },
    ];
    expect((await match(treatment)).differences).toEqual(differences);
    expect((await match(treatment, changchun, '220100')).facts.map(({ side }) => side)).toEqual([1, 2]);
    expect(await codeOf(match(treatment, shenzhen, '440300'))).toBe('MCH-NOTFOUND');
    const clerk = await clearing.asPersons(person('220100', 'home-clerk'));
    const listed = await call(
      changchun,
      changchun.listExceptions,
      { state: MatchState.DIFFERENT, reason: '', settledPeriod: 202603, pageSize: 500, pageToken: '' },
      clerk,
    );
    expect(listed.rows.find((row) => row.settlementId === idOf(treatment))).toMatchObject({
      differences,
      reasons: ['NOT_MATCHED', 'NOT_HOSPITAL_CONFIRMED'],
    });
  });

  test('ends when the side that was asked sends again', async () => {
    const { treatment, home } = await different();
    const request = {
      idempotencyKey: key(),
      settlementId: idOf(treatment),
      side: MatchSide.HOME,
      reason: 'typo',
    };
    const clerk = await clearing.asPersons(person('110000', 'treatment-clerk'));
    await call(beijing, beijing.requestResend, request, clerk);
    await facts.publish('home', treatment);
    await untilReasons(treatment, 'NOT_HOSPITAL_CONFIRMED');
    expect(await confirm([idOf(treatment)])).toEqual({ confirmed: 1, cleared: 1 });
    // What gave way is kept, and comes back only as a contradiction.
    const { rows } = await clearing.database.query(
      'SELECT pool_fund_fen FROM fact_replaced WHERE settlement_id = $1',
      [treatment.settlementId],
    );
    expect(rows).toEqual([{ pool_fund_fen: 2_999_900 }]);
    await facts.publish('home', home);
    await waitFor(
      async () => {
        const { rows: letters } = await clearing.database.query(
          `SELECT 1 FROM exchange_dead_letter WHERE reason_code = 'CLR-CONTRA' AND replace(key, '-', '') = $1`,
          [idOf(treatment)],
        );
        return letters.length === 1;
      },
      { what: 'the contradiction' },
    );
  });

  test('ends when two persons accept a side, whose amounts then count', async () => {
    const { treatment } = await different();
    await confirm([idOf(treatment)]);
    const request = {
      idempotencyKey: key(),
      settlementId: idOf(treatment),
      side: MatchSide.HOME,
      reason: 'the home region showed its slip',
    };
    const first = person('110000', 'reviewer');
    const samePerson = await clearing.asPersons(first, first);
    expect(await codeOf(call(beijing, beijing.acceptDifference, request, samePerson))).toBe('AUT-SECOND');
    const two = await clearing.asPersons(first, person('110000', 'reviewer', 'two'));
    expect(await call(beijing, beijing.acceptDifference, request, two)).toEqual({
      cleared: true,
      reasons: [],
    });
    const { rows } = await clearing.database.query(
      'SELECT pool_fund_fen FROM cleared_row WHERE settlement_id = $1',
      [treatment.settlementId],
    );
    expect(rows).toEqual([{ pool_fund_fen: 2_999_900 }]);
    const late = { ...request, idempotencyKey: key() };
    expect(await codeOf(call(beijing, beijing.acceptDifference, late, two))).toBe('MCH-CLEARED');
  });

  test('of which only one side told is nothing to accept', async () => {
    const content = facts.settlement();
    await facts.publish('treatment', content);
    await untilReasons(content, 'NOT_MATCHED', 'NOT_HOSPITAL_CONFIRMED');
    const request = {
      idempotencyKey: key(),
      settlementId: idOf(content),
      side: MatchSide.TREATMENT,
      reason: 'x',
    };
    const two = await clearing.asPersons(person('110000', 'reviewer'), person('110000', 'reviewer', 'two'));
    expect(await codeOf(call(beijing, beijing.acceptDifference, request, two))).toBe('MCH-ONESIDED');
  });

  test('ends when the hospital refunds it: neither enters a run', async () => {
    const { treatment, home } = await different();
    const request = { idempotencyKey: key(), settlementId: idOf(treatment), reason: 'settle it anew' };
    const clerk = await clearing.asPersons(person('110000', 'treatment-clerk'));
    expect(await call(beijing, beijing.requestRefund, request, clerk)).toEqual({ cancelled: false });
    const refund = facts.refundOf(treatment);
    await facts.publish('treatment', refund);
    await facts.publish('home', { ...facts.refundOf(home), settlementId: refund.settlementId });
    await waitFor(
      async () => (await reasonsOf(refund)) === undefined && (await reasonsOf(treatment)) === undefined,
      {
        what: 'both off the list',
      },
    );
    expect([await clearedRow(treatment), await clearedRow(refund)]).toEqual([undefined, undefined]);
  });
});

describe('a month of a hospital', () => {
  const DAYS = { fromDate: 20260401, untilDate: 20260501 };
  const april = { institutionCode: OTHER_HOSPITAL, settledAtMs: Date.parse('2026-04-20T04:00:00Z') };
  const LINE: TotalsLine = {
    scheme: Scheme.EMPLOYEE,
    visitKind: VisitKind.INPATIENT,
    refunds: false,
    times: 2,
    medicalFen: 10_000_000,
    fundFen: 6_000_000,
    accountFen: 0,
  };
  const APPLIED = {
    scheme: Scheme.EMPLOYEE,
    visitKind: VisitKind.INPATIENT,
    times: 2,
    medicalFen: 10_000_000,
    fundFen: 6_000_000,
    accountFen: 0,
    cashFen: 4_000_000,
    hospitalPartFen: 0,
  };
  let rows: readonly Content[];

  test('agrees in total, or says where it does not, and then row by row', async () => {
    rows = [await matched(facts.settlement(april)), await matched(facts.settlement(april))];
    expect(await call(other, other.checkTotals, { ...DAYS, lines: [LINE] })).toEqual({
      agrees: true,
      differences: [],
    });
    const short = { ...LINE, times: 1, medicalFen: 5_000_000, fundFen: 3_000_000 };
    expect(await call(other, other.checkTotals, { ...DAYS, lines: [short] })).toEqual({
      agrees: false,
      differences: [{ hospital: short, centre: LINE }],
    });
    const [known, missing] = rows as [Content, Content];
    const detail = { refund: false, medicalFen: 5_000_000, fundFen: 3_000_000, accountFen: 0 };
    const strange = facts.settlement();
    const { differences } = await call(other, other.checkDetail, {
      ...DAYS,
      lines: [known, strange].map((row) => ({ settlementId: idOf(row), ...detail })),
    });
    expect(differences.map(({ settlementId, kind }) => `${settlementId} ${kind}`)).toEqual(
      [`${idOf(missing)} MISSING_AT_HOSPITAL`, `${idOf(strange)} MISSING_AT_CENTRE`].sort(),
    );
  });

  test('is confirmed as a span when its totals agree', async () => {
    const wrong = { ...DAYS, idempotencyKey: key(), lines: [{ ...LINE, fundFen: 5_999_999 }] };
    expect(await codeOf(call(other, other.confirmSpan, wrong))).toBe('MCH-TOTALS');
    const right = { ...DAYS, idempotencyKey: key(), lines: [LINE] };
    expect(await call(other, other.confirmSpan, right)).toEqual({ confirmed: 2, cleared: 2 });
    const listed = await call(other, other.listHospitalRows, {
      settledPeriod: 202604,
      pageSize: 1,
      pageToken: '',
    });
    expect(listed.rows).toHaveLength(1);
    expect(listed.rows[0]).toMatchObject({
      confirmedByMessage: right.idempotencyKey,
      treatmentPeriod: 202604,
    });
    expect(listed.nextPageToken).toBe(listed.rows[0]?.settlementId);
  });

  test('is applied for once its run is cut, confirmed with deductions, and paid by another person', async () => {
    const apply = (lines = [APPLIED]) =>
      call(other, other.applyForMonth, { idempotencyKey: key(), period: 202604, lines });
    expect(await codeOf(apply())).toBe('HAP-OPEN');
    await clearing.database.query(`UPDATE run_owner SET open_period = 202605 WHERE owner = '110000'`);
    expect(await codeOf(apply([{ ...APPLIED, times: 3 }]))).toBe('HAP-TOTALS');
    const { application } = await apply();
    expect(application).toMatchObject({
      state: 'APPLIED',
      revision: 1,
      appliedFen: 6_000_000,
      payableFen: 6_000_000,
    });
    expect(await codeOf(apply())).toBe('HAP-STATE');

    const [clerk, money] = [person('110000', 'treatment-clerk'), person('110000', 'finance')];
    const of = { institutionCode: OTHER_HOSPITAL, period: 202604 };
    const decide = async (change: object, by = clerk) =>
      call(
        agency,
        agency.decideApplication,
        { idempotencyKey: key(), ...of, confirm: true, reason: '', withheldFen: 0, ...change },
        await clearing.asPersons(by),
      );
    const returned = await decide({ confirm: false, reason: 'a line is missing' });
    expect(returned.application).toMatchObject({ state: 'RETURNED', reason: 'a line is missing' });
    expect((await apply()).application).toMatchObject({ state: 'APPLIED', revision: 2 });

    await deduct(rows[0] as Content, 100_000);
    expect(await codeOf(decide({ withheldFen: 5_900_001 }))).toBe('HAP-WITHHELD');
    expect((await decide({ withheldFen: 300_000 })).application).toMatchObject({
      state: 'CONFIRMED',
      deductFen: 100_000,
      withheldFen: 300_000,
      payableFen: 5_600_000,
    });
    const pay = async (amountFen: number) =>
      call(
        agency,
        agency.recordHospitalPayment,
        { idempotencyKey: key(), ...of, bankSerial: 'B20260520001', amountFen },
        await clearing.asPersons(money),
      );
    expect(await codeOf(pay(5_600_001))).toBe('HAP-AMOUNT');
    expect((await pay(5_600_000)).application).toMatchObject({ state: 'PAID', bankSerial: 'B20260520001' });
    const seen = await call(other, other.getApplication, { institutionCode: '', period: 202604 });
    expect(seen.application).toMatchObject({ state: 'PAID', payableFen: 5_600_000 });
    const foreign = call(hospital, hospital.getApplication, {
      institutionCode: OTHER_HOSPITAL,
      period: 202604,
    });
    expect(await codeOf(foreign)).toBe('HAP-NONE');
  });

  /** As a run's cut books it in the month. */
  async function deduct(content: Content, poolFundFen: number): Promise<void> {
    await clearing.database.query(
      `INSERT INTO deduction (deduct_id, settlement_id, settled_at_ms, settled_period, home_pool, treatment_pool,
              home_province, treatment_province, institution_code, scheme, visit_kind, settlement_clearing_fen,
              pool_fund_fen, large_amount_fen, serious_illness_fen, civil_servant_fen, enterprise_supplement_fen,
              medical_aid_fen, other_fund_fen, own_account_fen, family_account_fen, reason, reason_text, source,
              evidence_no, decided_by, decided_on, decided_at_ms, objection_until, treatment_period)
       VALUES ('d1', $1, 0, 202604, '220100', '110000', '220000', '110000', $2, 'employee', 'inpatient', 3000000,
              $3, 0, 0, 0, 0, 0, 0, 0, 0, 'LIMIT', 'x', 'AUDIT', 'e1', 'clerk', '2026-05-01', 0, '2026-05-10', 202604)`,
      [content.settlementId, OTHER_HOSPITAL, poolFundFen],
    );
  }
});

test('a record that was not taken is shown to the region in whose name it came, and to no other', async () => {
  const content = facts.settlement({ totalFen: 5_000_001 });
  await facts.publish('home', content);
  const request = { code: 'CLR-SUM', pageSize: 0, pageToken: '' };
  const home = await clearing.asPersons(person('220100', 'home-clerk'));
  const records = await waitFor(
    async () => {
      const listed = await call(changchun, changchun.listRefusedRecords, request, home);
      return listed.records.length > 0 && listed.records;
    },
    { what: 'the refused record' },
  );
  expect(records).toMatchObject([
    {
      settlementId: idOf(content),
      province: '220000',
      code: 'CLR-SUM',
      reason: '{"totalFen":"5000001","sumFen":"5000000"}',
    },
  ]);
  const treatment = await clearing.asPersons(person('110000', 'treatment-clerk'));
  expect((await call(beijing, beijing.listRefusedRecords, request, treatment)).records).toEqual([]);
});

test('the report of a day counts what every pair of provinces has', async () => {
  const at = { settledAtMs: Date.parse('2026-06-15T04:00:00Z') };
  const cleared = await matched(facts.settlement(at));
  await confirm([idOf(cleared)]);
  await matched(facts.settlement(at));
  const [here, there] = [facts.settlement(at), facts.settlement(at)];
  await facts.publish('treatment', here);
  await facts.publish('home', there);
  for (const content of [here, there]) await untilReasons(content, 'NOT_MATCHED', 'NOT_HOSPITAL_CONFIRMED');
  const clerk = await clearing.asPersons(person('220100', 'home-clerk'));
  const report = await call(
    changchun,
    changchun.getMatchReport,
    { fromDate: 20260615, untilDate: 20260616 },
    clerk,
  );
  expect(report.lines).toEqual([
    {
      homeProvince: '220000',
      treatmentProvince: '110000',
      known: 4,
      cleared: 1,
      matched: 1,
      treatmentOnly: 1,
      homeOnly: 1,
      different: 0,
      differenceFen: 0,
    },
  ]);
});
