import { type Instant, type LocalDate, localDate, startOfDay } from '@yijie/calendar';
import { defaultFilingParameters } from '../src/registry/filing-parameters.ts';
import type { FilingCommand, FilingEvent, FilingRecord } from '../src/registry/filing-record.ts';
import type { RegistryContext } from '../src/registry/registry-context.ts';
import type { FilingRequest } from '../src/registry/submit-filing.ts';

export const TODAY = localDate('2025-07-15');

export function context(
  change: Partial<RegistryContext> & { readonly today?: LocalDate } = {},
): RegistryContext {
  const today = change.today ?? TODAY;
  return {
    now: (startOfDay(today) + 36_000_000) as Instant,
    today,
    actor: 'clerk-7',
    parameters: defaultFilingParameters,
    homePool: '430100',
    enrolment: 'ACTIVE',
    held: [],
    openStay: false,
    used: false,
    ...change,
  };
}

/** A temporary filing to Guangzhou, 2025-02-01 to 2025-07-31. */
export function record(change: Partial<FilingRecord> = {}): FilingRecord {
  const from = change.from ?? localDate('2025-02-01');
  return {
    filingId: 'F1',
    version: 1,
    type: 'TM_OTHER',
    targetRegion: '440100',
    from,
    until: localDate('2025-08-01'),
    state: 'EFFECTIVE',
    effectiveAt: startOfDay(from),
    channel: 'NHSA_APP',
    byCommitment: false,
    proof: 'NONE',
    appliedAt: startOfDay(from),
    ...change,
  };
}

export function request(change: Partial<FilingRequest> = {}): FilingRequest {
  return {
    filingId: 'N1',
    type: 'TM_OTHER',
    targetRegion: '440100',
    from: TODAY,
    channel: 'NHSA_APP',
    byCommitment: false,
    evidence: [],
    selfService: false,
    ...change,
  };
}

/** A well-formed command for every event. */
export function command(event: FilingEvent): FilingCommand {
  switch (event) {
    case 'ask-material':
      return { event, missing: ['referral-document'] };
    case 'reject':
    case 'cancel':
      return { event, reasonCode: 'R01' };
    case 'change':
      return { event, newFilingId: 'N1', targetRegion: '440300', evidence: [] };
    case 'renew':
      return { event, newFilingId: 'N1' };
    case 'supply':
    case 'proof-supplied':
      return { event, evidence: ['residence-proof'] };
    default:
      return { event };
  }
}
