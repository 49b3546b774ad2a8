import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { postgres, waitFor } from '@yijie/testkit';
import {
  boolArray,
  byteaArray,
  classifyFailure,
  connectPostgres,
  type Database,
  int2Array,
  int4Array,
  int8Array,
  migrate,
  textArray,
} from './index.ts';

let database: Database;
let url: string;

beforeAll(async () => {
  ({ url } = await postgres());
  database = open();
});

afterAll(() => database.close());

function open(overrides: { poolSize?: number; statementTimeoutMs?: number } = {}): Database {
  return connectPostgres({
    connectionString: url,
    applicationName: 'test',
    poolSize: 4,
    statementTimeoutMs: 10_000,
    connectTimeoutMs: 5_000,
    ...overrides,
  });
}

describe('binary arrays', () => {
  test('arrive as they were given, nulls and edges included', async () => {
    const { rows } = await database.query(
      `SELECT * FROM unnest($1::int8[], $2::int4[], $3::int2[], $4::bool[], $5::bytea[], $6::text[])
         AS t(a, b, c, d, e, f)`,
      [
        int8Array([Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, -1, null]),
        int4Array([2_147_483_647, -2_147_483_648, 0, null]),
        int2Array([32_767, -32_768, 0, null]),
        boolArray([true, false, true, null]),
        byteaArray([Buffer.from([0, 255]), Buffer.alloc(0), new Uint8Array([7]), null]),
        textArray(['易结', '', "'; --", null]),
      ],
    );
    expect(rows).toEqual([
      {
        a: Number.MAX_SAFE_INTEGER,
        b: 2_147_483_647,
        c: 32_767,
        d: true,
        e: Buffer.from([0, 255]),
        f: '易结',
      },
      { a: -Number.MAX_SAFE_INTEGER, b: -2_147_483_648, c: -32_768, d: false, e: Buffer.alloc(0), f: '' },
      { a: -1, b: 0, c: 0, d: true, e: Buffer.from([7]), f: "'; --" },
      { a: null, b: null, c: null, d: null, e: null, f: null },
    ]);
  });

  test('an empty array is an empty set', async () => {
    expect((await database.query('SELECT * FROM unnest($1::int8[])', [int8Array([])])).rows).toEqual([]);
  });
});

describe('types', () => {
  test('a bigint past 2^53 is refused, never rounded', async () => {
    await expect(database.query("SELECT '9007199254740993'::bigint")).rejects.toThrow('past 2^53');
  });

  test('a date is its text, whatever the time zone of the process', async () => {
    const { rows } = await database.query<{ d: string }>("SELECT date '2025-01-01' AS d");
    expect(rows[0]?.d).toBe('2025-01-01');
  });
});

describe('transaction', () => {
  test('rolls back when the work throws', async () => {
    await database.query('CREATE TABLE t1 (id int)');
    await expect(
      database.transaction(async (tx) => {
        await tx.query('INSERT INTO t1 VALUES (1)');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect((await database.query('SELECT 1 FROM t1')).count).toBe(0);
  });
});

describe('classifyFailure', () => {
  test('a second insert of a key is a conflict that names its constraint', async () => {
    await database.query('CREATE TABLE t2 (id int CONSTRAINT t2_only_once PRIMARY KEY)');
    await database.query('INSERT INTO t2 VALUES (1)');
    const error = await database.query('INSERT INTO t2 VALUES (1)').catch((cause) => cause);
    expect(classifyFailure(error)).toEqual({ kind: 'conflict', constraint: 't2_only_once' });
  });

  test('a connection that is ended under a statement leaves the outcome unknown', async () => {
    const other = open({ poolSize: 1 });
    const [{ pid } = { pid: 0 }] = (await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))
      .rows;
    const running = other.query('SELECT pg_sleep(60)').catch((cause) => cause);
    await database.query('SELECT pg_terminate_backend($1)', [pid]);
    expect(classifyFailure(await running)).toEqual({ kind: 'unknown' });
    await other.close();
  });

  test('a session that is ended between two statements fails at the next one and ends nothing else', async () => {
    await database.session(async (session) => {
      const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await database.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      const failure = await waitFor(() => session.query('SELECT 1').then(() => undefined, classifyFailure));
      expect(failure).toEqual({ kind: 'unknown' });
    });
    await database.ping();
  });

  test('a wrong statement is a fault', async () => {
    const error = await database.query('SELECT nothing FROM nowhere').catch((cause) => cause);
    expect(classifyFailure(error)).toEqual({ kind: 'fault' });
  });
});

describe('migrate', () => {
  const first = { name: '20260101T0000_first', sql: 'CREATE TABLE m (id int)' };
  const second = { name: '20260102T0000_second', sql: 'ALTER TABLE m ADD COLUMN note text' };

  test('applies what is missing once, also from four replicas at the same moment', async () => {
    const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(database, [second, first])));
    expect(applied.flat().sort()).toEqual([first.name, second.name]);
    await database.query('INSERT INTO m (id, note) VALUES (1, $1)', ['x']);
  });

  test('refuses a migration whose text changed after it was applied', async () => {
    await expect(migrate(database, [{ ...first, sql: 'SELECT 1' }])).rejects.toThrow('was changed');
  });

  test('a failing step leaves nothing behind', async () => {
    const broken = { name: '20260103T0000_broken', sql: 'CREATE TABLE half (id int); SELECT nothing' };
    await expect(migrate(database, [first, second, broken])).rejects.toThrow();
    expect((await database.query("SELECT to_regclass('half') AS half")).rows).toEqual([{ half: null }]);
  });
});
