import { OperationsServiceService } from '@yijie/contracts/operations';
import type { DeadLetterDesk } from '@yijie/exchange';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { type AuditParts, verifyAudit } from '../../application/verify-audit.ts';

/** What agencies, operations staff and auditors call. */
export function operationsService(deadLetters: DeadLetterDesk, audit: AuditParts): UnaryService<Authorized> {
  return unaryService(OperationsServiceService, {
    listDeadLetters: (request) => deadLetters.list(request),
    showDeadLetter: (request, { identity }) => deadLetters.show(request, identity),
    redriveDeadLetter: (request, { identity }) => deadLetters.redrive(request, identity),
    dropDeadLetter: (request, { identity }) => deadLetters.drop(request, identity),
    verifyAudit: (request) => verifyAudit(audit, request),
  });
}
