import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** A whole table in COPY's binary form, in memory. */
export async function copyOut(databaseUrl: string, table: string): Promise<readonly Buffer[]> {
  return withClient(databaseUrl, async (client) => {
    const chunks: Buffer[] = [];
    for await (const chunk of client.query(copyTo(`COPY ${table} TO STDOUT (FORMAT binary)`)))
      chunks.push(chunk as Buffer);
    return chunks;
  });
}

export async function copyIn(databaseUrl: string, table: string, rows: readonly Buffer[]): Promise<void> {
  await withClient(databaseUrl, (client) =>
    pipeline(Readable.from(rows), client.query(copyFrom(`COPY ${table} FROM STDIN (FORMAT binary)`))),
  );
}

async function withClient<Result>(
  connectionString: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
