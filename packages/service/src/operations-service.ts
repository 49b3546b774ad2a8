import { OperationsServiceService } from '@yijie/contracts/operations';
import type { DeadLetterDesk } from '@yijie/exchange';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { type AuditParts, reportAudit } from './report-audit.ts';

export interface OperationsParts {
  /** Asked for at each call: what processes messages again starts after the calls are put together. */
  desk(): DeadLetterDesk;
  readonly audit: AuditParts;
}

/** What agencies, operations staff and auditors call, alike in every service. */
export function operationsService({ desk, audit }: OperationsParts): UnaryService<Authorized> {
  return unaryService(OperationsServiceService, {
    listDeadLetters: (request) => desk().list(request),
    showDeadLetter: (request, { identity }) => desk().show(request, identity),
    redriveDeadLetter: (request, { identity }) => desk().redrive(request, identity),
    dropDeadLetter: (request, { identity }) => desk().drop(request, identity),
    verifyAudit: (request) => reportAudit(audit, request),
  });
}
