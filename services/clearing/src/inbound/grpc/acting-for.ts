import { NATIONAL_CENTRE, type PartyCode, platformOf, provinceOfParty, type RunOwner } from '@yijie/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { type Authorized, auditActor, callerName, roleOf } from '@yijie/security';
import type { Acting } from '../../application/runs/run-desk.ts';

/** Who acts, as the run and the audit trail remember it. */
export function actingOf({ caller }: Authorized): Acting {
  return { by: callerName(caller), audit: auditActor(caller) };
}

/** Only the owner's own people make and release its runs. */
export function refuseOwner(identity: Authorized, owner: RunOwner): Refusal | undefined {
  return actsForOwner(identity, owner) ? undefined : refuse('CLR-OWNER', { owner });
}

/** Only a party's own people sign, answer and pay for it; the province's for its platform. */
export function refuseParty(identity: Authorized, party: PartyCode): Refusal | undefined {
  return actsForParty(identity, party) ? undefined : refuse('CLR-OWNPARTY', { party });
}

/** A party's tables are read by its own people, by the run's owner and by who sees everything. */
export function refuseReading(
  identity: Authorized,
  owner: RunOwner,
  party: PartyCode | undefined,
): Refusal | undefined {
  if (identity.scope.rows === 'all' || actsForOwner(identity, owner)) return undefined;
  if (party !== undefined && actsForParty(identity, party)) return undefined;
  return refuse('CLR-OWNPARTY', { party: party ?? owner });
}

/** What everybody of the run may see: its state, and table 9. */
export function refuseRun({ caller, scope }: Authorized, owner: RunOwner): Refusal | undefined {
  const isOwn = caller.kind === 'agency' && provinceOfParty(caller.pool) === owner;
  const mayRead = scope.rows === 'all' || owner === NATIONAL_CENTRE || isOwn;
  return mayRead ? undefined : refuse('CLR-OWNER', { owner });
}

function actsForOwner({ caller }: Authorized, owner: RunOwner): boolean {
  if (caller.kind !== 'agency') return false;
  return owner === NATIONAL_CENTRE ? roleOf(caller) === 'national-centre' : caller.pool === owner;
}

function actsForParty({ caller }: Authorized, party: PartyCode): boolean {
  return caller.kind === 'agency' && (caller.pool === party || platformOf(caller.pool) === party);
}
