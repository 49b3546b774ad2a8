import type { RunOwner } from '@yijie/clearing';
import { YearClosed } from '@yijie/contracts/clearing';
import { clearingTopic } from '@yijie/exchange';
import { byteaArray, type Queryable, textArray } from '@yijie/postgres';

/**
 * Tells every home province, from the transaction that closes the year. Rows without an owner are the outbox sweeper's:
 * nobody waits for them.
 */
export async function announceClosedYear(
  tx: Queryable,
  { provinces, topicPrefix }: { readonly provinces: readonly RunOwner[]; readonly topicPrefix: string },
  { year, closedAtMs }: { readonly year: number; readonly closedAtMs: number },
): Promise<void> {
  await tx.query(
    `INSERT INTO exchange_outbox (owner, topic, key, kind, payload, created_at_ms)
     SELECT NULL, $1, province, 'fact', payload, $2 FROM unnest($3::text[], $4::bytea[]) AS r(province, payload)`,
    [
      clearingTopic(topicPrefix),
      closedAtMs,
      textArray(provinces),
      byteaArray(
        provinces.map((homeProvince) => YearClosed.encode({ year, homeProvince, closedAtMs }).finish()),
      ),
    ],
  );
}
