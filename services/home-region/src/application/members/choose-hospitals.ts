import { type LocalDate, localDateAt } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import type { Queryable } from '@yijie/postgres';
import { decideHospitalChoice } from '../../core/settling/benefit-rules.ts';
import type { HospitalChoice } from '../../core/settling/benefits.ts';
import type { ServicesBook } from '../../core/settling/home-services.ts';
import { appendHospitalChoice, hospitalChoicesOfPerson } from '../../repositories/members/benefit-rows.ts';
import { lockMember } from '../../repositories/members/member-rows.ts';
import type { BenefitActor } from './put-qualification.ts';

export interface ChooseHospitals {
  readonly personToken: string;
  /** Undefined: from today. */
  readonly from: LocalDate | undefined;
  readonly institutionCodes: readonly string[];
  readonly reason: string;
}

export type ChoiceResult =
  | { readonly ok: true; readonly choice: HospitalChoice }
  | (Refusal & { readonly keepsKey: boolean });

/** Chooses a person's outpatient hospitals from a day on; what was chosen before holds until then. */
export async function chooseHospitals(
  services: ServicesBook,
  tx: Queryable,
  request: ChooseHospitals,
  actor: BenefitActor,
  nowMs: number,
): Promise<ChoiceResult> {
  const { personToken, institutionCodes, reason } = request;
  const member = await lockMember(tx, personToken, actor.pool);
  if (member === undefined) return { ...refuse('CRD-TOKEN'), keepsKey: false };
  const today = localDateAt(nowMs);
  const from = request.from ?? today;
  const decided = decideHospitalChoice(institutionCodes, services(member.homePool, from), member.homePool);
  if (!decided.ok) return { ...decided, keepsKey: true };
  if (from < today && !actor.second.ok) return { ...actor.second, keepsKey: false };
  const [latest] = await hospitalChoicesOfPerson(tx, personToken);
  const choice: HospitalChoice = { ordinal: (latest?.ordinal ?? 0) + 1, from, institutionCodes };
  await appendHospitalChoice(tx, personToken, choice, { actor: actor.name, atMs: nowMs, reason });
  return { ok: true, choice };
}
