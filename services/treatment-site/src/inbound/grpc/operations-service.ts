import { OperationsServiceService } from '@yijie/contracts/operations';
import { type UnaryService, unaryService } from '@yijie/runtime';
import { type Authorized, callerName } from '@yijie/security';
import type { DeadLetterDesk } from '../../application/dead-letters.ts';
import { type AuditParts, verifyAudit } from '../../application/verify-audit.ts';

/** What operations staff and auditors call. */
export function operationsService(desk: DeadLetterDesk, audit: AuditParts): UnaryService<Authorized> {
  return unaryService(OperationsServiceService, {
    listDeadLetters: (request) => desk.list(request),
    showDeadLetter: (request, call) => desk.show(request, call.identity.scope.headersOnly === true),
    redriveDeadLetter: (request, call) => desk.redrive(request, callerName(call.identity.caller)),
    dropDeadLetter: (request, call) => desk.drop(request, callerName(call.identity.caller)),
    verifyAudit: (request) => verifyAudit(audit, request),
  });
}
