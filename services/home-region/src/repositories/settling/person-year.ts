import type { Scheme } from '@yijie/codes';
import { fen } from '@yijie/money';
import type { Accumulators } from '@yijie/policy';
import type { Queryable, Statement } from '@yijie/postgres';
import type { AccountState, AccumulatorState } from '../../core/settling/person-state.ts';

export interface YearOfPerson {
  readonly personToken: string;
  readonly scheme: Scheme;
  readonly benefitYear: string;
}

export interface PersonYear {
  readonly accumulator: AccumulatorState;
  readonly account: AccountState;
}

const newest: Statement = {
  name: 'home_person_year',
  sql: `SELECT e.ordinal, e.values_after, a.ordinal AS account_ordinal, a.own_fen, a.family_fen
          FROM (SELECT 1) one
          LEFT JOIN LATERAL (SELECT ordinal, values_after FROM accumulator_entry
                              WHERE person_token = $1 AND scheme = $2 AND benefit_year = $3
                              ORDER BY ordinal DESC LIMIT 1) e ON true
          LEFT JOIN LATERAL (SELECT ordinal, own_fen, family_fen FROM account_entry
                              WHERE person_token = $1 ORDER BY ordinal DESC LIMIT 1) a ON true`,
};

/** What the person used of the year and has left in the account, for decisions off the hot path. */
export async function personYear(tx: Queryable, of: YearOfPerson): Promise<PersonYear> {
  const { rows } = await tx.query<Row>(newest, [of.personToken, of.scheme, of.benefitYear]);
  const row = rows[0];
  return {
    accumulator: { ordinal: row?.ordinal ?? 0, values: row?.values_after ?? {} },
    account: {
      ordinal: row?.account_ordinal ?? 0,
      ownFen: fen(row?.own_fen ?? 0),
      familyFen: fen(row?.family_fen ?? 0),
    },
  };
}

/**
 * Appends the next entry of the year, and of the account when it moved. A settlement that was there first has taken the
 * ordinal: the transaction fails on the primary key and is decided anew.
 */
export async function appendPersonYear(
  tx: Queryable,
  of: YearOfPerson,
  movedBy: Uint8Array,
  accumulator: AccumulatorState,
  account: AccountState | undefined,
): Promise<void> {
  await tx.query(
    `INSERT INTO accumulator_entry (person_token, scheme, benefit_year, ordinal, values_after, settlement_id)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      of.personToken,
      of.scheme,
      of.benefitYear,
      accumulator.ordinal,
      JSON.stringify(accumulator.values),
      movedBy,
    ],
  );
  if (account === undefined) return;
  await tx.query(
    `INSERT INTO account_entry (person_token, ordinal, own_fen, family_fen, settlement_id)
     VALUES ($1, $2, $3, $4, $5)`,
    [of.personToken, account.ordinal, account.ownFen, account.familyFen, movedBy],
  );
}

interface Row {
  readonly ordinal: number | null;
  readonly values_after: Accumulators | null;
  readonly account_ordinal: number | null;
  readonly own_fen: number | null;
  readonly family_fen: number | null;
}
