import { addMonths, type LocalDate } from '@yijie/calendar';
import type { FilingType } from '@yijie/codes';
import { isLongTerm } from '../chosen-filing.ts';
import type { FilingParameters } from './filing-parameters.ts';

/**
 * First day on which a filing that starts on `from` no longer holds, undefined when it is open-ended. Months end on
 * the same day of a later month; where that month is shorter, on its last day (31 August + 6 months: 28 February).
 */
export function defaultUntil(
  type: FilingType,
  byCommitment: boolean,
  from: LocalDate,
  parameters: FilingParameters,
): LocalDate | undefined {
  const validity =
    byCommitment && parameters.commitmentValidity !== undefined
      ? parameters.commitmentValidity
      : parameters.validity[type];
  return validity === 'open-ended' ? undefined : addMonths(from, validity);
}

/** First day on which the filing may be changed or cancelled; only long-term filings are locked. */
export function lockedUntil(
  type: FilingType,
  effectiveOn: LocalDate,
  parameters: FilingParameters,
): LocalDate | undefined {
  if (!isLongTerm(type) || parameters.longTermLockMonths === 0) return undefined;
  return addMonths(effectiveOn, parameters.longTermLockMonths);
}
