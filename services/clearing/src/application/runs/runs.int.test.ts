import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  buildRunTables,
  cellsOf,
  hashRun,
  period,
  previousPeriod,
  type RunOwner,
  type Table,
} from '@yijie/clearing';
import { EXAMPLE_PERIOD, exampleDeduction, exampleMarch, exampleRows } from '@yijie/clearing/worked-example';
import {
  longId,
  person,
  placeRows,
  type RunFixture,
  startRunFixture,
  withLongIds,
} from '../../../test/run-fixture.ts';
import { readPartyTables, readRunTable } from '../../repositories/runs/run-revisions.ts';
import { loadRun } from '../../repositories/runs/runs.ts';
import { sm3 } from '../../signing/sm3.ts';
import { recordDeduction } from '../deductions/record-deduction.ts';
import { compareNetting } from './compare-netting.ts';
import { confirmRun } from './confirm-run.ts';
import { cutRun } from './cut-run.ts';
import { decideParty } from './decide-party.ts';
import { type GenerateProgress, generateRuns } from './generate-runs.ts';
import { moveOutRows } from './move-out-rows.ts';
import { returnRun } from './return-run.ts';
import { signRun } from './sign-run.ts';

const OWNERS: readonly RunOwner[] = ['CN', '110000', '220000', '440000'];
const FEBRUARY = previousPeriod(EXAMPLE_PERIOD);
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
const maker = person('agency:100000/maker');
const signer = person('agency:220000/signer');

let fixture: RunFixture;
beforeAll(async () => {
  fixture = await startRunFixture(OWNERS, PARTIES);
  const { database } = fixture;
  await placeRows(database, withLongIds([exampleRows.S0]), FEBRUARY);
  await placeRows(database, withLongIds(exampleMarch), EXAMPLE_PERIOD);
  await fixture.on('2026-04-10');
  const deduction = { ...exampleDeduction, settlementId: longId('S1') };
  expect(await recordDeduction(fixture.desk, deduction, person('RV-110000-01'))).toMatchObject({ ok: true });
  await fixture.on('2026-03-01');
}, 60_000);
afterAll(() => fixture?.close());

const state = async (owner: RunOwner, of = EXAMPLE_PERIOD) =>
  (await loadRun(fixture.database, owner, of))?.state;

async function generate(of = EXAMPLE_PERIOD, owners = OWNERS) {
  const seen: GenerateProgress[] = [];
  const made = await generateRuns(fixture.desk, { owners, period: of, dryRun: false }, maker, (step) => {
    seen.push(step);
  });
  if (!made.ok) throw new Error(`${made.code} ${JSON.stringify(made.values)}`);
  return { runs: made.runs, seen };
}

async function signAll(owner: RunOwner, of = EXAMPLE_PERIOD) {
  const run = await loadRun(fixture.database, owner, of);
  for (const { party, contentHash, state: standing } of run?.parties ?? []) {
    if (standing === 'SIGNED') continue;
    const command = { owner, period: of, revision: run?.revision ?? 0, party, contentHash };
    expect(await signRun(fixture.desk, command, signer)).toMatchObject({ ok: true });
  }
}

test('February is cut, generated, signed by everybody and confirmed', async () => {
  const { desk } = fixture;
  await fixture.on('2026-03-19');
  expect(await cutRun(desk, 'CN', FEBRUARY, maker)).toMatchObject({ ok: false, code: 'CLR-RUN-EARLY' });
  await fixture.on('2026-03-20');
  for (const owner of OWNERS) expect(await cutRun(desk, owner, FEBRUARY, maker)).toMatchObject({ ok: true });
  await fixture.on('2026-03-21');
  await generate(FEBRUARY);
  for (const owner of OWNERS) {
    await signAll(owner, FEBRUARY);
    expect(await confirmRun(desk, owner, FEBRUARY, signer)).toMatchObject({ ok: true });
    expect(await state(owner, FEBRUARY)).toBe('CONFIRMED');
  }
});

test('a second run of the same period is refused, and a month is not left out', async () => {
  const { desk } = fixture;
  expect(await cutRun(desk, 'CN', FEBRUARY, maker)).toMatchObject({ ok: false, code: 'CLR-RUN-EXISTS' });
  expect(await cutRun(desk, 'CN', period(202604), maker)).toMatchObject({
    ok: false,
    code: 'CLR-RUN-ORDER',
    values: { period: '202603' },
  });
});

test('March: what SQL groups is what the plain recomputation gives, at both levels', async () => {
  const { desk, database } = fixture;
  await fixture.on('2026-04-20');
  for (const owner of OWNERS)
    expect(await cutRun(desk, owner, EXAMPLE_PERIOD, maker)).toMatchObject({ ok: true });
  await fixture.on('2026-04-21');
  const { runs, seen } = await generate();
  expect(seen[0]).toMatchObject({ step: 'READ' });
  expect(seen.at(-1)).toEqual({ step: 'STORE', done: 4, of: 4 });
  const deduction = { ...exampleDeduction, settlementId: longId('S1') };
  for (const { owner, contentHash } of runs) {
    const deductions = owner === '440000' ? [] : [deduction];
    const cells = cellsOf(owner, withLongIds(exampleMarch), deductions);
    const tables = buildRunTables({
      owner,
      period: EXAMPLE_PERIOD,
      cells,
      deductions: deductions.map((one) => ({
        deduction: one,
        payer: owner === 'CN' ? '220000' : owner === '220000' ? '220100' : '110000P',
        payee: owner === 'CN' || owner === '110000' ? '110000' : '220000P',
      })),
    });
    expect([owner, contentHash]).toEqual([owner, hashRun(tables, sm3).contentHash]);
  }
  const nine = await readRunTable(database, 'CN', EXAMPLE_PERIOD, 1);
  expect(column(nine?.content, 'balance_amt')).toEqual([3_630_000, -4_370_000, 740_000]);
});

test('the same input gives the same revision again; a dry run stores nothing', async () => {
  const { runs } = await generate();
  expect(runs.map(({ revision, isNew }) => [revision, isNew])).toEqual(OWNERS.map(() => [1, false]));
  const dry = await generateRuns(
    fixture.desk,
    { owners: ['CN'], period: EXAMPLE_PERIOD, dryRun: true },
    maker,
  );
  expect(dry).toMatchObject({ ok: true, runs: [{ revision: 1, isNew: false }] });
});

test('a row without its hospital’s confirmation stops the run, named (R10)', async () => {
  const { database, desk } = fixture;
  const id = Buffer.from(longId('S2'), 'hex');
  await database.query('DELETE FROM hospital_confirmation WHERE settlement_id = $1', [id]);
  const stopped = await generateRuns(desk, { owners: ['CN'], period: EXAMPLE_PERIOD, dryRun: true }, maker);
  expect(stopped).toMatchObject({ code: 'CLR-CHECK', values: { check: 'R10', row: longId('S2') } });
  await database.query(
    `INSERT INTO hospital_confirmation (settlement_id, institution_code, message_id, confirmed_by, confirmed_at_ms)
     VALUES ($1, 'H', 'test', 'test', 0)`,
    [id],
  );
});

test('what each netting mode would move', async () => {
  const compared = await compareNetting(fixture.desk, 'CN', EXAMPLE_PERIOD);
  expect(compared).toMatchObject({
    ok: true,
    inForce: 'GROSS',
    modes: [
      { mode: 'GROSS', transfers: 4, movedFen: 7_110_000 },
      { mode: 'HUB', transfers: 3, movedFen: 8_740_000 },
      { mode: 'PAIR' },
    ],
  });
});

test('a return: the row moves on, a new revision, only touched signatures fall, an old one is refused', async () => {
  const { desk, database } = fixture;
  await fixture.on('2026-04-22');
  const before = await loadRun(database, 'CN', EXAMPLE_PERIOD);
  const hashOf = (party: string, run = before) =>
    run?.parties.find((one) => one.party === party)?.contentHash ?? '';
  const sign = (party: string, revision: number, contentHash: string, who = signer) =>
    signRun(desk, { owner: 'CN', period: EXAMPLE_PERIOD, revision, party, contentHash }, who);
  expect(await sign('220000', 1, hashOf('220000'), maker)).toMatchObject({ code: 'CLR-FOUREYES' });
  expect(await sign('220000', 1, hashOf('220000'))).toMatchObject({ ok: true });
  expect(await sign('440000', 1, hashOf('440000'))).toMatchObject({ ok: true });

  const giveBack = (rows: string[]) =>
    returnRun(
      desk,
      { owner: 'CN', period: EXAMPLE_PERIOD, revision: 1, party: '110000', reason: '金额不符', rows },
      person('agency:110000/signer'),
    );
  expect(await giveBack([longId('S5')])).toMatchObject({ code: 'CLR-ROW' });
  expect(await giveBack([longId('S3')])).toMatchObject({ ok: true });
  const move = { owner: 'CN', period: EXAMPLE_PERIOD, rows: [longId('S3')], reason: '金额不符' };
  expect(await moveOutRows(desk, move, maker)).toMatchObject({ ok: true, moved: 1, toPeriod: 202604 });

  await generate();
  const after = await loadRun(database, 'CN', EXAMPLE_PERIOD);
  expect(after?.revision).toBe(2);
  expect(after?.parties.map(({ party, state: standing }) => [party, standing])).toEqual([
    ['110000', 'UNSIGNED'],
    ['220000', 'SIGNED'],
    ['440000', 'UNSIGNED'],
  ]);
  expect(await sign('440000', 1, hashOf('440000'))).toMatchObject({ ok: false, code: 'CLR-REVISION' });
  expect(await sign('440000', 2, hashOf('440000'))).toMatchObject({ ok: false, code: 'CLR-HASH' });
  expect(await sign('440000', 2, hashOf('440000', after))).toMatchObject({ ok: true });
  const old = await readPartyTables(database, 'CN', EXAMPLE_PERIOD, 1, '440000');
  expect(old?.contentHash).toBe(hashOf('440000'));
});

test('who did not sign in time is decided for, with a reason; then nothing changes any more', async () => {
  const { desk } = fixture;
  const centre = person('agency:100000/releaser');
  const decide = (reason: string) =>
    decideParty(desk, { owner: 'CN', period: EXAMPLE_PERIOD, party: '110000', reason }, centre);
  expect(await decide('逾期未签')).toMatchObject({ code: 'CLR-DEADLINE' });
  await fixture.on('2026-04-26');
  expect(await confirmRun(desk, 'CN', EXAMPLE_PERIOD, centre)).toMatchObject({ code: 'CLR-UNSIGNED' });
  expect(await decide('')).toMatchObject({ code: 'CLR-REASON' });
  expect(await decide('逾期未签')).toMatchObject({ ok: true });
  await signAll('110000');
  expect(await confirmRun(desk, '110000', EXAMPLE_PERIOD, signer)).toMatchObject({ code: 'CLR-NATIONAL' });
  expect(await confirmRun(desk, 'CN', EXAMPLE_PERIOD, centre)).toMatchObject({ ok: true });
  const move = { owner: 'CN', period: EXAMPLE_PERIOD, rows: [longId('S2')], reason: 'x' };
  expect(await moveOutRows(desk, move, maker)).toMatchObject({ code: 'CLR-LOCKED' });
  const again = await generateRuns(
    fixture.desk,
    { owners: ['CN'], period: EXAMPLE_PERIOD, dryRun: false },
    maker,
  );
  expect(again).toMatchObject({ ok: false, code: 'CLR-LOCKED' });
});

function column(table: Table | undefined, name: string) {
  const at = table?.columns.findIndex((one) => one.name === name) ?? -1;
  return table?.rows.map((row) => row[at]);
}
