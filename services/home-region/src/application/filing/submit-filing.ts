import type { LocalDate } from '@yijie/calendar';
import type { FilingType } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import {
  applyFilingEvent,
  type Channel,
  type FilingRecord,
  type FilingRequest,
  type Registered,
  type RegistryContext,
  requiredEvidence,
  submitFiling as submit,
} from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import { refuseTarget } from '../../core/filing/filing-target.ts';
import { appendFilings } from '../../repositories/filing/filing-rows.ts';
import { lockMember } from '../../repositories/members/member-rows.ts';
import { type FilingParticulars, saveParticulars } from './filing-particulars.ts';
import { type FilingActor, type Registry, registryContext } from './filing-registry.ts';

export interface FilingForm {
  readonly type: FilingType;
  readonly targetRegion: string;
  /** Undefined: from today. */
  readonly from?: LocalDate | undefined;
  readonly until?: LocalDate | undefined;
  readonly channel: Channel;
  readonly byCommitment: boolean;
  /** Online with a review of the papers (快速备案) instead of self-service (自助开通). */
  readonly forReview?: boolean | undefined;
  readonly particulars: FilingParticulars;
}

export type FilingResult =
  | {
      readonly ok: true;
      readonly filing: FilingRecord;
      /** What a change, a renewal or filing anew made beside it. */
      readonly added?: FilingRecord | undefined;
    }
  /** `keepsKey`: the rules said no, and a repeat is told so again; else nothing of the call is remembered. */
  | (Refusal & { readonly keepsKey: boolean });

/** Files for a person: loads what is filed already, decides, appends. */
export async function submitFiling(
  registry: Registry,
  tx: Queryable,
  personToken: string,
  form: FilingForm,
  actor: FilingActor,
  nowMs: number,
): Promise<FilingResult> {
  const misdirected = refuseTarget(registry.regions, form.targetRegion);
  if (misdirected !== undefined) return { ...misdirected, keepsKey: false };
  const member = await lockMember(tx, personToken, actor.pool);
  if (member === undefined) return { ...refuse('CRD-TOKEN'), keepsKey: false };
  const context = await registryContext(registry, tx, member, actor, nowMs);
  const registered = submit(filingRequest(registry, form, context), context);
  if (!registered.ok) return { ...registered, keepsKey: true };
  const decided =
    form.channel === 'COUNTER' && !form.forReview ? decideAtOnce(registered, context) : registered;
  if (!decided.ok) return { ...decided, keepsKey: true };
  const filing = decided.rows[decided.rows.length - 1] as FilingRecord;
  await appendFilings(tx, member, decided);
  await saveParticulars(registry.cipher, tx, filing, form.particulars, nowMs);
  return { ok: true, filing };
}

/** The form as the registry's rules read it. */
export function filingRequest(
  registry: Pick<Registry, 'ids'>,
  form: FilingForm,
  context: RegistryContext,
): FilingRequest {
  const atCounter = form.channel === 'COUNTER';
  const shown = form.particulars.materials.map(({ kind }) => kind);
  return {
    type: form.type,
    targetRegion: form.targetRegion,
    filingId: idToText(registry.ids.next()),
    from: form.from ?? context.today,
    until: form.until,
    channel: form.channel,
    byCommitment: form.byCommitment,
    // At the counter the clerk has the papers in hand, whether or not they are listed.
    evidence: atCounter && !form.byCommitment && shown.length === 0 ? requiredEvidence[form.type] : shown,
    selfService: !atCounter && !form.forReview,
  };
}

/** The counter decides at once what was just asked for (clearing-and-filing §1.3). */
export function decideAtOnce(registered: Registered, context: RegistryContext): Registered | Refusal {
  const request = registered.rows[registered.rows.length - 1];
  if (request === undefined || request.state !== 'REQUESTED') return registered;
  const held = context.held.map(
    (filing) => registered.rows.find(({ filingId }) => filingId === filing.filingId) ?? filing,
  );
  const approved = applyFilingEvent(request, { event: 'approve' }, { ...context, held });
  if (!approved.ok) return approved;
  return {
    ok: true,
    rows: [...registered.rows, ...approved.rows],
    transitions: [...registered.transitions, ...approved.transitions],
  };
}
