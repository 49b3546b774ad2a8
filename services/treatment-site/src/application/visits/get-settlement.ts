import type { GetSettlementRequest, GetSettlementResponse, Settlement } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { findSettlement, type SettlementRecord } from '../../repositories/settlements.ts';
import type { Caller } from '../caller.ts';
import { settlementView } from '../commands/answers.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';

export async function getSettlement(
  site: Site,
  request: GetSettlementRequest,
  caller: Caller,
): Promise<GetSettlementResponse | Refusal> {
  const record = await visibleSettlement(site, request.settlementId, caller);
  return 'ok' in record ? record : { settlement: viewOf(record) };
}

/** A settlement or refund that the caller may see; another's and none look alike. */
export async function visibleSettlement(
  site: Site,
  settlementId: string,
  caller: Caller,
): Promise<SettlementRecord | Refusal> {
  const id = idOf(settlementId);
  const record = id && (await findSettlement(site.database, caller.rows, id));
  return record ?? refuse('STL-NOTFOUND', { settlementId });
}

export function viewOf({ command, result, original, isRefunded }: SettlementRecord): Settlement {
  const reply = result.reply.result;
  if (reply?.$case !== 'settled') throw new TypeError('a settlement whose reply settles nothing');
  return settlementView(command, reply.settled, original, isRefunded);
}
