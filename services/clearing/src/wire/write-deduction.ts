import { localDateToNumber } from '@yijie/calendar';
import { sumFunds } from '@yijie/clearing';
import type { Deduction as WireDeduction } from '@yijie/contracts/clearing';
import type { StoredDeduction } from '../repositories/deductions/deductions.ts';

export function writeDeduction(deduction: StoredDeduction): WireDeduction {
  const { period, clearedPeriod } = deduction;
  const isStageA = period === undefined ? clearedPeriod === undefined : period === clearedPeriod;
  return {
    deductId: deduction.deductId,
    settlementId: deduction.settlementId,
    funds: deduction.funds,
    amountFen: sumFunds(deduction.funds),
    reason: deduction.reason,
    reasonText: deduction.reasonText,
    source: deduction.source,
    evidenceNo: deduction.evidenceNo,
    stage: isStageA ? 'A' : 'B',
    origPeriod: clearedPeriod ?? 0,
    period: period ?? 0,
    decidedBy: deduction.decidedBy,
    decidedOn: localDateToNumber(deduction.decidedOn),
    objectionState: deduction.objectionState,
    objectionUntil: localDateToNumber(deduction.objectionUntil),
    disputeState: deduction.disputeState ?? '',
    takesBack: deduction.takesBack ?? '',
  };
}
