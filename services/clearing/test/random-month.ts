import type { Instant } from '@yijie/calendar';
import {
  type ClearingRow,
  FUND_NAMES,
  fundAmounts,
  NO_FUNDS,
  negateFunds,
  nextPeriod,
  type PairPosition,
  type Period,
  partiesIn,
  type RunOwner,
  sumFunds,
} from '@yijie/clearing';
import { SCHEMES, VISIT_KINDS } from '@yijie/codes';
import { fen } from '@yijie/money';
import { systemClock } from '@yijie/runtime';
import { SeededRandom } from '@yijie/testkit';
import { recordDeduction } from '../src/application/deductions/record-deduction.ts';
import { confirmReceipt } from '../src/application/money/confirm-receipt.ts';
import { issueNotices } from '../src/application/money/issue-notices.ts';
import { recordPayment } from '../src/application/money/record-payment.ts';
import { submitNotice } from '../src/application/money/step-notice.ts';
import { confirmRun } from '../src/application/runs/confirm-run.ts';
import { cutRun } from '../src/application/runs/cut-run.ts';
import { generateRuns } from '../src/application/runs/generate-runs.ts';
import { moveOutRows } from '../src/application/runs/move-out-rows.ts';
import { returnRun } from '../src/application/runs/return-run.ts';
import { signRun } from '../src/application/runs/sign-run.ts';
import { ledgerBalances } from '../src/repositories/money/ledger.ts';
import { findNotices } from '../src/repositories/money/notices.ts';
import { readPairs } from '../src/repositories/runs/run-revisions.ts';
import { loadRun } from '../src/repositories/runs/runs.ts';
import { person, placeRows, type RunFixture } from './run-fixture.ts';

export const MONTH_OWNERS: readonly RunOwner[] = ['CN', '110000', '220000', '430000', '440000'];
const POOLS = ['110000', '220100', '220200', '430100', '430200', '440100', '440300'];
export const MONTH_PARTIES = [
  ...new Set([...POOLS, '220000', '430000', '440000', ...MONTH_OWNERS.slice(1).map((one) => `${one}P`)]),
];
const [maker, signer, releaser, clerk] = ['maker', 'signer', 'releaser', 'clerk'].map(person) as [
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
  ReturnType<typeof person>,
];

/** What a naive pair of sums says: who owes whom how much, by what and less what. */
export type NaivePairs = Record<string, { times: number; claimed: number; deducted: number }>;

export interface MonthResult {
  readonly found: Record<RunOwner, NaivePairs>;
  readonly expected: Record<RunOwner, NaivePairs>;
  /** Payables and receivables left after everything was paid; must be none. */
  readonly owed: readonly string[];
}

/**
 * One random month on the real database: settlements within and between provinces, refunds, deductions, a return with rows that
 * move on, payments in parts. With `kills` the database ends the connections now and then, and whoever acted asks again. What
 * comes out is laid beside sums made from the list of rows alone.
 */
export async function playMonth(
  fixture: RunFixture,
  period: Period,
  seed: number,
  kills: boolean,
): Promise<MonthResult> {
  const random = new SeededRandom(seed);
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random.next() * list.length)] as Item;
  const { desk, database } = fixture;
  const killer = kills ? startKiller(fixture, random) : undefined;
  /** Until it went through: a killed connection says nothing of whether its act was stored. */
  const insist = <Reply>(act: () => Promise<Reply>): Promise<Reply> => insisting(act, kills);
  const month = nextPeriod(period);
  const day = (of: number) => `${Math.floor(month / 100)}-${`${month % 100}`.padStart(2, '0')}-${of}`;

  const rows = randomRows(random, period, seed);
  await insist(() => placeOnce(fixture, rows, period));
  const deductions = rows
    .filter(({ kind }) => kind === 'settlement')
    .filter(() => random.next() < 0.2)
    .map((row, at) => {
      const funds = { ...NO_FUNDS, poolFundFen: fen(Math.floor(row.clearing.poolFundFen * random.next())) };
      return { deductId: `D${seed}-${at}`, row, funds };
    })
    .filter(({ row, funds }) => sumFunds(funds) > 0 && !isRefunded(rows, row));
  await fixture.on(day(10));
  for (const { deductId, row, funds } of deductions) {
    const form = { deductId, settlementId: row.settlementId, funds, evidenceNo: 'E', reasonText: '' };
    const made = { ...form, reason: 'OTHER', source: 'AUDIT' } as const;
    mustBe(await insist(() => recordDeduction(desk, made, clerk)));
  }

  await fixture.on(day(20));
  for (const owner of MONTH_OWNERS) await insist(() => cutRun(desk, owner, period, maker));
  await fixture.on(day(21));
  const generate = () =>
    insist(() => generateRuns(desk, { owners: MONTH_OWNERS, period, dryRun: false }, maker));
  mustBe(await generate());

  const between = rows.filter(({ kind, homePool, treatmentPool }) => {
    return kind === 'settlement' && homePool.slice(0, 2) !== treatmentPool.slice(0, 2);
  });
  const returned = pick(between);
  const party = `${returned.homePool.slice(0, 2)}0000`;
  const settlements = [returned.settlementId];
  const command = { owner: 'CN', period, revision: 1, party, reason: '有误', rows: settlements };
  mustBe(await insist(() => returnRun(desk, command, signer)));
  const moved = new Set(
    rows
      .filter((row) => [row.settlementId, row.originalId].includes(returned.settlementId))
      .map(({ settlementId }) => settlementId),
  );
  await insist(() => moveOutRows(desk, { owner: 'CN', period, rows: settlements, reason: '有误' }, maker));
  mustBe(await generate());
  for (const owner of MONTH_OWNERS) await signAndConfirm(fixture, owner, period, insist);
  await fixture.on(day(28));
  await payEverything(fixture, period, seed, random, insist);
  await killer?.stop();

  const kept = rows.filter(({ settlementId }) => !moved.has(settlementId));
  const found: MonthResult['found'] = {};
  const expected: MonthResult['expected'] = {};
  for (const owner of MONTH_OWNERS) {
    const run = await loadRun(database, owner, period);
    found[owner] = pairsOf(await readPairs(database, owner, period, run?.revision ?? 0));
    const kepts = deductions.filter(({ row }) => !moved.has(row.settlementId));
    expected[owner] = naivePairs(owner, kept, kepts);
  }
  const left = await ledgerBalances(database, 'CN', {
    payer: undefined,
    payee: undefined,
    atMs: Number.MAX_SAFE_INTEGER,
  });
  const owed = left
    .filter(({ account }) => account === 'PAYABLE' || account === 'RECEIVABLE')
    .map((row) => `${row.party} ${row.account} ${row.payer}→${row.payee} ${row.balance_fen}`);
  return { found, expected, owed };
}

function randomRows(random: SeededRandom, period: Period, seed: number): ClearingRow[] {
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random.next() * list.length)] as Item;
  const rows: ClearingRow[] = [];
  const count = 20 + Math.floor(random.next() * 40);
  for (let at = 0; at < count; at += 1) {
    const homePool = pick(POOLS);
    const treatmentPool = pick(POOLS.filter((pool) => pool !== homePool));
    const scheme = pick(SCHEMES);
    const allowed: readonly string[] =
      scheme === 'employee' ? FUND_NAMES.filter((name) => name !== 'seriousIllnessFen') : [];
    const clearing = fundAmounts((name) =>
      name === 'poolFundFen' || (allowed.includes(name) && random.next() < 0.3)
        ? 1 + Math.floor(random.next() * 1_000_000)
        : 0,
    );
    const cash = Math.floor(random.next() * 100_000);
    const settledPeriod = (random.next() < 0.2 ? period - 1 : period) as Period;
    const row: ClearingRow = {
      settlementId: idOf(seed, rows.length),
      kind: 'settlement',
      visitKind: pick(VISIT_KINDS),
      scheme,
      homePool,
      treatmentPool,
      institutionCode: `H${treatmentPool}00001`,
      settledAt: (1_770_000_000_000 + at) as Instant,
      settledPeriod,
      medicalFen: fen(sumFunds(clearing) + cash),
      clearing,
      personalCashFen: fen(cash),
      hospitalPartFen: fen(0),
    };
    rows.push(row);
    if (random.next() < 0.15) {
      rows.push({
        ...row,
        settlementId: idOf(seed, rows.length),
        originalId: row.settlementId,
        kind: 'refund',
        settledPeriod: period,
        medicalFen: fen(-row.medicalFen),
        clearing: negateFunds(clearing),
        personalCashFen: fen(-cash),
      });
    }
  }
  return rows;
}

function idOf(seed: number, at: number): string {
  return `${seed.toString(16).padStart(16, '0')}${at.toString(16).padStart(16, '0')}`;
}

function isRefunded(rows: readonly ClearingRow[], row: ClearingRow): boolean {
  return rows.some(({ originalId }) => originalId === row.settlementId);
}

/** Adds row by row and deduction by deduction, with nothing of the tables, cells or SQL. */
function naivePairs(
  owner: RunOwner,
  rows: readonly ClearingRow[],
  deductions: readonly { readonly row: ClearingRow; readonly funds: ClearingRow['clearing'] }[],
): NaivePairs {
  const pairs: NaivePairs = {};
  const of = (row: ClearingRow) => {
    const parties = partiesIn(owner, row);
    if (parties === undefined) return undefined;
    const key = `${parties.payer} ${parties.payee} ${row.scheme}`;
    pairs[key] ??= { times: 0, claimed: 0, deducted: 0 };
    return pairs[key];
  };
  for (const row of rows) {
    const pair = of(row);
    if (pair === undefined) continue;
    pair.times += row.kind === 'settlement' ? 1 : -1;
    pair.claimed += row.medicalFen - row.personalCashFen - row.hospitalPartFen;
  }
  for (const { row, funds } of deductions) {
    const pair = of(row);
    if (pair !== undefined) for (const name of FUND_NAMES) pair.deducted += funds[name];
  }
  return pairs;
}

function pairsOf(pairs: readonly PairPosition[]): NaivePairs {
  const found: NaivePairs = {};
  for (const { payer, payee, ...schemes } of pairs) {
    for (const scheme of SCHEMES) {
      const { times, clearingFen, deductedFen, timesByKind } = schemes[scheme];
      if (clearingFen === 0 && deductedFen === 0 && timesByKind.every((of) => of === 0)) continue;
      found[`${payer} ${payee} ${scheme}`] = { times, claimed: clearingFen, deducted: deductedFen };
    }
  }
  return found;
}

/** A pair whose rows cancel out has a line of zeros in one form and none in the other. */
export function withoutZeros(pairs: NaivePairs): NaivePairs {
  return Object.fromEntries(
    Object.entries(pairs).filter(
      ([, { times, claimed, deducted }]) => times !== 0 || claimed !== 0 || deducted !== 0,
    ),
  );
}

type Insist = <Reply>(act: () => Promise<Reply>) => Promise<Reply>;

async function signAndConfirm(
  { desk, database }: RunFixture,
  owner: RunOwner,
  period: Period,
  insist: Insist,
): Promise<void> {
  const run = await insist(() => loadRun(database, owner, period));
  for (const { party, contentHash, state } of run?.parties ?? []) {
    if (state === 'SIGNED') continue;
    const command = { owner, period, revision: run?.revision ?? 0, party, contentHash };
    await insist(() => signRun(desk, command, signer));
  }
  await insist(() => confirmRun(desk, owner, period, signer));
  const after = await insist(() => loadRun(database, owner, period));
  if (after?.state !== 'CONFIRMED') throw new Error(`${owner} is ${after?.state}`);
}

/** Issues, submits and pays the national notices, each line in up to three parts. */
async function payEverything(
  { desk, database }: RunFixture,
  period: Period,
  seed: number,
  random: SeededRandom,
  insist: Insist,
): Promise<void> {
  await insist(() => issueNotices(desk, 'CN', period, releaser));
  const find = () => insist(() => findNotices(database, { owner: 'CN', period: `${period}` }));
  const notices = await find();
  for (const { notice } of notices) await insist(() => submitNotice(desk, notice.noticeNo, clerk));
  let serial = 0;
  for (const { notice } of notices.filter((one) => one.notice.direction === 'PAY')) {
    for (const { lineNo, amountFen } of notice.lines) {
      let left: number = amountFen;
      while (left > 0) {
        const part = random.next() < 0.5 ? left : Math.max(1, Math.floor(left * random.next()));
        serial += 1;
        const payment = {
          noticeNo: notice.noticeNo,
          lineNo,
          bankName: 'bank',
          bankSerial: `${seed}-${serial}`,
          tradeDate: notice.dueOn,
          paidFen: fen(part),
        };
        await insist(() => recordPayment(desk, payment, clerk));
        left -= part;
      }
    }
  }
  for (const { notice } of notices.filter((one) => one.notice.direction === 'RCV'))
    mustBe(await insist(() => confirmReceipt(desk, notice.noticeNo, clerk)));
  const after = await find();
  const open = after
    .filter(({ state }) => state !== 'CONFIRMED_BY_PAYEE')
    .map(({ notice }) => notice.noticeNo);
  if (open.length > 0) throw new Error(`not paid: ${open.join(', ')}`);
}

async function placeOnce(
  { database }: RunFixture,
  rows: readonly ClearingRow[],
  period: Period,
): Promise<void> {
  const [first] = rows;
  const { rows: there } = await database.query('SELECT 1 FROM cleared_row WHERE settlement_id = $1', [
    Buffer.from(first?.settlementId ?? '', 'hex'),
  ]);
  if (there.length === 0) await placeRows(database, rows, period);
}

async function insisting<Reply>(act: () => Promise<Reply>, kills: boolean): Promise<Reply> {
  let last: unknown;
  for (let attempt = 0; attempt < 40; attempt += 1) {
    try {
      return await act();
    } catch (error) {
      if (!kills || !isKilled(error)) throw error;
      last = error;
    }
  }
  throw last;
}

/** Ended by the administrator (57P01), or the socket that a pool still held. */
function isKilled(error: unknown): boolean {
  const { code, message } = error as { code?: string; message?: string };
  return code === '57P01' || /terminated|ECONNRESET|not queryable|closed the connection/i.test(message ?? '');
}

/** So many crashes a month: enough to hit every act over some months, few enough that a month ends. */
const KILLS = 6;

/** Ends every connection of the service, at moments that differ from run to run whatever the seed. */
function startKiller({ killConnections }: RunFixture, random: SeededRandom) {
  const own = new SeededRandom(Math.floor(random.next() * 1e9));
  const clock = systemClock();
  const stopping = new AbortController();
  const done = (async () => {
    for (let kill = 0; kill < KILLS && !stopping.signal.aborted; kill += 1) {
      await clock.sleep(20 + own.next() * 300, stopping.signal).catch(() => {});
      if (!stopping.signal.aborted) await killConnections();
    }
  })();
  return {
    stop: () => {
      stopping.abort();
      return done;
    },
  };
}

function mustBe(reply: { readonly ok: boolean }): void {
  if (!reply.ok) throw new Error(JSON.stringify(reply));
}
