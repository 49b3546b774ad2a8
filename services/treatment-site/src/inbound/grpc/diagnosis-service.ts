import { DiagnosisServiceService } from '@yijie/contracts/diagnosis';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { diagnose } from '../../application/diagnosis/diagnose.ts';
import type { Site } from '../../application/site.ts';
import { callerOf } from './caller-of.ts';

/** Whoever helps at a desk asks here why something failed. */
export function diagnosisService(site: Site): UnaryService<Authorized> {
  return unaryService(DiagnosisServiceService, {
    diagnose: (request, call) => diagnose(site, request, callerOf(call)),
  });
}
