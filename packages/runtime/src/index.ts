export type { Clock, Ids, LogFields, Logger, Random } from './ports.ts';
