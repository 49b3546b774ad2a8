import type { RegionCode } from '@yijie/codes';
import type { PackData } from './pack-schema.ts';

/** A pack as read and checked; `version` is what settlements quote. */
export interface Pack extends Omit<PackData, 'homePool'> {
  readonly homePool: RegionCode;
  readonly version: string;
}
