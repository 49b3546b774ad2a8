import { DiagnosisServiceService } from '@yijie/contracts/diagnosis';
import { refuse } from '@yijie/errors';
import type { Database } from '@yijie/postgres';
import { type Clock, type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { diagnose } from '../../application/settling/diagnose.ts';
import { callerPool } from './caller-pool.ts';

/** The home agency asks here why one of its own calls, or a message about its people, failed. */
export function diagnosisService(parts: {
  readonly database: Database;
  readonly clock: Clock;
}): UnaryService<Authorized> {
  return unaryService(DiagnosisServiceService, {
    diagnose(request, { identity }) {
      // Hospitals and treatment agencies ask their own site, which knows the visit.
      const isOutside = identity.scope.rows === 'own' || identity.scope.rows === 'treatment-pool';
      if (isOutside && request.subject?.$case !== 'code') return refuse('DGN-UNKNOWN');
      return diagnose(parts, request, isOutside ? '' : callerPool(identity));
    },
  });
}
