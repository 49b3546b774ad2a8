import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { localDate, startOfDay } from '@yijie/calendar';
import {
  type ClearingRow,
  FUND_NAMES,
  type PartyTables,
  type Period,
  type RunOwner,
  type Table,
} from '@yijie/clearing';
import { EXAMPLE_PERIOD, exampleDeduction, exampleNames, exampleRows } from '@yijie/clearing/worked-example';
import {
  type ExportDetailResponse,
  type GenerateRunResponse,
  RunServiceClient,
} from '@yijie/contracts/clearing';
import { FactKind } from '@yijie/contracts/exchange';
import { HospitalClearingServiceClient } from '@yijie/contracts/matching';
import { NO_SHARES } from '@yijie/money';
import { failureFromError } from '@yijie/runtime';
import { type AgencyRole, type Identity, NATIONAL_POOL } from '@yijie/security';
import { FakeClock, waitFor } from '@yijie/testkit';
import { type Content, FactMaker } from '../test/facts.ts';
import { confirmedRuns, person } from '../test/run-fixture.ts';
import { call, type RunningClearing, startRunningClearing } from '../test/running-clearing.ts';
import { recordDeduction } from './application/deductions/record-deduction.ts';
import { issueNotices } from './application/money/issue-notices.ts';
import { compareNetting } from './application/runs/compare-netting.ts';
import type { RunDesk } from './application/runs/run-desk.ts';
import { findNotices } from './repositories/money/notices.ts';
import { readPartyTables, readRunTable } from './repositories/runs/run-revisions.ts';
import { createSm2Signer } from './signing/sm2-signer.ts';
import { scheme, visitKind } from './wire/words.ts';

/**
 * The worked example of the clearing specification (§4.13), through the real intake: both sides' facts over Kafka, the hospitals'
 * confirmations, the runs of February and March at both levels. Amounts below are yuan, as a clerk reads them.
 */
const OWNERS: readonly RunOwner[] = ['CN', '110000', '220000', '440000'];
const FEBRUARY = 202602 as Period;
const HOSPITALS = ['H11000000001', 'H22010000001', 'H22020000001', 'H44010000001'];
const PARTIES = [
  '110000',
  '220000',
  '440000',
  '110000P',
  '220000P',
  '440000P',
  '220100',
  '220200',
  '440100',
  '440300',
];
const ROWS = Object.values(exampleRows);

let clearing: RunningClearing;
let desk: RunDesk;
let ids: ReadonlyMap<string, Buffer>;

beforeAll(async () => {
  const hospitals = HOSPITALS.map((institutionCode): Identity => ({ kind: 'institution', institutionCode }));
  const agencies = [NATIONAL_POOL, '220000'].map((pool): Identity => ({ kind: 'agency', pool }));
  clearing = await startRunningClearing([...hospitals, ...agencies]);
  await takeIn(hospitals);
  const clock = new FakeClock(startOfDay(localDate('2026-03-01')));
  const keys = PARTIES.map((party, at) => {
    return [party, { keyId: `sm2-${party}`, privateKey: `${at + 1}`.padStart(64, '5') }] as const;
  });
  desk = {
    database: clearing.database,
    clock,
    owners: OWNERS,
    provinces: OWNERS.slice(1),
    names: exampleNames,
    signer: createSm2Signer(new Map(keys)),
    topicPrefix: '',
    generateWorkers: 2,
  };
  const on = (day: string) => clock.advance(startOfDay(localDate(day)) + 9 * 3_600_000 - clock.now());
  const fixture = { desk, database: clearing.database, clock, on };
  await confirmedRuns(fixture, [FEBRUARY]);
  await on('2026-04-10');
  const settlementId = ids.get('S1')?.toString('hex') ?? '';
  await must(recordDeduction(desk, { ...exampleDeduction, settlementId }, person('RV-110000-01')));
  await confirmedRuns(fixture, [EXAMPLE_PERIOD]);
  await on('2026-04-30');
  await must(issueNotices(desk, 'CN', EXAMPLE_PERIOD, person('agency:100000/releaser')));
}, 120_000);
afterAll(() => clearing?.stop());

/** Both sides say it, the hospitals confirm it, and it is in its runs. */
async function takeIn(hospitals: readonly Identity[]): Promise<void> {
  const maker = new FactMaker(clearing.bus, clearing.topicPrefix, clearing.keysOf);
  const contents = new Map<string, Content>();
  for (const row of ROWS) contents.set(row.settlementId, contentOf(maker, row, contents));
  ids = new Map([...contents].map(([name, { settlementId }]) => [name, settlementId]));
  await maker.publishBoth(...contents.values());
  const count = async (sql: string) => (await clearing.database.query<{ n: number }>(sql)).rows[0]?.n;
  const isMatched = async () =>
    (await count(`SELECT count(*)::int AS n FROM open_row WHERE match_state = 'MATCHED'`)) === ROWS.length;
  await waitFor(isMatched, { what: 'both sides of every row' });
  // S0 before S6, which refunds it.
  for (const [at, row] of ROWS.entries()) {
    const identity = hospitals[HOSPITALS.indexOf(institutionOf(row))];
    if (identity === undefined) throw new Error(`no hospital of ${row.settlementId}`);
    const client = await clearing.client(HospitalClearingServiceClient, identity);
    const settlementIds = [ids.get(row.settlementId)?.toString('hex') ?? ''];
    await call(client, client.confirmRows, { idempotencyKey: `confirm-${at}`, settlementIds });
  }
  const isPlaced = async () => (await count('SELECT count(*)::int AS n FROM cleared_row')) === ROWS.length;
  await waitFor(isPlaced, { what: 'every row in its runs' });
}

function contentOf(maker: FactMaker, row: ClearingRow, made: ReadonlyMap<string, Content>): Content {
  const shares = { ...NO_SHARES, personalCashFen: row.personalCashFen, hospitalPartFen: row.hospitalPartFen };
  return maker.settlement({
    originalSettlementId: made.get(row.originalId ?? '')?.settlementId ?? Buffer.alloc(0),
    kind: row.kind === 'refund' ? FactKind.REFUND : FactKind.SETTLEMENT,
    visitKind: visitKind.wire(row.visitKind),
    scheme: scheme.wire(row.scheme),
    homePool: row.homePool,
    treatmentPool: row.treatmentPool,
    institutionCode: institutionOf(row),
    settledAtMs: row.settledAt,
    totalFen: row.medicalFen,
    shares: { ...shares, ...Object.fromEntries(FUND_NAMES.map((name) => [name, row.clearing[name]])) },
  });
}

function institutionOf({ treatmentPool }: ClearingRow): string {
  return `H${treatmentPool}00001`;
}

async function must<Reply extends { readonly ok: boolean }>(reply: Promise<Reply>): Promise<Reply> {
  const made = await reply;
  if (!made.ok) throw new Error(JSON.stringify(made));
  return made;
}

/** Rows of a table by the columns named; amounts in yuan. */
function show(table: Table | undefined, ...names: string[]) {
  const at = names.map((name) => table?.columns.findIndex((column) => column.name === name) ?? -1);
  return table?.rows.map((row) =>
    at.map((column) => {
      const value = row[column];
      return typeof value === 'number' && table.columns[column]?.type === 'A' ? value / 100 : value;
    }),
  );
}

async function tablesOf(owner: RunOwner, party: string): Promise<PartyTables | undefined> {
  return (await readPartyTables(clearing.database, owner, EXAMPLE_PERIOD, 1, party))?.content;
}

describe('§4.13 of the specification', () => {
  test('(c) table 9: what each province pays, gets, and its balance', async () => {
    const nine = await readRunTable(clearing.database, 'CN', EXAMPLE_PERIOD, 1);
    expect(
      show(
        nine?.content,
        'region_code',
        'pay_emp',
        'pay_res',
        'pay_amt',
        'rcv_emp',
        'rcv_res',
        'rcv_amt',
        'balance_amt',
      ),
    ).toEqual([
      ['110000', 15_000, 0, 15_000, 35_300, 16_000, 51_300, 36_300],
      ['220000', 32_500, 16_000, 48_500, 8_000, -3_200, 4_800, -43_700],
      ['440000', 10_800, -3_200, 7_600, 15_000, 0, 15_000, 7_400],
    ]);
  });

  test('(d) tables 11 and 10: payments and receipts by counterpart', async () => {
    const [beijing, jilin, guangdong] = await Promise.all(
      ['110000', '220000', '440000'].map((party) => tablesOf('CN', party)),
    );
    const columns = ['counter_code', 'emp_clr', 'emp_deduct', 'emp_amt', 'res_amt', 'net_amt'];
    expect(show(jilin?.payments, ...columns)).toEqual([['110000', 34_000, 1_500, 32_500, 16_000, 48_500]]);
    expect(show(jilin?.receipts, ...columns)).toEqual([['440000', 8_000, 0, 8_000, -3_200, 4_800]]);
    const nets = (table: Table | undefined) => show(table, 'counter_code', 'net_amt');
    expect(nets(beijing?.receipts)).toEqual([
      ['220000', 48_500],
      ['440000', 2_800],
    ]);
    expect(nets(beijing?.payments)).toEqual([['440000', 15_000]]);
    expect(nets(guangdong?.receipts)).toEqual([['110000', 15_000]]);
    expect(nets(guangdong?.payments)).toEqual([
      ['110000', 2_800],
      ['220000', 4_800],
    ]);
  });

  test('(e) tables 12 and 13: fund by fund', async () => {
    const jilin = await tablesOf('CN', '220000');
    const columns = ['direction', 'counter_code', 'psn_times', 'medfee_amt', 'hifp', 'clr_amt', 'net_amt'];
    expect(show(jilin?.employeeFunds, ...columns, 'hifob', 'deduct_hifp')).toEqual([
      ['PAY', '110000', 1, 50_000, 30_000, 34_000, 32_500, 4_000, 1_500],
      ['RCV', '440000', 1, 12_000, 7_000, 8_000, 8_000, 1_000, 0],
    ]);
    expect(show(jilin?.residentFunds, ...columns, 'hifmi', 'maf')).toEqual([
      ['PAY', '110000', 1, 28_000, 14_000, 16_000, 16_000, 1_200, 800],
      ['RCV', '440000', -1, -6_000, -2_900, -3_200, -3_200, -300, 0],
    ]);
  });

  test('(f) table 14: the one deduction', async () => {
    const jilin = await tablesOf('CN', '220000');
    expect(
      show(
        jilin?.deductions,
        'deduct_id',
        'deduct_hifp',
        'deduct_amt',
        'stage',
        'reason_code',
        'orig_period',
      ),
    ).toEqual([['D1', 1_500, 1_500, 'A', 'OVER_LIMIT_DRUG', '202603']]);
  });

  test('(g) notices: four payments, four receipts; what netting would have moved', async () => {
    const notices = await findNotices(clearing.database, { owner: 'CN', period: '202603' });
    const lines = notices
      .filter(({ notice }) => notice.direction === 'PAY')
      .flatMap(({ notice }) =>
        notice.lines.map(({ counterparty, amountFen }) => [notice.party, counterparty, amountFen / 100]),
      );
    expect(lines).toEqual([
      ['110000', '440000', 15_000],
      ['220000', '110000', 48_500],
      ['440000', '110000', 2_800],
      ['440000', '220000', 4_800],
    ]);
    const total = (direction: string) =>
      notices
        .filter(({ notice }) => notice.direction === direction)
        .reduce((sum, { notice }) => sum + notice.totalFen, 0);
    expect([total('PAY'), total('RCV')]).toEqual([7_110_000, 7_110_000]);
    expect(await compareNetting(desk, 'CN', EXAMPLE_PERIOD)).toMatchObject({
      modes: [
        { mode: 'GROSS', transfers: 4, movedFen: 7_110_000 },
        { mode: 'HUB', transfers: 3, movedFen: 8_740_000 },
        { mode: 'PAIR', transfers: 3, movedFen: 6_550_000 },
      ],
    });
  });

  test('(h) one level down: what pools owe and get by their platform', async () => {
    const jilin = await readRunTable(clearing.database, '220000', EXAMPLE_PERIOD, 1);
    const guangdong = await readRunTable(clearing.database, '440000', EXAMPLE_PERIOD, 1);
    const beijing = await readRunTable(clearing.database, '110000', EXAMPLE_PERIOD, 1);
    const pools = (table: Table | undefined) =>
      show(table, 'region_code', 'pay_amt', 'rcv_amt')?.filter(([code]) => !`${code}`.endsWith('P'));
    expect(pools(jilin?.content)).toEqual([
      ['220100', 32_500, 8_000],
      ['220200', 16_000, -3_200],
    ]);
    expect(pools(guangdong?.content)).toEqual([
      ['440100', -400, 15_000],
      ['440300', 8_000, 0],
    ]);
    expect(pools(beijing?.content)).toEqual([['110000', 15_000, 51_300]]);
  });
});

describe('the same by gRPC', () => {
  const run = { owner: 'CN', period: EXAMPLE_PERIOD };
  const as = async (pool: string, role: AgencyRole) => ({
    client: await clearing.client(RunServiceClient, { kind: 'agency', pool }),
    headers: await clearing.asPersons({ person: `${role}-1`, role, pool }),
  });

  async function all<Message>(stream: ClientReadableStream<Message>): Promise<Message[]> {
    const messages: Message[] = [];
    for await (const message of stream) messages.push(message);
    return messages;
  }

  const codeOf = (answer: Promise<unknown>) =>
    answer.then(
      () => undefined,
      (error: ServiceError) => failureFromError(error)?.code ?? error.message,
    );

  test('a province sees the run and its own tables, not those of another', async () => {
    const { client, headers } = await as('220000', 'reviewer');
    const found = await call(client, client.getRun, { run }, headers);
    expect(found).toMatchObject({ run: { state: 'NOTICED', revision: 1, settlements: 6 } });
    const eleven = { run, revision: 0, party: '220000', tableNo: '11' };
    const { table, header } = (await call(client, client.getTable, eleven, headers)) as {
      table: { rows: unknown[] };
      header: object;
    };
    expect(table.rows).toHaveLength(1);
    expect(header).toMatchObject({ level: 'NATIONAL', ownerCode: '220000', revision: 1, period: '202603' });
    const others = { ...eleven, party: '440000' };
    expect(await codeOf(call(client, client.getTable, others, headers))).toBe('CLR-OWNPARTY');
    expect(await codeOf(call(client, client.cutRun, { run, dryRun: false }, headers))).toBe('CLR-OWNER');
  });

  test('a confirmed run isn’t generated again; it is reproducible; its detail comes in a stream', async () => {
    const { client, headers } = await as(NATIONAL_POOL, 'national-centre');
    const generated = all<GenerateRunResponse>(
      client.generateRun({ owners: ['CN'], period: EXAMPLE_PERIOD, dryRun: true }, headers),
    );
    expect(await codeOf(generated)).toBe('CLR-LOCKED');
    const reproduced = await all(client.reproduceRun({ run }, headers));
    expect(reproduced.at(-1)?.part).toMatchObject({ $case: 'run', run: { equal: true, revision: 1 } });
    expect(reproduced[0]?.part?.$case).toBe('progress');
    const detail = await all<ExportDetailResponse>(client.exportDetail({ run, party: '220000' }, headers));
    const rows = detail.flatMap((message) => message.rows);
    expect(rows).toHaveLength(4);
    expect(detail.at(-1)).toMatchObject({ done: 4, of: 4 });
    expect(rows.reduce((sum, { deducted }) => sum + (deducted?.poolFundFen ?? 0), 0)).toBe(150_000);
  });
});
