import { addDays, rangesOverlap } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import { isLongTerm } from '../chosen-filing.ts';
import { regionCovers } from '../region-coverage.ts';
import type { FilingParameters } from './filing-parameters.ts';
import type { FilingRecord } from './filing-record.ts';

type NewFiling = Pick<FilingRecord, 'type' | 'targetRegion' | 'from' | 'until'>;

/**
 * Duplicates (clearing-and-filing §1.7), against everything the person holds or has applied for: so that two channels
 * at the same time make one filing.
 */
export function refuseDuplicate(
  wanted: NewFiling,
  held: readonly FilingRecord[],
  parameters: FilingParameters,
): Refusal | undefined {
  const open = held.filter((filing) => isOpen(filing) && rangesOverlap(filing, wanted));
  const same = open.find(
    (filing) => servesTheSame(filing, wanted) && regionCovers(filing.targetRegion, wanted.targetRegion),
  );
  if (same !== undefined) return refuse('FIL-DUP', describeHeld(same));

  const longTerm = open.find((filing) => isLongTerm(filing.type));
  if (isLongTerm(wanted.type) && longTerm !== undefined) {
    const { filingId, targetRegion } = longTerm;
    return refuse('FIL-LONGTERM', { filingId, targetRegion });
  }
  const temporary = open.filter((filing) => isTemporary(filing.type)).length;
  if (isTemporary(wanted.type) && temporary >= parameters.activeTemporaryMax) {
    return refuse('FIL-MANY', { count: `${temporary}`, max: `${parameters.activeTemporaryMax}` });
  }
  return undefined;
}

/** Which filing the person holds, made where, until when: people are sent away for one they can't find. */
export function describeHeld(filing: FilingRecord): Readonly<Record<string, string>> {
  return {
    filingId: filing.filingId,
    channel: filing.channel,
    lastDay: filing.until === undefined ? 'open-ended' : addDays(filing.until, -1),
  };
}

function isOpen(filing: FilingRecord): boolean {
  if (filing.type === 'TM_EMERGENCY') return false;
  return (
    filing.state === 'REQUESTED' ||
    filing.state === 'SUPPLEMENT' ||
    filing.state === 'SCHEDULED' ||
    filing.state === 'EFFECTIVE'
  );
}

/** A maternity filing serves births only, so it is a duplicate of another one only. */
function servesTheSame(held: FilingRecord, wanted: NewFiling): boolean {
  return held.type !== 'MATERNITY' || wanted.type === 'MATERNITY';
}

function isTemporary(type: FilingRecord['type']): boolean {
  return type === 'TM_REFERRAL' || type === 'TM_OTHER';
}
