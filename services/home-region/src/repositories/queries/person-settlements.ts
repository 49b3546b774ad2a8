import type { VisitKind } from '@yijie/codes';
import type { Queryable, Statement } from '@yijie/postgres';

/** A settlement or refund as its person sees it. */
export interface PersonSettlement {
  readonly settlementId: Buffer;
  readonly personToken: string;
  readonly originalId: Buffer | null;
  readonly refundId: Buffer | null;
  readonly settledAtMs: number;
  readonly visitKind: VisitKind;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly benefitYear: string;
  readonly policyVersion: string;
  readonly totalFen: number;
  readonly fundFen: number;
  readonly accountFen: number;
  readonly cashFen: number;
  readonly correctedFen: number;
  /** The first answer, with shares and layers. */
  readonly reply: Buffer;
}

/** Whose settlements may be looked at: a pool's people, or one person's own. */
export interface SettlementReader {
  readonly pool?: string | undefined;
  readonly personToken?: string | undefined;
}

const COLUMNS = `
  s.settlement_id AS "settlementId", s.person_token AS "personToken", s.original_id AS "originalId",
  (SELECT r.settlement_id FROM settlement r WHERE r.original_id = s.settlement_id LIMIT 1) AS "refundId",
  s.settled_at_ms AS "settledAtMs", s.visit_kind AS "visitKind", s.treatment_pool AS "treatmentPool",
  s.institution_code AS "institutionCode", s.benefit_year AS "benefitYear", s.policy_version AS "policyVersion",
  s.total_fen AS "totalFen",
  s.pool_fund_fen + s.large_amount_fen + s.serious_illness_fen + s.civil_servant_fen + s.enterprise_supplement_fen
    + s.medical_aid_fen + s.other_fund_fen AS "fundFen",
  s.own_account_fen + s.family_account_fen AS "accountFen", s.personal_cash_fen AS "cashFen",
  (SELECT COALESCE(sum(k.net_fen), 0)::int8 FROM correction k
    WHERE k.settlement_id = s.settlement_id AND k.state IN ('APPROVED', 'CLOSED', 'PAID')) AS "correctedFen",
  b.reply`;

/** Where a page goes on. */
export interface SettlementPlace {
  readonly settledAtMs: number;
  readonly settlementId: Uint8Array;
}

/**
 * Newest first. A person's chains of accumulators name everything that was settled for them, so what is read depends
 * on the person and not on what is stored.
 */
export const personSettlementsStatement: Statement = {
  name: 'home_person_settlements',
  sql: `
    SELECT ${COLUMNS}
      FROM (SELECT s.* FROM accumulator_entry e JOIN settlement s ON s.settlement_id = e.settlement_id
             WHERE e.person_token = $1 AND ($2::text IS NULL OR s.home_pool = $2)
               AND (s.settled_at_ms, s.settlement_id) < ($3::int8, $4::bytea)
             ORDER BY s.settled_at_ms DESC, s.settlement_id DESC LIMIT $5) s
      JOIN LATERAL (SELECT reply FROM inbox WHERE command_id = s.settlement_id LIMIT 1) b ON true
     ORDER BY s.settled_at_ms DESC, s.settlement_id DESC`,
};

export async function personSettlements(
  database: Queryable,
  personToken: string,
  pool: string | undefined,
  after: SettlementPlace | undefined,
  limit: number,
): Promise<readonly PersonSettlement[]> {
  const { rows } = await database.query<PersonSettlement>(personSettlementsStatement, [
    personToken,
    pool ?? null,
    after?.settledAtMs ?? Number.MAX_SAFE_INTEGER,
    after?.settlementId ?? Buffer.alloc(0),
    limit,
  ]);
  return rows;
}

/** Somebody else's settlement looks like none at all. */
export async function visibleSettlement(
  database: Queryable,
  settlementId: Uint8Array,
  reader: SettlementReader,
): Promise<PersonSettlement | undefined> {
  const { rows } = await database.query<PersonSettlement>(
    `SELECT ${COLUMNS} FROM settlement s
       JOIN LATERAL (SELECT reply FROM inbox WHERE command_id = s.settlement_id LIMIT 1) b ON true
      WHERE s.settlement_id = $1 AND ($2::text IS NULL OR s.home_pool = $2)
        AND ($3::text IS NULL OR s.person_token = $3)`,
    [settlementId, reader.pool ?? null, reader.personToken ?? null],
  );
  return rows[0];
}

/** What a benefit year has come to. */
export interface PersonYearCosts {
  readonly personTimes: number;
  readonly totalFen: number;
  readonly fundFen: number;
  readonly accountFen: number;
  readonly cashFen: number;
  readonly correctedFen: number;
  readonly reimbursedFen: number;
  readonly accumulators: Readonly<Record<string, number>>;
}

export const personYearStatement: Statement = {
  name: 'home_person_year_costs',
  sql: `
    SELECT COALESCE(sum(CASE WHEN s.original_id IS NULL THEN 1 ELSE -1 END), 0)::int AS "personTimes",
           COALESCE(sum(s.total_fen), 0)::int8 AS "totalFen",
           COALESCE(sum(s.total_fen - s.own_account_fen - s.family_account_fen - s.personal_cash_fen
                        - s.hospital_part_fen), 0)::int8 AS "fundFen",
           COALESCE(sum(s.own_account_fen + s.family_account_fen), 0)::int8 AS "accountFen",
           COALESCE(sum(s.personal_cash_fen), 0)::int8 AS "cashFen",
           COALESCE(sum((SELECT sum(k.net_fen) FROM correction k
                          WHERE k.settlement_id = s.settlement_id AND k.state IN ('APPROVED', 'CLOSED', 'PAID'))),
                    0)::int8 AS "correctedFen",
           (SELECT COALESCE(sum(c.payable_fen), 0)::int8 FROM reimbursement c
             WHERE c.person_token = $1 AND c.benefit_year = $3) AS "reimbursedFen",
           COALESCE((SELECT n.values_after FROM accumulator_entry n
                      WHERE n.person_token = $1 AND n.scheme = $2 AND n.benefit_year = $3
                      ORDER BY n.ordinal DESC LIMIT 1), '{}') AS accumulators
      FROM accumulator_entry e
      JOIN settlement s ON s.settlement_id = e.settlement_id
     WHERE e.person_token = $1 AND e.scheme = $2 AND e.benefit_year = $3`,
};

export async function personYearCosts(
  database: Queryable,
  personToken: string,
  scheme: string,
  benefitYear: string,
): Promise<PersonYearCosts> {
  const { rows } = await database.query<PersonYearCosts>(personYearStatement, [
    personToken,
    scheme,
    benefitYear,
  ]);
  return rows[0] as PersonYearCosts;
}
