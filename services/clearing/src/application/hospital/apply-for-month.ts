import { type OwnerProgress, type Period, provinceOfParty } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { ZERO_FEN } from '@yijie/money';
import type { Queryable } from '@yijie/postgres';
import type { AuditActor, RowFilter } from '@yijie/security';
import {
  type Application,
  type ApplicationLine,
  refuseApplication,
} from '../../core/hospital-application.ts';
import { appendAudit } from '../../repositories/audit.ts';
import {
  addApplication,
  countedLines,
  decideApplicationRow,
  newestApplication,
} from '../../repositories/hospital/hospital-applications.ts';
import { holdOwnerProgress } from '../../repositories/matching/candidates.ts';

export interface ApplicationCall {
  readonly institutionCode: string;
  readonly period: Period;
  readonly filter: RowFilter;
  readonly by: AuditActor;
  readonly nowMs: number;
}

export type Applied = { readonly ok: true; readonly application: Application } | Refusal;

/**
 * The hospital applies for the money of a month (national 3203): what the treatment province's run of the month has of
 * it, to the fen, and not before that run is cut.
 */
export async function applyForMonth(
  tx: Queryable,
  stated: readonly ApplicationLine[],
  call: ApplicationCall,
): Promise<Applied> {
  const { institutionCode, period, by, nowMs } = call;
  const current = await held(tx, call);
  const { lines, treatmentPool } = await countedLines(tx, institutionCode, period);
  const refusal = refuseApplication(period, current, stated, lines);
  if (refusal !== undefined) return refusal;
  const owner = provinceOfParty(treatmentPool);
  const progress: OwnerProgress | undefined = (await holdOwnerProgress(tx, [owner])).get(owner);
  if (progress === undefined || progress.openPeriod <= period)
    return refuse('HAP-OPEN', { period: `${period}` });
  const revision = (current?.revision ?? 0) + 1;
  await addApplication(tx, {
    institutionCode,
    period,
    revision,
    treatmentPool,
    lines,
    appliedBy: by.actor,
    nowMs,
  });
  return stored(tx, 'hospital.apply', call);
}

/** The hospital takes its application back while nobody has decided about it (3204). */
export async function withdrawApplication(tx: Queryable, call: ApplicationCall): Promise<Applied> {
  const application = await held(tx, call);
  if (application === undefined) return refuse('HAP-NONE', { period: `${call.period}` });
  if (application.state !== 'APPLIED') return refuse('HAP-STATE', { state: application.state });
  await decideApplicationRow(tx, application, {
    state: 'WITHDRAWN',
    reason: '',
    deductFen: ZERO_FEN,
    withheldFen: ZERO_FEN,
    by: call.by.actor,
    nowMs: call.nowMs,
  });
  return stored(tx, 'hospital.withdraw', call);
}

export function held(
  tx: Queryable,
  { institutionCode, period, filter }: ApplicationCall,
): Promise<Application | undefined> {
  return newestApplication(tx, institutionCode, period, { filter, hold: true });
}

/** The application as it now stands, with the act in the audit trail. */
export async function stored(tx: Queryable, action: string, call: ApplicationCall): Promise<Applied> {
  const { institutionCode, period, by, nowMs } = call;
  const object = `application:${institutionCode}/${period}`;
  await appendAudit(tx, [{ ...by, atMs: nowMs, action, object }]);
  const application = await held(tx, call);
  if (application === undefined) throw new Error(`${object} isn't there after it was stored`);
  return { ok: true, application };
}
