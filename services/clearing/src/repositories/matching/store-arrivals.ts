import { periodOf } from '@yijie/clearing';
import { type DeadLetterRow, deadLetterPart, type OffsetMove, offsetPart } from '@yijie/exchange';
import { int2Array, int4Array, int8Array, type Queryable, type Statement, textArray } from '@yijie/postgres';
import type { ArrivedFact } from '../../core/arrived-fact.ts';
import type { Standing } from '../../core/decide-arrivals.ts';
import { idArray } from '../ids.ts';
import { parameters } from '../statement-text.ts';
import { FACT_COLUMNS, FACT_TYPES, factArrays } from './fact-columns.ts';

/** Everything that one batch of facts leaves behind, before what has become complete enters its runs. */
export interface ArrivalEffects {
  readonly added: readonly ArrivedFact[];
  readonly replaced: readonly ArrivedFact[];
  readonly standings: readonly Standing[];
  readonly dead: readonly DeadLetterRow[];
  readonly moves: readonly OffsetMove[];
  readonly nowMs: number;
}

/**
 * Stores a batch in one statement: all of it or nothing. A fact that is there already is a conflict: another replica
 * was first, and the batch is decided again.
 */
export async function storeArrivals(tx: Queryable, effects: ArrivalEffects): Promise<void> {
  const { nowMs } = effects;
  // What gives way is kept first: PostgreSQL doesn't say in which order parts of one statement change a row.
  if (effects.replaced.length > 0) await replaceFacts(tx, effects.replaced, nowMs);
  await tx.query(storeStatement, [
    nowMs,
    ...factArrays(effects.added),
    ...standingArrays(effects.standings),
    ...differenceArrays(effects.standings),
    ...deadLetterPart.params({ rows: effects.dead, nowMs }),
    ...offsetPart.params(effects.moves),
  ]);
}

/** What the exception list shows of a settlement; the same text for every row that is new on it. */
const OPEN_COLUMNS = `settlement_id, original_id, home_pool, treatment_pool, institution_code, scheme, visit_kind,
      settled_at_ms, settled_period, total_fen, match_state, sides, counted_side`;
const OPEN_TYPES = [
  'bytea',
  'bytea',
  ...Array<string>(5).fill('text'),
  'int8',
  'int4',
  'int8',
  'text',
  'int2',
  'int2',
];

const FACT_FIRST = 2;
const OPEN_FIRST = FACT_FIRST + FACT_TYPES.length;
const DIFFERENCE_FIRST = OPEN_FIRST + OPEN_TYPES.length;
const DEAD_FIRST = DIFFERENCE_FIRST + 5;
const OFFSET_FIRST = DEAD_FIRST + deadLetterPart.parameterCount;

const storeStatement: Statement = {
  name: 'clearing_store_arrivals',
  sql: `
    WITH new_fact AS (
      INSERT INTO fact (${FACT_COLUMNS.join(', ')}, received_at_ms)
      SELECT n.*, $1::int8 FROM unnest(${parameters(FACT_FIRST, FACT_TYPES)}) n),
    standing AS (
      INSERT INTO open_row (${OPEN_COLUMNS}, reasons, first_at_ms, changed_at_ms)
      SELECT n.*, '{NOT_MATCHED,NOT_HOSPITAL_CONFIRMED}', $1::int8, $1::int8
        FROM unnest(${parameters(OPEN_FIRST, OPEN_TYPES)}) AS n(${OPEN_COLUMNS})
       ORDER BY n.settlement_id
      ON CONFLICT (settlement_id) DO UPDATE
         SET original_id = EXCLUDED.original_id, home_pool = EXCLUDED.home_pool,
             treatment_pool = EXCLUDED.treatment_pool, institution_code = EXCLUDED.institution_code,
             scheme = EXCLUDED.scheme, visit_kind = EXCLUDED.visit_kind, settled_at_ms = EXCLUDED.settled_at_ms,
             settled_period = EXCLUDED.settled_period, total_fen = EXCLUDED.total_fen,
             match_state = EXCLUDED.match_state, sides = EXCLUDED.sides, counted_side = EXCLUDED.counted_side,
             changed_at_ms = EXCLUDED.changed_at_ms),
    settled_difference AS (
      DELETE FROM match_difference WHERE settlement_id = ANY ($${DIFFERENCE_FIRST}::bytea[])),
    difference AS (
      INSERT INTO match_difference (settlement_id, field, treatment_value, home_value)
      SELECT n.* FROM unnest(${parameters(DIFFERENCE_FIRST + 1, ['bytea', 'text', 'text', 'text'])}) n
      ON CONFLICT (settlement_id, field) DO UPDATE
         SET treatment_value = EXCLUDED.treatment_value, home_value = EXCLUDED.home_value),
    ${deadLetterPart.sql(DEAD_FIRST)},
    ${offsetPart.sql(OFFSET_FIRST)}
    SELECT 1`,
};

export function standingArrays(standings: readonly Standing[]): unknown[] {
  const shown = standings.map((standing) => standing.shown);
  return [
    idArray(shown.map((fact) => fact.settlementId)),
    idArray(shown.map((fact) => fact.originalId)),
    textArray(shown.map((fact) => fact.homePool)),
    textArray(shown.map((fact) => fact.treatmentPool)),
    textArray(shown.map((fact) => fact.institutionCode)),
    textArray(shown.map((fact) => fact.scheme)),
    textArray(shown.map((fact) => fact.visitKind)),
    int8Array(shown.map((fact) => fact.settledAt)),
    int4Array(shown.map((fact) => periodOf(fact.settledAt))),
    int8Array(shown.map((fact) => fact.totalFen)),
    textArray(standings.map(({ state }) => state)),
    int2Array(standings.map(({ hasTreatment, hasHome }) => (hasTreatment ? 1 : 0) + (hasHome ? 2 : 0))),
    // Equal facts count as the treatment site's.
    int2Array(standings.map(({ state }) => (state === 'MATCHED' ? 1 : null))),
  ];
}

function differenceArrays(standings: readonly Standing[]): unknown[] {
  const rows = standings.flatMap(({ shown, differences }) =>
    differences.map((difference) => ({ id: shown.settlementId, ...difference })),
  );
  // Those that agree now, in all or in part; what still differs is written anew.
  const settled = standings.filter(({ state }) => state === 'MATCHED').map(({ shown }) => shown.settlementId);
  return [
    idArray(settled),
    idArray(rows.map((row) => row.id)),
    textArray(rows.map((row) => row.field)),
    textArray(rows.map((row) => row.treatment)),
    textArray(rows.map((row) => row.home)),
  ];
}

async function replaceFacts(tx: Queryable, replaced: readonly ArrivedFact[], nowMs: number): Promise<void> {
  const keys = [idArray(replaced.map(({ fact }) => fact.settlementId)), factArrays(replaced)[1]];
  await tx.query(
    `WITH gone AS (
       DELETE FROM fact USING unnest($1::bytea[], $2::int2[]) AS r(id, side)
        WHERE fact.settlement_id = r.id AND fact.side = r.side RETURNING fact.*)
     INSERT INTO fact_replaced SELECT gone.*, $3::int8 FROM gone`,
    [...keys, nowMs],
  );
  await tx.query(`DELETE FROM match_difference WHERE settlement_id = ANY ($1::bytea[])`, [keys[0]]);
  await tx.query(
    `INSERT INTO fact (${FACT_COLUMNS.join(', ')}, received_at_ms)
     SELECT n.*, $1::int8 FROM unnest(${parameters(FACT_FIRST, FACT_TYPES)}) n`,
    [nowMs, ...factArrays(replaced)],
  );
}
