import type { FilingRecord, Registered } from './filing-record.ts';
import type { RegistryContext } from './registry-context.ts';

/**
 * The filing that an emergency settlement makes itself (视同已备案): effective, for that visit only (clearing-and-filing
 * §1.9). It covers no other visit, whatever its days.
 */
export function deemFiling(
  visit: {
    readonly filingId: string;
    readonly visitId: string;
    readonly treatmentPool: string;
    readonly admissionDate: FilingRecord['from'];
  },
  context: Pick<RegistryContext, 'now' | 'actor'>,
): Registered {
  const row: FilingRecord = {
    filingId: visit.filingId,
    version: 1,
    type: 'TM_EMERGENCY',
    targetRegion: visit.treatmentPool,
    from: visit.admissionDate,
    state: 'EFFECTIVE',
    effectiveAt: context.now,
    channel: 'DEEMED',
    byCommitment: false,
    proof: 'NONE',
    visitId: visit.visitId,
    appliedAt: context.now,
    decidedAt: context.now,
    decidedBy: context.actor,
  };
  const { filingId, version, state: to } = row;
  return {
    ok: true,
    rows: [row],
    transitions: [{ filingId, version, to, event: 'deem', actor: context.actor, at: context.now }],
  };
}
