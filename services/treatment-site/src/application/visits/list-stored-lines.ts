import type { LineRange, ListStoredLinesRequest, ListStoredLinesResponse } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { findVisit } from '../../repositories/settlements.ts';
import type { Caller } from '../caller.ts';
import { idOf } from '../ids.ts';
import type { Site } from '../site.ts';

/** What a hospital asks after a time-out, to send again only what is missing. */
export async function listStoredLines(
  site: Site,
  request: ListStoredLinesRequest,
  caller: Caller,
): Promise<ListStoredLinesResponse | Refusal> {
  const id = idOf(request.visitId);
  const record = id && (await findVisit(site.database, caller.rows, id));
  if (record === undefined) return refuse('VST-NOTFOUND', { visitId: request.visitId });
  const { ranges, bill } = record.visit.charges;
  const pairs: LineRange[] = [];
  for (let at = 0; at < ranges.length; at += 2) {
    pairs.push({ from: ranges[at] as number, until: ranges[at + 1] as number });
  }
  return { ranges: pairs, visitLines: bill.lineCount, visitTotalFen: bill.totalFen };
}
