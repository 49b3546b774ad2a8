import { createBatcher, type Database } from '@yijie/postgres';
import type { Visit } from '../core/visit.ts';
import { loadVisits } from '../repositories/load-visits.ts';

/** Reads single visits, many at a time. */
export interface VisitReader {
  find(institutionCode: string, visitId: Buffer | undefined): Promise<Visit | undefined>;
}

const BATCH_MAX = 256;

export function createVisitReader(database: Database): VisitReader {
  const batcher = createBatcher<{ institutionCode: string; visitId: Buffer }, Visit | undefined>({
    batchMax: BATCH_MAX,
    flush: (items) => loadVisits(database, items),
  });
  return {
    find: async (institutionCode, visitId) =>
      visitId === undefined ? undefined : batcher.add({ institutionCode, visitId }),
  };
}
