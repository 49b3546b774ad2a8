import { isPlatform, NATIONAL_CENTRE, type PartyCode, type Period, type RunOwner } from '@yijie/clearing';
import type { Queryable } from '@yijie/postgres';
import { bookedBy } from './run-deductions.ts';

/** Of the settlements named, those that aren't rows of the party in this run. */
export async function rowsOutsideParty(
  tx: Queryable,
  owner: RunOwner,
  period: Period,
  party: PartyCode,
  settlementIds: readonly string[],
): Promise<readonly string[]> {
  const own = owner === NATIONAL_CENTRE ? [period] : [period, owner];
  const { rows } = await tx.query<{ settlement_id: Buffer }>(
    `SELECT settlement_id FROM cleared_row r
      WHERE ${bookedBy(owner, 'r.')} AND settlement_id = ANY($3::bytea[]) AND ($2::text IS NOT NULL)
        AND ${partyOf(owner, party, 'r.', 4)}`,
    [own[0], own[1] ?? owner, settlementIds.filter(isId).map((id) => Buffer.from(id, 'hex')), party],
  );
  const found = new Set(rows.map((row) => row.settlement_id.toString('hex')));
  return settlementIds.filter((id) => !found.has(id));
}

/** Rows in which a party of an owner's run pays or receives; $`at` is the party. */
export function partyOf(owner: RunOwner, party: PartyCode, alias: string, at: number): string {
  if (owner === NATIONAL_CENTRE) return `$${at}::text IN (${alias}home_province, ${alias}treatment_province)`;
  if (isPlatform(party))
    return `($${at}::text IS NOT NULL AND ${alias}home_province <> ${alias}treatment_province)`;
  return `$${at}::text IN (${alias}home_pool, ${alias}treatment_pool)`;
}

function isId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
