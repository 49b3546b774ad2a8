import { Call, type WithdrawChargesRequest, WithdrawChargesResponse } from '@yijie/contracts/treatment';
import { idToText } from '@yijie/runtime';
import { decideWithdraw } from '../../core/upload.ts';
import type { Caller } from '../caller.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';
import { doneHere, runVisitCall } from './run-visit-call.ts';

/** 2302 / 2205 */
export function withdrawCharges(
  site: Site,
  request: WithdrawChargesRequest,
  caller: Caller,
): Promise<WithdrawChargesResponse> {
  return runVisitCall(
    site,
    caller,
    request,
    'withdraw-charges',
    request.visitId,
    () => ({
      call: Call.WITHDRAW_CHARGES,
      visitId: idOf(request.visitId),
      needsUploads: () => true,
      decide({ visit, uploads, today }) {
        const change = decideWithdraw(request.lineNumbers, visit, uploads, {
          index: site.mappings.indexFor(caller.institutionCode),
          today,
          idText: idToText,
        });
        if (!change.ok) return change;
        const { bill } = change.visit.charges;
        const answer = WithdrawChargesResponse.encode({
          outcome: doneHere(),
          visitLines: bill.lineCount,
          visitTotalFen: bill.totalFen,
        }).finish();
        return { change, answer };
      },
    }),
    {
      decode: WithdrawChargesResponse.decode,
      bare: (outcome) => ({ outcome, visitLines: 0, visitTotalFen: 0 }),
    },
  );
}
