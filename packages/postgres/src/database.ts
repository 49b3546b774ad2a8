/** A statement that is parsed and planned once per connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly sql: string;
}

/** The port of the database (a seam of the simulation). One call is one network round trip. */
export interface Queryable {
  query<Row = Record<string, unknown>>(
    statement: string | Statement,
    params?: readonly unknown[],
  ): Promise<QueryResult<Row>>;
}

export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  /** Rows changed or returned. */
  readonly count: number;
}

export interface Database extends Queryable {
  /** Runs `work` in one READ COMMITTED transaction; rolls back when it throws. */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
  /**
   * A connection of its own for as long as `work` runs: for session-level advisory locks. The lock is gone when
   * the connection is.
   */
  session<Result>(work: (session: Queryable) => Promise<Result>): Promise<Result>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
