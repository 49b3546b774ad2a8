import type { ChangeRequest, FilingRecord } from './filing-record.ts';
import type { RegistryContext } from './registry-context.ts';
import { defaultUntil } from './validity.ts';

export type ChangedTerms = Pick<FilingRecord, 'type' | 'targetRegion' | 'from' | 'until' | 'byCommitment'>;

/** What the filing becomes by a change: from today; a new type gets its own term, else the old end stays. */
export function changedTerms(
  filing: FilingRecord,
  change: ChangeRequest,
  context: RegistryContext,
): ChangedTerms {
  const type = change.type ?? filing.type;
  const byCommitment = change.byCommitment ?? filing.byCommitment;
  const from = context.today;
  return {
    type,
    targetRegion: change.targetRegion ?? filing.targetRegion,
    byCommitment,
    from,
    until: type === filing.type ? filing.until : defaultUntil(type, byCommitment, from, context.parameters),
  };
}
