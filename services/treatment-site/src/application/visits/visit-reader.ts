import type { BillLine } from '@yijie/catalogue';
import { createBatcher, type Database } from '@yijie/postgres';
import type { Visit } from '../../core/visit.ts';
import { loadVisits } from '../../repositories/load-visits.ts';
import { loadUploads } from '../../repositories/visit-calls.ts';
import { countingLines } from './charge-lines.ts';

/** Reads single visits, many at a time. */
export interface VisitReader {
  find(institutionCode: string, visitId: Buffer | undefined): Promise<Visit | undefined>;
  /** The charge lines of a visit as they stand. */
  storedLines(visitId: Buffer): Promise<readonly BillLine[]>;
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
    async storedLines(visitId) {
      const uploads = await loadUploads(database, [visitId]);
      return uploads.flatMap((upload) => countingLines(upload.bytes, upload.ranges));
    },
  };
}
