import type { OutboxRelay, OutboxRow } from '@yijie/exchange';
import type { Queryable } from '@yijie/postgres';
import type { Clock } from '@yijie/runtime';

const POLL_MS = 20;

/**
 * After a commit whose acknowledgement was lost: publishes rows that stand under this replica's number although it
 * doesn't know of them. Nothing else is being stored meanwhile; once the memory is empty, what is left is exactly
 * those (and a few just published, which the receivers' inboxes take twice without harm).
 */
export async function adoptOwnRows(database: Queryable, relay: OutboxRelay, clock: Clock): Promise<void> {
  while (relay.backlog().rows > 0) await clock.sleep(POLL_MS);
  const { rows } = await database.query<OutboxRow & { outboxId: number }>(
    `SELECT outbox_id AS "outboxId", topic, key, partition, kind, payload, trace_parent AS "traceParent"
       FROM exchange_outbox WHERE owner = $1 ORDER BY outbox_id`,
    [relay.owner],
  );
  relay.publish(rows.map((row) => ({ ...row, mine: true })));
}
