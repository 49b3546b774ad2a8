import {
  type ChargeLine,
  type ListBillLinesRequest,
  type ListBillLinesResponse,
  SettleRequest,
  UploadChargesRequest,
} from '@yijie/contracts/treatment';
import type { Refusal } from '@yijie/errors';
import { containsLine } from '../../core/line-ranges.ts';
import { findBill } from '../../repositories/settlements.ts';
import { loadUploads } from '../../repositories/visit-calls.ts';
import type { Caller } from '../caller.ts';
import type { Site } from '../site.ts';
import { visibleSettlement } from './get-settlement.ts';

const LINES_MAX = 1_000;

/** What a clearing amount is made of in the end: the bill, line by line, for whoever may see the settlement. */
export async function listBillLines(
  site: Site,
  request: ListBillLinesRequest,
  caller: Caller,
): Promise<ListBillLinesResponse | Refusal> {
  const record = await visibleSettlement(site, request.settlementId, caller);
  if ('ok' in record) return record;
  const settled = record.original ?? record.command;
  const [uploads, bill] = await Promise.all([
    settled.visitId === undefined ? [] : loadUploads(site.database, [settled.visitId]),
    findBill(site.database, settled.commandId),
  ]);
  const lines = new Map<number, ChargeLine>();
  for (const { bytes, ranges } of uploads) {
    for (const line of UploadChargesRequest.decode(bytes).lines)
      if (containsLine(ranges, line.lineNumber)) lines.set(line.lineNumber, line);
  }
  // Lines that came with the settlement itself; those uploaded before are the same.
  for (const line of bill === undefined ? [] : SettleRequest.decode(bill).lines)
    lines.set(line.lineNumber, line);
  const following = [...lines.values()]
    .filter(({ lineNumber }) => lineNumber > request.afterLine)
    .toSorted((one, other) => one.lineNumber - other.lineNumber);
  const page = following.slice(0, LINES_MAX);
  return { lines: page, nextAfterLine: following.length > page.length ? (page.at(-1)?.lineNumber ?? 0) : 0 };
}
