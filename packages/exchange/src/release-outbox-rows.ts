import { type Queryable, textArray } from '@yijie/postgres';

/**
 * Hands rows that this replica may have inserted, without having learnt that it did, to the sweeper. Rows that still
 * wait in memory may be among them: they are published twice then, which the receivers make harmless.
 */
export async function releaseOutboxRows(
  database: Queryable,
  owner: number,
  keys: readonly string[],
): Promise<void> {
  await database.query(
    'UPDATE exchange_outbox SET owner = NULL WHERE owner = $1 AND key = ANY ($2::text[])',
    [owner, textArray(keys)],
  );
}
