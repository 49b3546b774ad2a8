import pg from 'pg';
import type { ReceivedRecord, TopicSpec } from '../bus.ts';
import { BusError } from '../bus-error.ts';
import type { PlacedRecord } from '../publish-queue.ts';
import type { FetchedPartition, ReadPosition } from '../read-positions.ts';
import { checkPartitions } from '../topic-check.ts';
import type { PartitionBounds } from '../topic-offsets.ts';
import { schemaSql } from './schema.ts';

const fetchedMax = 500;
const deletedAtOnce = 10_000;

/** The tables of the log: append, read, topics. */
export class PostgresLog {
  readonly #pool: pg.Pool;
  readonly #schema: string;

  constructor(connectionString: string, schema: string) {
    if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new BusError(`"${schema}" is no name for a schema.`);
    this.#schema = schema;
    this.#pool = new pg.Pool({ connectionString, max: 4, connectionTimeoutMillis: 3_000 });
    // An idle connection that breaks is replaced by the next query, which reports what is wrong.
    this.#pool.on('error', () => {});
  }

  async createTables(): Promise<void> {
    await this.#transaction(async (client) => {
      await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${this.#schema}/create`]);
      await client.query(schemaSql(this.#schema));
    });
  }

  async ensureTopic(topic: TopicSpec): Promise<void> {
    const { name, partitions, retentionMs } = topic;
    await this.#transaction(async (client) => {
      await client.query(
        `insert into ${this.#schema}.topic (name, partitions, retention_ms) values ($1, $2, $3) on conflict do nothing`,
        [name, partitions, retentionMs ?? null],
      );
      const found = await client.query<{ partitions: number }>(
        `select partitions from ${this.#schema}.topic where name = $1`,
        [name],
      );
      checkPartitions(topic, found.rows[0]?.partitions ?? 0);
      await client.query(
        `insert into ${this.#schema}.head (topic, partition) select $1, generate_series(0, $2 - 1) on conflict do nothing`,
        [name, partitions],
      );
    });
  }

  async partitions(topic: string): Promise<number> {
    const sql = `select partitions from ${this.#schema}.topic where name = $1`;
    const { rows } = await this.#pool.query<{ partitions: number }>(sql, [topic]);
    if (rows[0] === undefined) throw new BusError(`There is no topic ${topic}.`);
    return rows[0].partitions;
  }

  async append(topic: string, records: readonly PlacedRecord[]): Promise<void> {
    await this.#pool.query(`select ${this.#schema}.publish($1, $2, $3, $4, $5)`, [
      topic,
      records.map(({ partition }) => partition),
      records.map(({ key }) => key),
      records.map(({ value }) => Buffer.from(value.buffer, value.byteOffset, value.byteLength)),
      records.map(({ headers }) => encodeHeaders(headers)),
    ]);
  }

  /** What comes at and after each position; positions without a new record are left out. */
  async read(positions: readonly ReadPosition[]): Promise<readonly FetchedPartition[]> {
    const { rows } = await this.#pool.query<RecordRow>({
      name: `${this.#schema}.read`,
      text: `
        select p.topic, p.partition, p.from_offset, h.next_offset, r."offset", r.key, r.value, r.headers,
               (extract(epoch from r.appended_at) * 1000)::bigint as appended_ms
        from unnest($1::text[], $2::int[], $3::bigint[]) as p (topic, partition, from_offset)
        join ${this.#schema}.head h on h.topic = p.topic and h.partition = p.partition
        cross join lateral (
          select * from ${this.#schema}.record r
          where r.topic = p.topic and r.partition = p.partition and r."offset" >= p.from_offset
          order by r."offset" limit ${fetchedMax}
        ) r
        order by p.topic, p.partition, r."offset"`,
      values: [
        positions.map(({ topic }) => topic),
        positions.map(({ partition }) => partition),
        positions.map(({ offset }) => String(offset)),
      ],
    });
    return byPartition(rows);
  }

  async bounds(topic: string): Promise<readonly PartitionBounds[]> {
    const { rows } = await this.#pool.query<{ partition: number; earliest: string; next_offset: string }>(
      `select h.partition, h.next_offset,
              coalesce((select min(r."offset") from ${this.#schema}.record r
                        where r.topic = h.topic and r.partition = h.partition), h.next_offset) as earliest
       from ${this.#schema}.head h where h.topic = $1`,
      [topic],
    );
    return rows.map(({ partition, earliest, next_offset }) => ({
      partition,
      earliest: BigInt(earliest),
      end: BigInt(next_offset),
    }));
  }

  /** Deletes some of the records past their topic's retention; true when there may be more. */
  async deleteOld(): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `delete from ${this.#schema}.record r using (
         select r.topic, r.partition, r."offset" from ${this.#schema}.topic t
         join ${this.#schema}.record r on r.topic = t.name
         where r.appended_at < now() - t.retention_ms * interval '1 millisecond' limit ${deletedAtOnce}
       ) old where r.topic = old.topic and r.partition = old.partition and r."offset" = old."offset"`,
    );
    return (rowCount ?? 0) === deletedAtOnce;
  }

  async ping(): Promise<void> {
    await this.#pool.query('select 1');
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #transaction(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw error;
    } finally {
      client.release();
    }
  }
}

interface RecordRow {
  readonly topic: string;
  readonly partition: number;
  readonly from_offset: string;
  readonly next_offset: string;
  readonly offset: string;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly appended_ms: string;
}

function byPartition(rows: readonly RecordRow[]): FetchedPartition[] {
  const fetched: (FetchedPartition & { records: ReceivedRecord[]; nextOffset: bigint })[] = [];
  for (const row of rows) {
    const offset = BigInt(row.offset);
    let current = fetched.at(-1);
    if (current?.topic !== row.topic || current.partition !== row.partition) {
      current = {
        topic: row.topic,
        partition: row.partition,
        readFrom: BigInt(row.from_offset),
        highWatermark: BigInt(row.next_offset),
        nextOffset: offset,
        records: [],
      };
      fetched.push(current);
    }
    current.records.push({
      key: row.key,
      value: row.value,
      headers: decodeHeaders(row.headers),
      offset,
      timestampMs: Number(row.appended_ms),
    });
    current.nextOffset = offset + 1n;
  }
  return fetched;
}

function encodeHeaders(headers: Readonly<Record<string, Uint8Array>>): string {
  const encoded: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) encoded[name] = Buffer.from(value).toString('base64');
  return JSON.stringify(encoded);
}

function decodeHeaders(encoded: Readonly<Record<string, string>>): Record<string, Uint8Array> {
  const headers: Record<string, Uint8Array> = {};
  for (const [name, value] of Object.entries(encoded)) headers[name] = Buffer.from(value, 'base64');
  return headers;
}
