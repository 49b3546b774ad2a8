import { type Instant, localDate, startOfDay } from '@yijie/calendar';
import { fen } from '@yijie/money';
import {
  addFunds,
  allChecks,
  buildNotices,
  buildRunTables,
  type CellValue,
  type CheckFailure,
  type ClearingRow,
  cellsOf,
  checkR11,
  checkR12,
  checkR20,
  componentsOf,
  type Deduction,
  decideDeduction,
  decideMembership,
  fundAmounts,
  hubOf,
  imbalances,
  type LedgerEntry,
  type Membership,
  movedWith,
  NATIONAL_CENTRE,
  NO_FUNDS,
  type Period,
  partiesIn,
  period,
  postPayment,
  postRun,
  type RunTables,
  sumFunds,
  type Table,
  takeBackDeductions,
  transfersOf,
  yearOf,
} from '../../src/index.ts';
import { FUND_NAMES, PAIR_COLUMNS, type RunFigures, type World, type WorldRow } from './world.ts';

/** A row with its place, as the service would keep it. */
interface KeptRow {
  readonly row: ClearingRow;
  membership: Membership | undefined;
}

/**
 * Plays a world through the core as the service does: rows enter as they get ready, deductions are decided, disputed rows move, a run
 * is generated with all its checks, and money moves. Reports the figures that the tables print.
 */
export function productMonths(world: World, withChecks: boolean): readonly RunFigures[] {
  const kept = world.rows.map((row, at): KeptRow => ({ row: rowOf(world, row, at), membership: undefined }));
  let deductions: Deduction[] = [];
  const progress = { closedYear: 0 };
  return world.months.flatMap((month, now) => {
    const run = periodAt(world, now);
    progress.closedYear = Math.max(progress.closedYear, month.closesYear);
    enter(world, kept, now, progress.closedYear);
    deductions = deduct(world, kept, deductions, now, progress.closedYear);
    deductions = move(world, kept, deductions, now);
    const inRun = kept.filter(({ membership }) => membership?.home === run);
    deductions = takeBack(inRun, deductions, run);
    const rows = inRun.map(({ row }) => row);
    const booked = deductions.filter((one) => one.period === run);
    const national = tablesOf(NATIONAL_CENTRE, run, rows, booked);
    return [NATIONAL_CENTRE, month.province].map((owner) => {
      const tables = owner === NATIONAL_CENTRE ? national : tablesOf(owner, run, rows, booked);
      if (withChecks) demandNone(checksOf(tables, national, rows), world, `${owner} ${run}`);
      if (withChecks && owner === NATIONAL_CENTRE)
        demandNone(checkR20(deductedOf(kept, deductions)), world, 'R20');
      return figuresOf(world, now, owner, tables, withChecks);
    });
  });
}

function enter(world: World, kept: readonly KeptRow[], now: number, closedYear: number): void {
  const run = periodAt(world, now);
  const early = world.months[now]?.early ?? [];
  world.rows.forEach((row, at) => {
    const one = kept[at];
    if (one === undefined || one.membership !== undefined) return;
    const isTail = row.tail && row.readyAt === now;
    const { settledPeriod, homePool, treatmentPool } = one.row;
    const isReady = row.readyAt <= now;
    const decided = decideMembership(
      {
        settledPeriod,
        homePool,
        treatmentPool,
        isMatched: isReady,
        isConfirmed: isReady,
        original: row.original === undefined ? undefined : (kept[row.original]?.membership ?? 'NOT_CLEARED'),
        isAdmittedLate: false,
      },
      (owner) => ({
        openPeriod: isTail && early.includes(owner) ? periodAt(world, now + 1) : run,
        closedYear,
      }),
      2,
    );
    if (decided.isCleared) one.membership = decided.membership;
  });
}

function deduct(
  world: World,
  kept: readonly KeptRow[],
  before: readonly Deduction[],
  now: number,
  closedYear: number,
): Deduction[] {
  const run = periodAt(world, now);
  const deductions = [...before];
  for (const [at, { row: index, fund, amount }] of (world.months[now]?.deductions ?? []).entries()) {
    const one = kept[index];
    const membership = one?.membership;
    if (one === undefined || membership === undefined) continue;
    const { row } = one;
    const funds = fundAmounts((name) => (name === FUND_NAMES[fund] ? amount : 0));
    const refund = world.rows.findIndex(({ original, settledAt }) => original === index && settledAt <= now);
    const reply = decideDeduction(funds, {
      clearing: row.clearing,
      deducted: deductions
        .filter(({ settlementId }) => settlementId === row.settlementId)
        .reduce((sum, deduction) => addFunds(sum, deduction.funds), NO_FUNDS),
      refundId: refund < 0 ? undefined : kept[refund]?.row.settlementId,
      isCleared: membership.home < run,
      year: yearOf(row.settledPeriod),
      isYearClosed: yearOf(row.settledPeriod) <= closedYear,
    });
    if (!reply.ok) continue;
    deductions.push({
      deductId: `D${run}-${at}`,
      settlementId: row.settlementId,
      settledAt: row.settledAt,
      settledPeriod: row.settledPeriod,
      homePool: row.homePool,
      treatmentPool: row.treatmentPool,
      institutionCode: row.institutionCode,
      scheme: row.scheme,
      visitKind: row.visitKind,
      settlementClearingFen: sumFunds(row.clearing),
      funds,
      reason: 'OVER_PRICE',
      reasonText: '超价',
      stage: reply.stage,
      origPeriod: membership.home,
      period: reply.stage === 'A' ? membership.home : run,
      source: 'AUDIT',
      decidedBy: 'RV-1',
      decidedOn: localDate('2026-01-01'),
      evidenceNo: 'E1',
    });
  }
  return deductions;
}

function move(
  world: World,
  kept: readonly KeptRow[],
  before: readonly Deduction[],
  now: number,
): Deduction[] {
  const [run, next] = [periodAt(world, now), periodAt(world, now + 1)];
  const members = kept.filter(({ membership }) => membership?.home === run);
  const disputed = new Set(
    (world.months[now]?.moves ?? [])
      .map((at) => kept[at])
      .filter((one) => one?.membership?.home === run)
      .map((one) => one?.row.settlementId ?? ''),
  );
  const moved = movedWith(
    disputed,
    members.map(({ row }) => row),
  );
  for (const one of members) {
    if (!moved.has(one.row.settlementId)) continue;
    one.membership = {
      national: one.membership?.national === undefined ? undefined : next,
      home: next,
      treatment: next,
    };
  }
  return before.map((one) =>
    one.stage === 'A' && one.period === run && moved.has(one.settlementId)
      ? { ...one, period: next, origPeriod: next }
      : one,
  );
}

function takeBack(inRun: readonly KeptRow[], before: readonly Deduction[], run: Period): Deduction[] {
  const deductions = [...before];
  for (const { row } of inRun) {
    if (row.originalId === undefined) continue;
    const { settledAt, settledPeriod, originalId } = row;
    const ofOriginal = deductions.filter(({ settlementId }) => settlementId === originalId);
    deductions.push(...takeBackDeductions({ settledAt, settledPeriod, period: run }, ofOriginal));
  }
  return deductions;
}

function tablesOf(
  owner: string,
  run: Period,
  rows: readonly ClearingRow[],
  booked: readonly Deduction[],
): RunTables {
  const deductions = booked.flatMap((deduction) => {
    const parties = partiesIn(owner, deduction);
    return parties === undefined ? [] : [{ deduction, ...parties }];
  });
  return buildRunTables({ owner, period: run, cells: cellsOf(owner, rows, booked), deductions });
}

function checksOf(
  tables: RunTables,
  national: RunTables,
  allRows: readonly ClearingRow[],
): readonly CheckFailure[] {
  const rows = allRows.filter((row) => partiesIn(tables.owner, row) !== undefined);
  return allChecks({
    tables,
    national: tables.owner === NATIONAL_CENTRE ? undefined : national,
    rowsClearingFen: rows.reduce((sum, { clearing }) => sum + sumFunds(clearing), 0),
    settlements: rows.filter(({ kind }) => kind === 'settlement').length,
    refunds: rows.filter(({ kind }) => kind === 'refund').length,
  });
}

function deductedOf(kept: readonly KeptRow[], deductions: readonly Deduction[]) {
  return kept
    .filter(({ row }) => row.kind === 'settlement')
    .map(({ row }) => ({
      settlementId: row.settlementId,
      clearing: row.clearing,
      deductions: deductions.filter((one) => one.settlementId === row.settlementId).map(({ funds }) => funds),
    }));
}

function figuresOf(
  world: World,
  now: number,
  owner: string,
  tables: RunTables,
  withChecks: boolean,
): RunFigures {
  const month = world.months[now];
  const { mode = 'GROSS', split: splitByScheme = false, unsigned = [], paid = [] } = month ?? {};
  const hasSigned = (party: string) => !unsigned.includes(party);
  const inProductOrder = transfersOf(tables.pairs, { owner, mode, splitByScheme, hasSigned });
  const textOf = ({ payer, payee, employeeFen, residentFen }: (typeof inProductOrder)[number]) =>
    [payer, payee, employeeFen, residentFen].join(' ');
  const transfers = inProductOrder.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
  const entries: LedgerEntry[] = postRun(tables.pairs).flatMap((set) => set.entries);
  const cash = new Map<string, number>();
  transfers.forEach((transfer, at) => {
    const paidAfterFen = Math.floor((transfer.amountFen * (paid[at % 3] ?? 0)) / 10_000);
    if (paidAfterFen === 0) return;
    const components = componentsOf(transfer, tables.pairs, mode, hubOf(owner));
    const posted = postPayment({ transfer, components, paidBeforeFen: 0, paidAfterFen, hub: hubOf(owner) });
    entries.push(...posted.entries);
  });
  for (const { party, account, amountFen } of entries) {
    if (account === 'CASH') cash.set(party, (cash.get(party) ?? 0) + amountFen);
  }
  if (withChecks) {
    const wrong = imbalances(entries);
    if (wrong.length > 0) throw new Error(`world ${world.seed}: ${wrong.join('; ')}`);
    const issued = localDate('2026-01-30');
    const basis = { issuedOn: issued, dueOn: issued, basisHashOf: () => 'hash' };
    const notices = buildNotices({
      owner,
      category: 'MONTHLY',
      period: 'p',
      revision: 1,
      transfers,
      ...basis,
    });
    demandNone([...checkR11(notices), ...checkR12(notices)], world, `${owner} notices`);
  }
  return {
    owner,
    period: tables.period,
    pairs: printedPairs(tables),
    transfers: transfers.map(textOf),
    cash,
  };
}

/** What tables 11, 12 and 13 print per pair, read from the payer's tables. */
function printedPairs(tables: RunTables): ReadonlyMap<string, readonly number[]> {
  const pairs = new Map<string, readonly number[]>();
  for (const { party, payments, employeeFunds, residentFunds } of tables.parties) {
    const at = PAIR_COLUMNS.map((name) => indexOf(payments, name));
    for (const row of payments.rows) {
      const funds = [employeeFunds, residentFunds].flatMap((table) => fundsPaid(table, row[1]));
      pairs.set(`${party} ${row[1]}`, [...at.map((index) => Number(row[index])), ...funds]);
    }
  }
  return pairs;
}

/** The nine funds and their nine deductions that a party pays a counterparty of one scheme; zeros without a row. */
function fundsPaid(table: Table, counterparty: CellValue | undefined): readonly number[] {
  const [direction, counter] = [indexOf(table, 'direction'), indexOf(table, 'counter_code')];
  const row = table.rows.find((one) => one[direction] === 'PAY' && one[counter] === counterparty);
  return FUND_COLUMNS.map((name) => Number(row?.[indexOf(table, name)] ?? 0));
}

const FUND_COLUMNS = ['', 'deduct_'].flatMap((prefix) =>
  ['hifp', 'hifob', 'cvlserv', 'hifes', 'hifmi', 'maf', 'oth', 'acct_own', 'acct_family'].map(
    (name) => `${prefix}${name}`,
  ),
);

/** Tables of one kind share their columns, so their places are looked up once. */
const places = new WeakMap<Table['columns'], ReadonlyMap<string, number>>();

function indexOf({ columns }: Table, name: string): number {
  const known = places.get(columns) ?? new Map(columns.map((column, at) => [column.name, at]));
  places.set(columns, known);
  return known.get(name) ?? -1;
}

function rowOf(world: World, row: WorldRow, at: number): ClearingRow {
  const settledPeriod = periodAt(world, row.settledAt);
  const text = `${settledPeriod}`;
  const clearing = fundAmounts((name) => row.funds[FUND_NAMES.indexOf(name)] ?? 0);
  return {
    settlementId: `S${at}`,
    ...(row.original === undefined ? {} : { originalId: `S${row.original}` }),
    kind: row.original === undefined ? 'settlement' : 'refund',
    visitKind: row.kind,
    scheme: row.scheme,
    homePool: row.home,
    treatmentPool: row.treatment,
    institutionCode: `H${row.treatment}`,
    settledAt: startOfDay(localDate(`${text.slice(0, 4)}-${text.slice(4)}-15`)) as Instant,
    settledPeriod,
    medicalFen: fen(sumFunds(clearing) + row.cash),
    clearing,
    personalCashFen: fen(row.cash),
    hospitalPartFen: fen(0),
  };
}

function periodAt({ firstMonth }: World, month: number): Period {
  const index = firstMonth + month;
  return period(Math.floor(index / 12) * 100 + (index % 12) + 1);
}

function demandNone(failures: readonly CheckFailure[], { seed }: World, where: string): void {
  if (failures.length > 0) throw new Error(`world ${seed}, ${where}: ${JSON.stringify(failures[0])}`);
}
