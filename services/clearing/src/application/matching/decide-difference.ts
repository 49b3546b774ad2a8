import type { Side } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import type { AuditActor, RowFilter } from '@yijie/security';
import { appendAudit } from '../../repositories/audit.ts';
import { storedFacts } from '../../repositories/matching/known-settlements.ts';
import { findPlaces } from '../../repositories/matching/match-view.ts';
import {
  addResolution,
  countSide,
  findOpenRow,
  holdOpenRow,
  type NewResolution,
  type OpenRow,
  openRefundsOf,
} from '../../repositories/matching/open-rows.ts';
import { isTakenByYear } from '../../repositories/year-end/late-rows.ts';
import { cancelPairs } from './cancel-pairs.ts';
import { placeRows } from './place-rows.ts';

export interface DecisionCall {
  readonly settlementId: string;
  readonly reason: string;
  readonly filter: RowFilter;
  readonly by: AuditActor;
  readonly nowMs: number;
}

/** What became of the row: in its runs, or the reasons that are left. */
export type Decided =
  | { readonly ok: true; readonly cleared: boolean; readonly reasons: readonly string[] }
  | Refusal;

/** The side is to send its fact again; its next one replaces the earlier one instead of contradicting it. */
export async function requestResend(tx: Queryable, side: Side, call: DecisionCall): Promise<Decided> {
  const row = await unmatchedRow(tx, call);
  if ('ok' in row) return row;
  await decide(tx, 'RESEND', side, call);
  return stands(row);
}

/** The hospital is to refund it; settlement and refund leave the list together, at once if the refund is here. */
export async function requestRefund(tx: Queryable, call: DecisionCall): Promise<Decided> {
  const row = await unmatchedRow(tx, call);
  if ('ok' in row) return row;
  await decide(tx, 'REFUND', undefined, call);
  const refunds = await openRefundsOf(tx, call.settlementId);
  const cancelled = await cancelPairs(tx, refunds, call.nowMs);
  return cancelled > 0 ? { ok: true, cleared: true, reasons: [] } : stands(row);
}

/** One side's amounts count although the other's differ. */
export async function acceptDifference(
  tx: Queryable,
  side: Side,
  call: DecisionCall,
  rules: { readonly maxLateMonths: number },
): Promise<Decided> {
  const { settlementId, filter, nowMs } = call;
  const row = await unmatchedRow(tx, call);
  if ('ok' in row) return row;
  const fact = (await storedFacts(tx, [settlementId])).get(settlementId)?.[side];
  if (row.state === 'ONE_SIDED' || fact === undefined) return refuse('MCH-ONESIDED', { settlementId });
  await decide(tx, 'ACCEPT', side, call);
  await countSide(tx, fact, side, nowMs);
  await placeRows(tx, [settlementId], rules, nowMs);
  return standsNow(tx, settlementId, filter);
}

/** The limit for late rows is lifted for this one (clearing-and-filing §4.3); a closed year stays closed. */
export async function admitLate(
  tx: Queryable,
  call: DecisionCall,
  rules: { readonly maxLateMonths: number },
): Promise<Decided> {
  const { settlementId, filter, nowMs } = call;
  const row = await heldRow(tx, call);
  if ('ok' in row) return row;
  if (!row.reasons.includes('TOO_LATE')) return refuse('MCH-NOTLATE', { settlementId });
  // An application of a year-end has it already: its money moves there, and would move twice.
  if (await isTakenByYear(tx, settlementId))
    return refuse('CLR-YE-STATE', { state: 'APPLIED', event: 'admit late' });
  await decide(tx, 'ADMIT_LATE', undefined, call);
  await placeRows(tx, [settlementId], rules, nowMs);
  return standsNow(tx, settlementId, filter);
}

async function unmatchedRow(tx: Queryable, call: DecisionCall): Promise<OpenRow | Refusal> {
  const row = await heldRow(tx, call);
  if ('ok' in row || row.state !== 'MATCHED') return row;
  return refuse('MCH-MATCHED', { settlementId: call.settlementId });
}

async function heldRow(
  tx: Queryable,
  { settlementId, reason, filter }: DecisionCall,
): Promise<OpenRow | Refusal> {
  if (reason.trim() === '') return refuse('FRM-REQUIRED', { field: 'reason' });
  const row = await holdOpenRow(tx, settlementId, filter);
  if (row !== undefined) return row;
  const places = await findPlaces(tx, settlementId, filter);
  return refuse(places.length > 0 ? 'MCH-CLEARED' : 'MCH-NOTFOUND', { settlementId });
}

async function decide(
  tx: Queryable,
  kind: NewResolution['kind'],
  side: Side | undefined,
  { settlementId, reason, by, nowMs }: DecisionCall,
): Promise<void> {
  await addResolution(tx, {
    settlementId,
    kind,
    side,
    reason,
    decidedBy: by.actor,
    secondPerson: by.secondActor,
    atMs: nowMs,
  });
  const action = `match.${kind.toLowerCase().replace('_', '-')}`;
  await appendAudit(tx, [
    { ...by, atMs: nowMs, action, object: `settlement:${settlementId}`, purpose: reason },
  ]);
}

function stands({ reasons }: OpenRow): Decided {
  return { ok: true, cleared: false, reasons };
}

async function standsNow(tx: Queryable, settlementId: string, filter: RowFilter): Promise<Decided> {
  const row = await findOpenRow(tx, settlementId, filter);
  return row === undefined ? { ok: true, cleared: true, reasons: [] } : stands(row);
}
