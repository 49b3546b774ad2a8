import { localDateAt } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { type Ids, idToText } from '@yijie/runtime';
import {
  decideQualification,
  type QualificationForm,
  type RecordedQualification,
} from '../../core/settling/benefit-rules.ts';
import { appendQualification, qualificationsOfPerson } from '../../repositories/members/benefit-rows.ts';
import { lockMember } from '../../repositories/members/member-rows.ts';

export interface BenefitActor {
  /** As the history names it. */
  readonly name: string;
  /** Whose people it may record for; undefined for all. */
  readonly pool: string | undefined;
  /** A refusal unless two persons of the agency act together. */
  readonly second: { readonly ok: true } | Refusal;
}

export interface PutQualification {
  readonly personToken: string;
  /** Empty for a new one. */
  readonly qualificationId: string;
  readonly form: QualificationForm;
  readonly reason: string;
}

export type QualificationResult =
  | { readonly ok: true; readonly qualification: RecordedQualification }
  /** `keepsKey`: the rules said no, and a repeat is told so again; else nothing of the call is remembered. */
  | (Refusal & { readonly keepsKey: boolean });

/** Records a qualification or its next version: loads what the person holds, decides, appends. */
export async function putQualification(
  ids: Ids,
  tx: Queryable,
  { personToken, qualificationId, form, reason }: PutQualification,
  actor: BenefitActor,
  nowMs: number,
): Promise<QualificationResult> {
  const member = await lockMember(tx, personToken, actor.pool);
  if (member === undefined) return { ...refuse('CRD-TOKEN'), keepsKey: false };
  const held = (await qualificationsOfPerson(tx, personToken)).filter((one) => one.scheme === member.scheme);
  const before =
    qualificationId === '' ? undefined : held.find((one) => one.qualificationId === qualificationId);
  if (qualificationId !== '' && before === undefined)
    return { ...refuse('CHR-NOTFOUND', { qualificationId }), keepsKey: false };
  const decided = decideQualification(form, before, held, localDateAt(nowMs));
  if (!decided.ok) return { ...decided, keepsKey: true };
  if (decided.reachesBack && !actor.second.ok) return { ...actor.second, keepsKey: false };
  const qualification: RecordedQualification = {
    ...form,
    qualificationId: before?.qualificationId ?? idToText(ids.next()),
    version: decided.version,
    scheme: member.scheme,
  };
  await appendQualification(tx, personToken, qualification, { actor: actor.name, atMs: nowMs, reason });
  return { ok: true, qualification };
}
