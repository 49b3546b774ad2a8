import type { Queryable, Statement } from '@yijie/postgres';
import type { MeasureSums } from '../../core/statistics/statistic-indicators.ts';
import type { StatisticMeasure } from '../../core/statistics/statistic-measures.ts';
import {
  STATISTIC_GROUPINGS,
  type StatisticFilter,
  type StatisticGrouping,
} from '../../core/statistics/statistic-question.ts';

/** One group of cells with the sums of its measures. */
export interface StatisticGroup {
  /** In the order of the grouping. */
  readonly sides: readonly string[];
  readonly sums: ReadonlyMap<StatisticMeasure, MeasureSums>;
  /** Decided claims by working days. */
  readonly handled: ReadonlyMap<number, number>;
}

const FILTERED = `c.month BETWEEN $1 AND $2 AND ($3::text IS NULL OR c.home_pool = $3)
   AND ($4::text IS NULL OR c.treatment_pool LIKE $4) AND ($5::text IS NULL OR c.scheme = $5)
   AND ($6::text IS NULL OR c.person_class = $6) AND ($7::text IS NULL OR c.visit_kind = $7)
   AND ($8::text IS NULL OR c.hospital_level = $8)`;

function filterParams(filter: StatisticFilter): unknown[] {
  return [
    filter.fromMonth,
    filter.untilMonth,
    filter.homePool ?? null,
    filter.treatmentPool ?? null,
    filter.scheme ?? null,
    filter.personClass ?? null,
    filter.visitKind ?? null,
    filter.hospitalLevel ?? null,
  ];
}

/** One statement for every grouping: a side that isn't asked for is the same empty text in all rows. */
const sumsStatement: Statement = {
  name: 'home_statistic_sums',
  sql: `
    SELECT ${STATISTIC_GROUPINGS.map((side, at) => `CASE WHEN $${at + 9}::bool THEN c.${side}::text ELSE '' END AS ${side}`).join(', ')},
           c.measure, c.bucket, sum(c.count)::int8 AS count, sum(c.amount_fen)::int8 AS amount_fen,
           COALESCE(sum(c.count) FILTER (WHERE across), 0)::int8 AS across_count,
           COALESCE(sum(c.amount_fen) FILTER (WHERE across), 0)::int8 AS across_amount_fen
      FROM (SELECT *, visit_kind = 'inpatient' AND left(home_pool, 2) <> left(treatment_pool, 2) AS across
              FROM statistic_cell) c
     WHERE ${FILTERED}
     GROUP BY 1, 2, 3, 4, 5, 6, 7, c.measure, c.bucket
     ORDER BY 1, 2, 3, 4, 5, 6, 7`,
};

export async function statisticSums(
  database: Queryable,
  filter: StatisticFilter,
  groupBy: readonly StatisticGrouping[],
): Promise<StatisticGroup[]> {
  const { rows } = await database.query<SumRow>(sumsStatement, [
    ...filterParams(filter),
    ...STATISTIC_GROUPINGS.map((side) => groupBy.includes(side)),
  ]);
  const groups = Map.groupBy(rows, (row) => STATISTIC_GROUPINGS.map((side) => row[side]).join('\u0000'));
  return [...groups.values()].map((group) => ({
    sides: groupBy.map((side) => group[0]?.[side] ?? ''),
    sums: measureSums(group),
    handled: new Map(
      group.filter(({ measure }) => measure === 'manual-handled').map((row) => [row.bucket, row.count]),
    ),
  }));
}

function measureSums(rows: readonly SumRow[]): ReadonlyMap<StatisticMeasure, MeasureSums> {
  const sums = new Map<StatisticMeasure, MeasureSums>();
  for (const row of rows) {
    const before = sums.get(row.measure);
    sums.set(row.measure, {
      all: {
        count: (before?.all.count ?? 0) + row.count,
        amountFen: (before?.all.amountFen ?? 0) + row.amount_fen,
      },
      staysAcrossProvinces: {
        count: (before?.staysAcrossProvinces.count ?? 0) + row.across_count,
        amountFen: (before?.staysAcrossProvinces.amountFen ?? 0) + row.across_amount_fen,
      },
    });
  }
  return sums;
}

type SumRow = Readonly<Record<StatisticGrouping, string>> & {
  readonly measure: StatisticMeasure;
  readonly bucket: number;
  readonly count: number;
  readonly amount_fen: number;
  readonly across_count: number;
  readonly across_amount_fen: number;
};

/** A row behind a number. */
export interface CountedRow {
  readonly cellId: number;
  readonly sourceId: Buffer;
  readonly month: number;
  readonly atMs: number;
  readonly count: number;
  readonly amountFen: number;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly scheme: string;
  readonly personClass: string;
  readonly visitKind: string;
  readonly hospitalLevel: string;
  readonly bucket: number;
}

/** Where a page of rows goes on. */
export interface CountedPlace {
  readonly cellId: number;
  readonly sourceId: Uint8Array;
}

/** The rows of a measure, cell by cell; `limit` of them after the place. */
export async function countedRows(
  database: Queryable,
  filter: StatisticFilter,
  measure: StatisticMeasure,
  after: CountedPlace | undefined,
  limit: number,
): Promise<CountedRow[]> {
  const { rows } = await database.query<CountedRow>(
    `SELECT c.cell_id AS "cellId", e.source_id AS "sourceId", c.month, e.at_ms AS "atMs", e.count,
            e.amount_fen AS "amountFen", c.home_pool AS "homePool", c.treatment_pool AS "treatmentPool", c.scheme,
            c.person_class AS "personClass", c.visit_kind AS "visitKind", c.hospital_level AS "hospitalLevel", c.bucket
       FROM statistic_cell c
      CROSS JOIN LATERAL (
        SELECT * FROM statistic_entry e
         WHERE e.cell_id = c.cell_id AND (e.cell_id, e.source_id) > ($10::int8, $11::bytea)
         ORDER BY e.cell_id, e.source_id LIMIT $12) e
      WHERE ${FILTERED} AND c.measure = $9 AND c.cell_id >= $10::int8
      ORDER BY c.cell_id, e.source_id LIMIT $12`,
    [...filterParams(filter), measure, after?.cellId ?? 0, after?.sourceId ?? Buffer.alloc(0), limit],
  );
  return [...rows];
}
