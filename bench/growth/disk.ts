import type { Cluster } from '@yijie/local-cluster/cluster';
import pg from 'pg';

export interface Disk {
  readonly treatmentBytes: number;
  readonly homeBytes: number;
  /** Tables with their indexes and large values, largest first. */
  readonly tables: Readonly<Record<string, number>>;
}

export async function diskUsed({ treatmentDatabaseUrl, homeDatabaseUrl }: Cluster): Promise<Disk> {
  const [treatment, home] = [await sizes(treatmentDatabaseUrl), await sizes(homeDatabaseUrl)];
  const tables = [
    ...treatment.tables.map(([name, bytes]) => [`treatment.${name}`, bytes] as const),
    ...home.tables.map(([name, bytes]) => [`home.${name}`, bytes] as const),
  ].sort((a, b) => b[1] - a[1]);
  return {
    treatmentBytes: treatment.bytes,
    homeBytes: home.bytes,
    tables: Object.fromEntries(tables.slice(0, 12)),
  };
}

async function sizes(connectionString: string): Promise<{ bytes: number; tables: [string, number][] }> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const whole = await client.query<{ bytes: string }>(
      'SELECT pg_database_size(current_database()) AS bytes',
    );
    const { rows } = await client.query<{ name: string; bytes: string }>(
      `SELECT relname AS name, pg_total_relation_size(oid) AS bytes FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 2 DESC LIMIT 12`,
    );
    return {
      bytes: Number(whole.rows[0]?.bytes),
      tables: rows.map(({ name, bytes }) => [name, Number(bytes)]),
    };
  } finally {
    await client.end();
  }
}
