/** The port of the database (seam of the simulation). One statement is one network round trip. */
export interface Queryable {
  query<Row = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<QueryResult<Row>>;
}

export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  /** Rows changed or returned. */
  readonly count: number;
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction; rolls back when it throws. READ COMMITTED. */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
