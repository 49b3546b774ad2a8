import {
  type CheckFailure,
  checkR15,
  levelOf,
  type PartyCode,
  type RunOwner,
  sumCells,
  type Table,
  type TableContext,
  type YearTotals,
  yearOf,
  yearTotals,
} from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import { readPartyTables } from '../../repositories/runs/run-revisions.ts';
import { readYearCells } from '../../repositories/year-end/year-cells.ts';
import { lockedRuns, type YearRun } from '../../repositories/year-end/year-runs.ts';
import type { RunDesk } from '../runs/run-desk.ts';

/** What confirmed runs cleared of a year, seen in the ways that R15 compares. */
export interface YearFigures {
  readonly runs: readonly YearRun[];
  /** The year's rows, whichever runs cleared them. */
  readonly all: readonly YearTotals[];
  /** Rows of earlier years in the runs of the year's months. */
  readonly earlier: readonly YearTotals[];
  /** Rows of the year in later runs. */
  readonly later: readonly YearTotals[];
}

export async function readYearFigures(tx: Queryable, owner: RunOwner, year: number): Promise<YearFigures> {
  const runs = await lockedRuns(tx, owner, year);
  const cells = await readYearCells(
    tx,
    owner,
    year,
    runs.map(({ period }) => period),
  );
  const own = cells.filter(({ runPeriod }) => yearOf(runPeriod) === year);
  const after = cells.filter(({ runPeriod }) => yearOf(runPeriod) > year);
  return {
    runs,
    all: yearTotals(cells, year),
    earlier: sumCells(own, ({ settledPeriod }) => yearOf(settledPeriod) < year),
    later: yearTotals(after, year),
  };
}

/** R15 of one applicant's table, against the rows and against its tables 10 as they were signed. */
export async function checkApplication(
  tx: Queryable,
  owner: RunOwner,
  year: number,
  { runs, all, earlier, later }: YearFigures,
  application: Table,
): Promise<readonly CheckFailure[]> {
  const receipts: Table[] = [];
  for (const { period, revision } of runs) {
    if (yearOf(period) !== year) continue;
    const stored = await readPartyTables(tx, owner, period, revision, application.owner);
    if (stored !== undefined) receipts.push(stored.content.receipts);
  }
  return checkR15({ application, all, receipts, earlier, later });
}

/** How yearly tables are printed. */
export function yearContext({ names }: RunDesk, owner: RunOwner): Omit<TableContext, 'period'> {
  return {
    owner,
    level: levelOf(owner),
    headings: new Map(),
    nameOf: (party: PartyCode) => names.get(party) ?? party,
  };
}
