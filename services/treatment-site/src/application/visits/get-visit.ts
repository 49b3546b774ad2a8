import { localDateToNumber } from '@yijie/calendar';
import type { GetVisitRequest, GetVisitResponse } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { idToText } from '@yijie/runtime';
import { visitState } from '../../core/visit.ts';
import { loadCommands } from '../../repositories/load-commands.ts';
import { findVisit } from '../../repositories/settlements.ts';
import type { Caller } from '../caller.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';

/** A visit with its totals: those of its settlement once there is one, else those of the charges uploaded. */
export async function getVisit(
  site: Site,
  request: GetVisitRequest,
  caller: Caller,
): Promise<GetVisitResponse | Refusal> {
  const id = idOf(request.visitId);
  const record = id && (await findVisit(site.database, caller.rows, id));
  if (record === undefined) return refuse('VST-NOTFOUND', { visitId: request.visitId });
  const { visit } = record;
  const [claimed] = visit.claim ? await loadCommands(site.database, [visit.claim.commandId]) : [];
  const body = claimed?.command.message?.body;
  const settled = body?.$case === 'settle' ? body.settle : undefined;
  const { bill } = visit.charges;
  return {
    visitId: request.visitId,
    state: visitState(visit),
    homePool: visit.homePool,
    terms: visit.terms,
    dischargeDate: visit.dischargeDate === undefined ? 0 : localDateToNumber(visit.dischargeDate),
    lineCount: bill.lineCount,
    totalFen: settled?.totalFen ?? bill.totalFen,
    categories: settled?.categories ?? (bill.categories as unknown as GetVisitResponse['categories']),
    settlementId: visit.claim?.isSettled ? idToText(visit.claim.commandId) : '',
  };
}
