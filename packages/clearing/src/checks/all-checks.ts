import type { RunTables } from '../tables/run-tables.ts';
import type { CheckFailure } from './check-failure.ts';
import { checkR2, checkR3 } from './r02-r03.ts';
import { checkR4 } from './r04.ts';
import { checkR5, checkR6, checkR7 } from './r05-r07.ts';
import { checkR8 } from './r08.ts';
import { checkR17 } from './r17.ts';
import { checkR18 } from './r18.ts';

/** A generated run with what its rows add up to, counted apart from the tables. */
export interface GeneratedRun {
  readonly tables: RunTables;
  /** Of the same period, for a provincial run; undefined for the national one or where no centre is served. */
  readonly national: RunTables | undefined;
  readonly rowsClearingFen: number;
  readonly settlements: number;
  readonly refunds: number;
}

/** Every check that a generation needs only its tables and its rows' sums for: R2–R8, R17, R18, in this order. */
export function allChecks(run: GeneratedRun): readonly CheckFailure[] {
  const { tables, national } = run;
  return [
    ...checkR2(run.rowsClearingFen, tables),
    ...checkR3(tables),
    ...checkR4(tables),
    ...checkR5(tables),
    ...checkR6(tables),
    ...checkR7(tables),
    ...checkR8(tables),
    ...(national === undefined ? [] : checkR17(national, tables)),
    ...checkR18(run, tables),
  ];
}
