import type { FilingType } from '@yijie/codes';
import { refuse } from '@yijie/errors';
import { applyFilingEvent, evidenceOf, type FilingCommand, type FilingRecord } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import { idToText } from '@yijie/runtime';
import { refuseTarget } from '../../core/filing/filing-target.ts';
import type { Member } from '../../core/members/member.ts';
import { appendFilings, newestFiling } from '../../repositories/filing/filing-rows.ts';
import { lockMember } from '../../repositories/members/member-rows.ts';
import { type FilingContact, type Material, readParticulars, saveParticulars } from './filing-particulars.ts';
import { type FilingActor, type Registry, registryContext, withUse } from './filing-registry.ts';
import type { FilingResult } from './submit-filing.ts';

/** What somebody does to a filing; what it does to the filing is in the transition table. */
export type FilingAct =
  | { readonly kind: 'approve' | 'withdraw' | 'renew' }
  | { readonly kind: 'ask-material'; readonly missing: readonly string[] }
  | { readonly kind: 'supply' | 'proof-supplied'; readonly materials: readonly Material[] }
  /** `cancel` takes a filing back that isn't in force yet. */
  | { readonly kind: 'reject' | 'cancel'; readonly reasonCode: string }
  | ({ readonly kind: 'change' } & FilingChange);

export interface FilingChange {
  readonly type?: FilingType | undefined;
  readonly targetRegion?: string | undefined;
  readonly byCommitment?: boolean | undefined;
  readonly materials: readonly Material[];
  readonly contact?: FilingContact | undefined;
}

/** A filing whose owner's row is locked, as it stands now. */
export interface LockedFiling {
  readonly member: Member;
  readonly record: FilingRecord;
}

/** Does one thing to a filing: loads, decides, appends. */
export async function actOnFiling(
  registry: Registry,
  tx: Queryable,
  filingId: string,
  act: FilingAct,
  actor: FilingActor,
  nowMs: number,
): Promise<FilingResult> {
  const misdirected =
    act.kind === 'change' && act.targetRegion !== undefined
      ? refuseTarget(registry.regions, act.targetRegion)
      : undefined;
  if (misdirected !== undefined) return { ...misdirected, keepsKey: false };
  const found = await lockFiling(tx, filingId, actor);
  if (found === undefined) return { ...refuse('FIL-NOTFOUND', { filingId }), keepsKey: false };
  const { member, record } = found;
  const context = await withUse(
    tx,
    await registryContext(registry, tx, member, actor, nowMs),
    member.personToken,
    record,
  );
  const registered = applyFilingEvent(record, commandOf(registry, record, act), context);
  if (!registered.ok) return { ...registered, keepsKey: true };
  await appendFilings(tx, member, registered);
  const [filing, added] = registered.rows as readonly [FilingRecord, FilingRecord?];
  await keepParticulars(registry, tx, act, filing, added, nowMs);
  return { ok: true, filing, added };
}

/** Another's filing looks like none at all. Read again under the lock: somebody else may have been first. */
export async function lockFiling(
  tx: Queryable,
  filingId: string,
  actor: FilingActor,
): Promise<LockedFiling | undefined> {
  const seen = await newestFiling(tx, filingId);
  if (seen === undefined || (actor.personToken ?? seen.personToken) !== seen.personToken) return undefined;
  const member = await lockMember(tx, seen.personToken, actor.pool);
  const found = member && (await newestFiling(tx, filingId));
  return member && found && { member, record: found.record };
}

function commandOf(registry: Registry, filing: FilingRecord, act: FilingAct): FilingCommand {
  const newId = () => idToText(registry.ids.next());
  switch (act.kind) {
    case 'approve':
    case 'withdraw':
      return { event: act.kind };
    case 'renew':
      return { event: 'renew', newFilingId: newId() };
    case 'ask-material':
      return { event: 'ask-material', missing: act.missing };
    case 'supply':
    case 'proof-supplied':
      return { event: act.kind, evidence: kindsOf(act.materials) };
    case 'reject':
      return { event: 'reject', reasonCode: act.reasonCode };
    case 'cancel': {
      const notYet =
        filing.state === 'REQUESTED' || filing.state === 'SUPPLEMENT' || filing.state === 'SCHEDULED';
      return notYet ? { event: 'withdraw' } : { event: 'cancel', reasonCode: act.reasonCode };
    }
    case 'change': {
      const { type, targetRegion, byCommitment, materials } = act;
      // Papers that were shown once serve the new filing where its type accepts them.
      const evidence = [...evidenceOf(filing), ...kindsOf(materials)];
      return { event: 'change', newFilingId: newId(), type, targetRegion, byCommitment, evidence };
    }
  }
}

function kindsOf(materials: readonly Material[]) {
  return materials.map(({ kind }) => kind);
}

/** A new filing takes over what the old one said; papers are added to those that were there. */
async function keepParticulars(
  { cipher }: Registry,
  tx: Queryable,
  act: FilingAct,
  filing: FilingRecord,
  added: FilingRecord | undefined,
  nowMs: number,
): Promise<void> {
  const brought = 'materials' in act ? act.materials : [];
  const contact = 'contact' in act ? act.contact : undefined;
  if (added === undefined && brought.length === 0) return;
  const before = await readParticulars(cipher, tx, filing.filingId);
  const after = {
    ...before,
    contact: contact ?? before.contact,
    materials: [...before.materials, ...brought],
  };
  await saveParticulars(cipher, tx, added ?? filing, after, nowMs);
}
