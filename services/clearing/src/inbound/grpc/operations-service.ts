import { OperationsServiceService } from '@yijie/contracts/operations';
import type { DeadLetterDesk } from '@yijie/exchange';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import type { AuditReport } from '../../application/verify-audit.ts';

export interface OperationsParts {
  /** Asked for at each call: what processes messages again starts before this service does. */
  desk(): DeadLetterDesk;
  verifyAudit(fromBlock: number, untilBlock: number): Promise<AuditReport>;
}

export function operationsService({ desk, verifyAudit }: OperationsParts): UnaryService<Authorized> {
  return unaryService(OperationsServiceService, {
    listDeadLetters: (request) => desk().list(request),
    showDeadLetter: (request, { identity }) => desk().show(request, identity),
    redriveDeadLetter: (request, { identity }) => desk().redrive(request, identity),
    dropDeadLetter: (request, { identity }) => desk().drop(request, identity),
    async verifyAudit({ fromBlock, untilBlock }) {
      const report = await verifyAudit(fromBlock, untilBlock);
      return { ...report, findings: [...report.findings] };
    },
  });
}
