import type { PolicyInput } from '@yijie/policy';
import { byteaArray, type Queryable, type Statement } from '@yijie/postgres';

/** What a settlement was computed from. */
export interface SettlementInput {
  readonly treatmentPool: string;
  readonly institutionCode: string;
  readonly policyVersion: string;
  readonly policyInput: PolicyInput;
}

export const inputsStatement: Statement = {
  name: 'home_settlement_inputs',
  // A refund is explained by the settlement that it undoes.
  sql: `
    SELECT c.position::int, s.treatment_pool AS "treatmentPool", s.institution_code AS "institutionCode",
           s.policy_version AS "policyVersion", COALESCE(s.policy_input, o.policy_input) AS "policyInput"
      FROM unnest($1::bytea[]) WITH ORDINALITY AS c(settlement_id, position)
     CROSS JOIN LATERAL (SELECT * FROM settlement WHERE settlement_id = c.settlement_id LIMIT 1) s
      LEFT JOIN LATERAL (SELECT policy_input FROM settlement WHERE settlement_id = s.original_id LIMIT 1) o ON true`,
};

/** In the order of the ids; undefined where there is no such settlement. */
export async function settlementInputs(
  database: Queryable,
  settlementIds: readonly Uint8Array[],
): Promise<(SettlementInput | undefined)[]> {
  const { rows } = await database.query<SettlementInput & { position: number }>(inputsStatement, [
    byteaArray(settlementIds),
  ]);
  const found: (SettlementInput | undefined)[] = settlementIds.map(() => undefined);
  for (const row of rows) found[row.position - 1] = row;
  return found;
}
