import {
  allChecks,
  buildRunTables,
  type Cell,
  type CheckFailure,
  checkR20,
  type DeductedSettlement,
  type Digest,
  type Headings,
  hashRun,
  NATIONAL_CENTRE,
  type Period,
  type RunContent,
  type RunDeduction,
  type RunOwner,
  type RunTables,
} from '@yijie/clearing';
import type { Fen } from '@yijie/money';

/** What was read for one owner's run; nothing here is a row. */
export interface RunMaterial {
  readonly owner: RunOwner;
  readonly period: Period;
  readonly cells: readonly Cell[];
  readonly deductions: readonly RunDeduction[];
  /** Counted over the rows apart from the cells. */
  readonly rows: { readonly settlements: number; readonly refunds: number; readonly clearingFen: Fen };
  readonly deducted: readonly DeductedSettlement[];
}

export interface PreparedRun {
  readonly tables: RunTables;
  readonly content: RunContent;
  readonly failures: readonly CheckFailure[];
}

/** Tables, hashes and every check on them: of one run the same from the same material in any order. */
export function prepareRun(
  material: RunMaterial,
  {
    digest,
    national,
    names,
    headings,
  }: {
    readonly digest: Digest;
    /** The national run of the period, for a province's (R17); undefined while there is none. */
    readonly national?: RunTables | undefined;
    readonly names: ReadonlyMap<string, string>;
    readonly headings?: Headings | undefined;
  },
): PreparedRun {
  const { owner, period, cells, deductions, rows, deducted } = material;
  const tables = buildRunTables({
    owner,
    period,
    cells,
    deductions,
    names,
    ...(headings === undefined ? {} : { headings }),
  });
  const checked = {
    tables,
    national: owner === NATIONAL_CENTRE ? undefined : national,
    rowsClearingFen: rows.clearingFen,
    settlements: rows.settlements,
    refunds: rows.refunds,
  };
  const failures = [...allChecks(checked), ...checkR20(deducted)];
  return { tables, content: hashRun(tables, digest), failures };
}
