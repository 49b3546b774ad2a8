import type { LocalDate } from '@yijie/calendar';
import {
  adjustQuota,
  buildTable61,
  buildTable62,
  type ClearingParameters,
  checkR14,
  closingOf,
  levelOf,
  moneyDays,
  nextPeriod,
  type PartyCode,
  period,
  type QuotaAdjustment,
  quotaInputs,
  type RunCells,
  type RunOwner,
  type Table,
  tableContent,
} from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { readAdvance } from '../../repositories/money/advance.ts';
import { readParameters } from '../../repositories/parameters.ts';
import { readRunCells } from '../../repositories/runs/run-cells.ts';
import { loadRun } from '../../repositories/runs/runs.ts';
import { sm3 } from '../../signing/sm3.ts';
import type { RunDesk } from '../runs/run-desk.ts';

/** A year's quotas with the tables that show them. */
export interface QuotasOfYear {
  readonly adjustments: readonly QuotaAdjustment[];
  /** 6-1, then a 6-2 for each party. */
  readonly tables: readonly Table[];
  readonly contentHash: string;
}

/** The quotas of `year` from what the year before cleared (clearing-and-filing §4.2). Changes nothing. */
export async function quotasOfYear(
  desk: RunDesk,
  owner: RunOwner,
  year: number,
  today: LocalDate,
): Promise<({ readonly ok: true } & QuotasOfYear) | Refusal> {
  const parameters = await readParameters(desk.database, owner, today);
  const days = moneyDays(today, parameters.calendar);
  if (!days.ok) return days;
  const entries = await readAdvance(desk.database, owner);
  const pairs = new Map(entries.map(({ payer, payee }) => [`${payer} ${payee}`, { payer, payee }]));
  const held = [...pairs.values()].map(({ payer, payee }) => ({
    payer,
    payee,
    closing: closingOf(entries, payer, payee),
  }));
  const adjustments = quotaInputs(
    year - 1,
    await runsOf(desk, owner, year - 1, parameters),
    held,
    parameters,
  ).map((pair) => adjustQuota(pair, parameters));
  const context = {
    owner,
    level: levelOf(owner),
    headings: new Map<string, string>(),
    nameOf: (party: PartyCode) => desk.names.get(party) ?? party,
  };
  const platform = buildTable61(adjustments, days.payBy, context);
  const parties = [...new Set(adjustments.flatMap(({ payer, payee }) => [payer, payee]))].toSorted();
  const own = parties.map((party) => buildTable62(party, adjustments, days.payBy, context));
  const [failure] = checkR14(platform, own, []);
  if (failure !== undefined) return refuse('CLR-CHECK', { check: failure.check, row: failure.row });
  const tables = [platform, ...own];
  return { ok: true, adjustments, tables, contentHash: sm3(tables.map(tableContent).join('\n')) };
}

/** Cells of the confirmed runs that the quota can count: of its months, and of later ones where rows count by settlement. */
async function runsOf(
  desk: RunDesk,
  owner: RunOwner,
  year: number,
  { quotaAmount, quotaBasis, maxLateMonths }: ClearingParameters,
): Promise<readonly RunCells[]> {
  const { database, provinces, generateWorkers: workers } = desk;
  const first = quotaBasis === 'LAST_YEAR_6M' ? 1 : 10;
  const last = quotaAmount === 'CLEARED' ? 12 : 12 + maxLateMonths;
  const runs: RunCells[] = [];
  let month = period(year * 100 + first);
  for (let at = first; at <= last; at++, month = nextPeriod(month)) {
    const run = await loadRun(database, owner, month);
    if (run === undefined || !CONFIRMED.has(run.state)) continue;
    const cells = await readRunCells({ database, owners: [owner], period: month, provinces, workers });
    runs.push({ period: month, cells: cells.get(owner) ?? [] });
  }
  return runs;
}

const CONFIRMED: ReadonlySet<string> = new Set(['CONFIRMED', 'NOTICED', 'PAYING', 'CLOSED']);
