import { type Queryable, textArray } from '@yijie/postgres';

/**
 * After a commit whose acknowledgement was lost: rows that this replica may have inserted without having learnt of it
 * go to the sweeper, which publishes them in order. Some may be published twice, which the receivers make harmless.
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
