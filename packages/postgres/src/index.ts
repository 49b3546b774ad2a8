export { type Batcher, type BatcherOptions, createBatcher } from './batcher.ts';
export { boolArray, byteaArray, int2Array, int4Array, int8Array, textArray } from './binary-array.ts';
export type { Database, Queryable, QueryResult, Statement } from './database.ts';
export { exactInteger } from './exact-integer.ts';
export { classifyFailure, type DatabaseFailure } from './failure.ts';
export { withIndexScans } from './index-scans.ts';
export { type Migration, migrate, readMigrations } from './migrate.ts';
export { withPlannerSettings } from './planner-settings.ts';
export { connectPostgres, type PostgresOptions } from './pool.ts';
