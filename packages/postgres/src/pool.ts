import pg from 'pg';
import type { Database, Queryable, QueryResult, Statement } from './database.ts';
import { exactInteger } from './exact-integer.ts';

export interface PostgresOptions {
  readonly connectionString: string;
  readonly applicationName: string;
  readonly poolSize: number;
  /** A statement running longer is cancelled by the server. */
  readonly statementTimeoutMs: number;
  /** How long a call waits for a free connection before it fails. */
  readonly connectTimeoutMs: number;
  readonly ssl?: { readonly ca: string; readonly rejectUnauthorized: true } | undefined;
  /** Told about connections that break while idle; the pool replaces them by itself. */
  readonly onIdleError?: ((error: Error) => void) | undefined;
}

const INT8 = 20;
const DATE = 1082;

/** bigint becomes an exact number, a date stays the text `YYYY-MM-DD` (never a JS Date at local midnight). */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return exactInteger;
    if (oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format as 'text');
  },
};

export function connectPostgres(options: PostgresOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    application_name: options.applicationName,
    max: options.poolSize,
    statement_timeout: options.statementTimeoutMs,
    connectionTimeoutMillis: options.connectTimeoutMs,
    keepAlive: true,
    types,
    ...(options.ssl ? { ssl: options.ssl } : {}),
  });
  pool.on('error', (error) => options.onIdleError?.(error));
  // The pool listens to idle connections alone. One that breaks between two statements of a transaction or a session
  // would end the process: its next statement fails, and that is enough.
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PooledDatabase(pool);
}

class PooledDatabase implements Database {
  private readonly pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.pool = pool;
  }

  async query<Row>(
    statement: string | Statement,
    params: readonly unknown[] = [],
  ): Promise<QueryResult<Row>> {
    return run<Row>(this.pool, statement, params);
  }

  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(asQueryable(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // A connection that can't even roll back is thrown away, and its transaction with it.
      await client.query('ROLLBACK').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async session<Result>(work: (session: Queryable) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    try {
      return await work(asQueryable(client));
    } finally {
      client.release(true);
    }
  }

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

function asQueryable(client: pg.ClientBase): Queryable {
  return { query: (statement, params = []) => run(client, statement, params) };
}

async function run<Row>(
  target: pg.Pool | pg.ClientBase,
  statement: string | Statement,
  params: readonly unknown[],
): Promise<QueryResult<Row>> {
  const values = params as unknown[];
  const result =
    typeof statement === 'string'
      ? await target.query(statement, values)
      : await target.query({ name: statement.name, text: statement.sql, values });
  return { rows: (result.rows ?? []) as Row[], count: result.rowCount ?? 0 };
}
