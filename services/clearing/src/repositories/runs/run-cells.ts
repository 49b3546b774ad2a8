import {
  addFunds,
  type Cell,
  FUND_NAMES,
  NATIONAL_CENTRE,
  NO_FUNDS,
  type Period,
  partiesIn,
  type RunOwner,
} from '@yijie/clearing';
import type { Scheme, VisitKind } from '@yijie/codes';
import { type Fen, fen } from '@yijie/money';
import type { Database, Queryable } from '@yijie/postgres';
import { type CellKey, readHomeKey, readNationalKey, readTreatmentKey } from '../../core/cell-key.ts';
import { fundColumn, fundsFromRow } from './fund-columns.ts';
import { bookedBy } from './run-deductions.ts';

export interface CellReading {
  readonly database: Database;
  readonly owners: readonly RunOwner[];
  readonly period: Period;
  /** All home provinces there are: rows are read a few provinces at a time. */
  readonly provinces: readonly RunOwner[];
  /** Statements at a time. */
  readonly workers: number;
  readonly onRead?: ((done: number, of: number) => void) | undefined;
}

/**
 * The cells of each owner's run of a period. The rows of a cut run don't change, so several connections read a share of the
 * provinces each, once for all owners: three hash tables side by side (grouping sets), which is what makes every table
 * of both levels cost about as much as one grouping of one level. Nothing of a row is brought here, only sums.
 */
export async function readRunCells(reading: CellReading): Promise<ReadonlyMap<RunOwner, readonly Cell[]>> {
  const { database, owners, period, provinces, workers, onRead } = reading;
  const cells = new Map<RunOwner, Map<string, Cell>>(owners.map((owner) => [owner, new Map()]));
  const shares = sharesOf(provinces);
  let done = 0;
  const take = async (where: string, params: readonly unknown[]) => {
    addRows(cells, await database.transaction((tx) => readGrouped(tx, where, params)));
    done += 1;
    onRead?.(done, shares.length + 1);
  };
  const open = [...shares];
  const work = async () => {
    for (let share = open.pop(); share !== undefined; share = open.pop())
      await take(AT_HOME, [period, share]);
  };
  await Promise.all([...Array.from({ length: workers }, work), take(APART, [period])]);
  for (const owner of owners) addDeductions(cells, owner, await readDeducted(database, owner, period));
  return new Map([...cells].map(([owner, byKey]) => [owner, [...byKey.values()]]));
}

/** Shares of a quarter of the provinces: few enough that each reads far, enough to say how far it is. */
const SHARES = 4;

function sharesOf(provinces: readonly RunOwner[]): readonly (readonly RunOwner[])[] {
  const shares = Array.from({ length: Math.min(SHARES, provinces.length) }, (_, share) =>
    provinces.filter((_, at) => at % SHARES === share),
  );
  return shares;
}

const AT_HOME = 'home_period = $1 AND home_province = ANY($2)';
/** Rows that the centre or the treatment province counts in this month and the home province in another. */
const APART = `(national_period <> home_period OR treatment_period <> home_period)
   AND (national_period = $1 OR treatment_period = $1) AND home_period <> $1`;
const FUND_SUMS = FUND_NAMES.map((name) => `sum_fen(${fundColumn(name)}) AS ${fundColumn(name)}`).join(', ');

async function readGrouped(
  tx: Queryable,
  where: string,
  params: readonly unknown[],
): Promise<readonly GroupedRow[]> {
  // Hash tables for all three groupings in one pass: some ten megabytes at 400 pools, more than the usual limit.
  await tx.query("SELECT set_config('work_mem', '256MB', true), set_config('enable_sort', 'off', true)");
  await tx.query("SELECT set_config('max_parallel_workers_per_gather', '0', true)");
  const { rows } = await tx.query<GroupedRow>(
    `SELECT national_key, home_key, treatment_key, count(*)::int AS rows, count(original_id)::int AS refunds,
            sum_fen(medical_fen) AS medical_fen, ${FUND_SUMS}
       FROM (SELECT original_id, medical_fen, ${FUND_NAMES.map(fundColumn).join(', ')},
                    CASE WHEN national_period = $1 THEN national_key END AS national_key,
                    CASE WHEN home_period = $1 THEN home_key END AS home_key,
                    CASE WHEN treatment_period = $1 THEN treatment_key END AS treatment_key
               FROM cleared_row WHERE ${where}) counted
      GROUP BY GROUPING SETS ((national_key), (home_key), (treatment_key))`,
    params,
  );
  return rows;
}

interface GroupedRow {
  readonly national_key: number | null;
  readonly home_key: number | null;
  readonly treatment_key: number | null;
  readonly rows: number;
  readonly refunds: number;
  readonly medical_fen: number;
}

function addRows(cells: Map<RunOwner, Map<string, Cell>>, rows: readonly GroupedRow[]): void {
  for (const row of rows) {
    const place = placeOf(row);
    const ofOwner = place === undefined ? undefined : cells.get(place.owner);
    if (place === undefined || ofOwner === undefined) continue;
    const { owner: _, ...key } = place;
    const known = ofOwner.get(textOf(key)) ?? { ...key, ...NOTHING };
    ofOwner.set(textOf(key), {
      ...known,
      times: known.times + row.rows - 2 * row.refunds,
      medicalFen: fen(known.medicalFen + row.medical_fen),
      clearing: known.clearing === NO_FUNDS ? fundsFromRow(row) : addFunds(known.clearing, fundsFromRow(row)),
    });
  }
}

/** Each result row is of one grouping: its own key is set; rows that aren't counted there have none. */
function placeOf(row: GroupedRow): (CellKey & { readonly owner: RunOwner }) | undefined {
  if (row.national_key !== null) return { owner: NATIONAL_CENTRE, ...readNationalKey(row.national_key) };
  if (row.home_key !== null) return readHomeKey(row.home_key);
  if (row.treatment_key !== null) return readTreatmentKey(row.treatment_key);
  return undefined;
}

interface DeductedRow {
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly scheme: Scheme;
  readonly visit_kind: VisitKind;
  readonly settled_period: Period;
}

async function readDeducted(tx: Queryable, owner: RunOwner, period: Period): Promise<readonly DeductedRow[]> {
  const { rows } = await tx.query<DeductedRow>(
    `SELECT home_pool, treatment_pool, scheme, visit_kind, settled_period, ${FUND_SUMS}
       FROM deduction d WHERE ${bookedBy(owner, 'd.')} GROUP BY 1, 2, 3, 4, 5`,
    owner === NATIONAL_CENTRE ? [period] : [period, owner],
  );
  return rows;
}

/** A deduction of an earlier run's settlement may have no rows beside it: the cell then holds nothing else. */
function addDeductions(
  cells: Map<RunOwner, Map<string, Cell>>,
  owner: RunOwner,
  rows: readonly DeductedRow[],
): void {
  for (const row of rows) {
    const { home_pool: homePool, treatment_pool: treatmentPool, scheme } = row;
    const parties = partiesIn(owner, { homePool, treatmentPool });
    const ofOwner = cells.get(owner);
    if (parties === undefined || ofOwner === undefined) continue;
    const key = { ...parties, scheme, visitKind: row.visit_kind, settledPeriod: row.settled_period };
    const known = ofOwner.get(textOf(key)) ?? { ...key, ...NOTHING };
    ofOwner.set(textOf(key), { ...known, deducted: addFunds(known.deducted, fundsFromRow(row)) });
  }
}

const NOTHING = { times: 0, medicalFen: 0 as Fen, clearing: NO_FUNDS, deducted: NO_FUNDS };

function textOf({ payer, payee, scheme, visitKind, settledPeriod }: CellKey): string {
  return `${payer} ${payee} ${scheme} ${visitKind} ${settledPeriod}`;
}
