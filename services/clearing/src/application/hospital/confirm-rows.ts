import { createHash } from 'node:crypto';
import { compareTotals, type Totals } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import type { AuditActor } from '@yijie/security';
import { appendAudit } from '../../repositories/audit.ts';
import { addConfirmations } from '../../repositories/hospital/confirmations.ts';
import {
  hospitalTotals,
  ownedBy,
  type Span,
  unconfirmedOf,
} from '../../repositories/hospital/hospital-rows.ts';
import { placeRows } from '../matching/place-rows.ts';

export interface ConfirmRules {
  readonly maxLateMonths: number;
}

export interface ConfirmCall {
  readonly institutionCode: string;
  readonly messageId: string;
  readonly by: AuditActor;
  readonly nowMs: number;
}

export interface Confirmed {
  readonly ok: true;
  readonly confirmed: number;
  /** Those that entered their runs at once; the others follow when they match. */
  readonly cleared: number;
}

/** The hospital confirms rows by their ids; one that isn't its own, or that nobody told of, refuses all. */
export async function confirmRows(
  tx: Queryable,
  ids: readonly string[],
  call: ConfirmCall,
  rules: ConfirmRules,
): Promise<Confirmed | Refusal> {
  const own = await ownedBy(tx, call.institutionCode, ids);
  const unknown = ids.find((id) => !own.has(id));
  if (unknown !== undefined) return refuse('MCH-NOTFOUND', { settlementId: unknown });
  return confirm(tx, ids, call, rules);
}

/** The hospital confirms everything of a span, on the strength of totals that agree. */
export async function confirmSpan(
  tx: Queryable,
  span: Span,
  stated: readonly Totals[],
  call: ConfirmCall,
  rules: ConfirmRules,
): Promise<Confirmed | Refusal> {
  const [difference] = compareTotals(stated, await hospitalTotals(tx, call.institutionCode, span));
  if (difference !== undefined) {
    const { hospital, centre } = difference;
    return refuse('MCH-TOTALS', {
      scheme: hospital.scheme,
      visitKind: hospital.visitKind,
      hospitalFen: `${hospital.medicalFen}`,
      centreFen: `${centre.medicalFen}`,
    });
  }
  return confirm(tx, await unconfirmedOf(tx, call.institutionCode, span), call, rules);
}

async function confirm(
  tx: Queryable,
  ids: readonly string[],
  { institutionCode, messageId, by, nowMs }: ConfirmCall,
  rules: ConfirmRules,
): Promise<Confirmed> {
  const confirmation = { institutionCode, messageId, confirmedBy: by.actor, nowMs };
  const confirmed = await addConfirmations(tx, ids, confirmation);
  const { cleared } = await placeRows(tx, ids, rules, nowMs);
  const afterHash = createHash('sha256').update(ids.toSorted().join('\n')).digest();
  const object = `confirmation:${institutionCode}/${messageId}`;
  await appendAudit(tx, [{ ...by, atMs: nowMs, action: 'hospital.confirm', object, afterHash }]);
  return { ok: true, confirmed, cleared };
}
