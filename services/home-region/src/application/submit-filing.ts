import type { LocalDate } from '@yijie/calendar';
import type { FilingType } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import {
  applyFilingEvent,
  type Channel,
  type FilingRecord,
  type Registered,
  type RegistryContext,
  requiredEvidence,
  submitFiling as submit,
} from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import { type Ids, idToText } from '@yijie/runtime';
import { appendFilings } from '../repositories/filing-rows.ts';
import { lockMember } from '../repositories/member-rows.ts';
import { type FilingActor, registryContext } from './registry.ts';

export interface FilingForm {
  readonly type: FilingType;
  readonly targetRegion: string;
  /** Undefined: from today. */
  readonly from?: LocalDate | undefined;
  readonly until?: LocalDate | undefined;
  readonly channel: Channel;
  readonly byCommitment: boolean;
}

export type FilingResult =
  | { readonly ok: true; readonly filing: FilingRecord }
  /** `keepsKey`: the rules said no, and a repeat is told so again; else nothing of the call is remembered. */
  | (Refusal & { readonly keepsKey: boolean });

/** Files for a person: loads what is filed already, decides, appends. */
export async function submitFiling(
  ids: Ids,
  tx: Queryable,
  personToken: string,
  form: FilingForm,
  actor: FilingActor,
  nowMs: number,
): Promise<FilingResult> {
  const member = await lockMember(tx, personToken, actor.pool);
  if (member === undefined) return { ...refuse('CRD-TOKEN'), keepsKey: false };
  const context = await registryContext(tx, member, actor, nowMs);
  const atCounter = form.channel === 'COUNTER';
  const registered = submit(
    {
      ...form,
      filingId: idToText(ids.next()),
      from: form.from ?? context.today,
      // At the counter the clerk has the papers in hand; online there is no other paper than a commitment.
      evidence: atCounter && !form.byCommitment ? requiredEvidence[form.type] : [],
      selfService: !atCounter,
    },
    context,
  );
  if (!registered.ok) return { ...registered, keepsKey: true };
  const decided = atCounter ? approve(registered, context) : registered;
  if (!decided.ok) return { ...decided, keepsKey: true };
  await appendFilings(tx, { personToken, scheme: member.scheme }, decided);
  return { ok: true, filing: decided.rows[decided.rows.length - 1] as FilingRecord };
}

/** The counter decides at once (clearing-and-filing §1.3). */
function approve(registered: Registered, context: RegistryContext): Registered | Refusal {
  const [request] = registered.rows;
  if (request === undefined || request.state !== 'REQUESTED') return registered;
  const approved = applyFilingEvent(request, { event: 'approve' }, context);
  if (!approved.ok) return approved;
  return {
    ok: true,
    rows: [...registered.rows, ...approved.rows],
    transitions: [...registered.transitions, ...approved.transitions],
  };
}
