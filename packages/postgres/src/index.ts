export type { Database, Queryable, QueryResult } from './database.ts';
