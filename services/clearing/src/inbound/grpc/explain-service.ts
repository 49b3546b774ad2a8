import { ExplainServiceService } from '@yijie/contracts/clearing';
import { refuse } from '@yijie/errors';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { explainNoticeLine } from '../../application/explain-notice-line.ts';
import type { RunDesk } from '../../application/runs/run-desk.ts';
import { scheme, visitKind } from '../../wire/words.ts';
import { writeDeduction } from '../../wire/write-deduction.ts';
import { writeNotice, writeNoticeLine } from '../../wire/write-notice.ts';
import { refuseReading } from './acting-for.ts';

/** From an amount that is to be paid to the settlements behind it. */
export function explainService(desk: RunDesk): UnaryService<Authorized> {
  return unaryService(ExplainServiceService, {
    async explainNoticeLine({ noticeNo, lineNo, after }, { identity }) {
      if (after !== '' && !/^[0-9a-f]{32}$/.test(after))
        return refuse('FRM-VALUE', { field: 'after', value: after });
      const explained = await explainNoticeLine(desk, { noticeNo, lineNo, after });
      if (!explained.ok) return explained;
      const { notice, steps, cells, deductions, settlements, next } = explained;
      const refusal = refuseReading(identity, notice.notice.runOwner, notice.notice.party);
      if (refusal !== undefined) return refusal;
      return {
        notice: writeNotice(notice, undefined),
        line: writeNoticeLine(notice, lineNo),
        steps: [...steps],
        cells: cells.map((cell) => ({
          scheme: scheme.wire(cell.scheme),
          visitKind: visitKind.wire(cell.visit_kind),
          settledPeriod: cell.settled_period,
          times: cell.times,
          clearingFen: cell.clearing_fen,
          deductedFen: cell.deducted_fen,
        })),
        deductions: deductions.map(writeDeduction),
        settlements: settlements.map((row) => ({
          settlementId: row.settlement_id.toString('hex'),
          institutionCode: row.institution_code,
          clearingFen: row.clearing_fen,
          deductedFen: row.deducted_fen,
        })),
        next,
      };
    },
  });
}
