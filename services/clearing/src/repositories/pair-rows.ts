import {
  FUND_NAMES,
  isPlatform,
  NATIONAL_CENTRE,
  type PartyCode,
  type Period,
  type RunOwner,
} from '@yijie/clearing';
import type { Scheme, VisitKind } from '@yijie/codes';
import type { Queryable } from '@yijie/postgres';
import { fundColumn } from './runs/fund-columns.ts';
import { bookedBy } from './runs/run-deductions.ts';

export interface PairOfRun {
  readonly owner: RunOwner;
  readonly period: Period;
  readonly payer: PartyCode;
  readonly payee: PartyCode;
}

export interface PairCell {
  readonly scheme: Scheme;
  readonly visit_kind: VisitKind;
  readonly settled_period: number;
  readonly times: number;
  readonly clearing_fen: number;
  readonly deducted_fen: number;
}

export interface PairSettlement {
  readonly settlement_id: Buffer;
  readonly institution_code: string;
  readonly clearing_fen: number;
  readonly deducted_fen: number;
}

const sumOf = (alias: string) => FUND_NAMES.map((name) => `${alias}${fundColumn(name)}`).join(' + ');

/** What a run counts of a pair, as tables 10 and 11 add it up. */
export async function cellsOfPair(tx: Queryable, pair: PairOfRun): Promise<readonly PairCell[]> {
  const { rows } = await tx.query<PairCell>(
    `SELECT scheme, visit_kind, settled_period, sum(times)::int AS times, sum_fen(clearing_fen) AS clearing_fen,
            sum_fen(deducted_fen) AS deducted_fen
       FROM (SELECT scheme, visit_kind, settled_period, CASE WHEN original_id IS NULL THEN 1 ELSE -1 END AS times,
                    ${sumOf('r.')} AS clearing_fen, 0::bigint AS deducted_fen
               FROM cleared_row r WHERE ${ofPair(pair, 'r.')}
              UNION ALL
             SELECT r.scheme, r.visit_kind, r.settled_period, 0, 0, ${sumOf('d.')}
               FROM deduction d JOIN cleared_row r USING (settlement_id) WHERE ${ofPair(pair, 'd.')}) parts
      GROUP BY scheme, visit_kind, settled_period ORDER BY scheme, visit_kind, settled_period`,
    params(pair),
  );
  return rows;
}

/** The settlements behind it, by id, from after one on. */
export async function settlementsOfPair(
  tx: Queryable,
  pair: PairOfRun,
  { after, limit }: { readonly after: Buffer | undefined; readonly limit: number },
): Promise<readonly PairSettlement[]> {
  const { rows } = await tx.query<PairSettlement>(
    `SELECT settlement_id, institution_code, ${sumOf('r.')} AS clearing_fen,
            coalesce((SELECT sum_fen(${sumOf('d.')}) FROM deduction d
                       WHERE d.settlement_id = r.settlement_id AND ${bookedBy(pair.owner, 'd.')}), 0) AS deducted_fen
       FROM cleared_row r
      WHERE ${ofPair(pair, 'r.')} AND ($5::bytea IS NULL OR settlement_id > $5) ORDER BY settlement_id LIMIT ${limit}`,
    [...params(pair), after ?? null],
  );
  return rows;
}

function params({ owner, period, payer, payee }: PairOfRun): readonly unknown[] {
  return [period, owner, payer, payee];
}

/** $1 is the period, $2 the owner, $3 the payer, $4 the payee; a platform stands for every other province. */
function ofPair({ owner, payer, payee }: PairOfRun, alias: string): string {
  const booked = `${bookedBy(owner, alias)} AND $2::text IS NOT NULL`;
  const province = (side: string) => `substr(${alias}${side}_pool, 1, 2)`;
  if (owner === NATIONAL_CENTRE)
    return `${booked} AND ${province('home')} = left($3::text, 2) AND ${province('treatment')} = left($4::text, 2)`;
  const isAway = `${province('home')} <> ${province('treatment')}`;
  const home = isPlatform(payer) ? `$3::text IS NOT NULL AND ${isAway}` : `${alias}home_pool = $3::text`;
  const treatment = isPlatform(payee)
    ? `$4::text IS NOT NULL AND ${isAway}`
    : `${alias}treatment_pool = $4::text`;
  return `${booked} AND ${home} AND ${treatment}`;
}
