import { ReferenceServiceService } from '@yijie/contracts/reference';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import {
  checkReference,
  diffReference,
  listReferenceVersions,
  loadReference,
} from '../../application/reference/reference-calls.ts';
import type { Site } from '../../application/site.ts';
import { callerOf } from './caller-of.ts';

/** Versions of the reference data: checked and compared by those who make them, loaded by operations. */
export function referenceService(site: Site): UnaryService<Authorized> {
  return unaryService(ReferenceServiceService, {
    checkReference: ({ folder }) => checkReference(site, folder),
    diffReference: ({ folder }) => diffReference(site, folder),
    loadReference: ({ folder }, call) => loadReference(site, folder, callerOf(call)),
    listReferenceVersions: () => listReferenceVersions(site),
  });
}
