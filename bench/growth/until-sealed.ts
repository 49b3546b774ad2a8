import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '@yijie/local-cluster/cluster';
import pg from 'pg';

/** Waits until the audit sealers have caught up with what was loaded: their work isn't part of a settlement's. */
export async function untilSealed({ treatmentDatabaseUrl, homeDatabaseUrl }: Cluster): Promise<void> {
  for (const connectionString of [treatmentDatabaseUrl, homeDatabaseUrl]) {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      for (;;) {
        const { rows } = await client.query<{ behind: string }>(
          `SELECT (SELECT count(*) FROM audit_entry) - coalesce((SELECT sum(row_count) FROM audit_head), 0) AS behind`,
        );
        if (Number(rows[0]?.behind) === 0) break;
        await sleep(1_000);
      }
    } finally {
      await client.end();
    }
  }
}
