import { addDays, addMonths, type LocalDate } from '@yijie/calendar';
import type { FilingType } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import { isLongTerm } from '../chosen-filing.ts';
import { isFilingTarget, isSamePool } from '../region-coverage.ts';
import { refuseDuplicate } from './duplicates.ts';
import type { Channel, Evidence, FilingRecord, Registered } from './filing-record.ts';
import type { RegistryContext } from './registry-context.ts';
import { allowsCommitment, hasEvidence, proofState, requiredEvidence } from './required-evidence.ts';
import { reviewDueOn } from './review-deadline.ts';
import { takeEffect } from './take-effect.ts';
import { defaultUntil } from './validity.ts';

export interface FilingRequest {
  readonly filingId: string;
  readonly type: FilingType;
  readonly targetRegion: string;
  readonly from: LocalDate;
  /** Undefined: the home region's default for the type. */
  readonly until?: LocalDate | undefined;
  readonly channel: Channel;
  readonly byCommitment: boolean;
  readonly evidence: readonly Evidence[];
  /** 自助开通: effective at once where the category allows it. */
  readonly selfService: boolean;
}

/** A new filing: first the form, then the state (clearing-and-filing §1.4, §1.7). */
export function submitFiling(request: FilingRequest, context: RegistryContext): Registered | Refusal {
  const refusal =
    refuseForm(request, context) ??
    refusePerson(context) ??
    refuseBar(request.byCommitment, context) ??
    refuseDuplicate({ ...request, until: untilOf(request, context) }, context.held, context.parameters);
  if (refusal !== undefined) return refusal;

  const applied: FilingRecord = {
    filingId: request.filingId,
    version: 1,
    type: request.type,
    targetRegion: request.targetRegion,
    from: request.from,
    until: untilOf(request, context),
    state: 'REQUESTED',
    channel: request.channel,
    byCommitment: request.byCommitment,
    proof: proofState(request.type, request.byCommitment, request.evidence),
    evidence: request.evidence,
    appliedAt: context.now,
  };
  const atOnce = request.selfService && context.parameters.selfServiceTypes.includes(request.type);
  const row = atOnce
    ? decideAtOnce(applied, context)
    : { ...applied, reviewDueOn: reviewDueOn(context.today, context.parameters) };
  const event = atOnce ? 'submit-self-service' : 'submit';
  const { filingId, version, state: to } = row;
  return {
    ok: true,
    rows: [row],
    transitions: [{ filingId, version, to, event, actor: context.actor, at: context.now }],
  };
}

/** What a filing must be whoever asks for it: also asked when a filing changes into another one. */
export function refuseTerms(
  terms: Pick<FilingRequest, 'type' | 'targetRegion' | 'byCommitment' | 'evidence'>,
  homePool: string,
): Refusal | undefined {
  const { type, targetRegion, byCommitment, evidence } = terms;
  if (type === 'TM_EMERGENCY') return refuse('FIL-DEEMED');
  if (!isFilingTarget(targetRegion) || isSamePool(targetRegion, homePool)) {
    return refuse('FIL-TARGET', { targetRegion });
  }
  if (byCommitment && !allowsCommitment(type)) return refuse('FIL-NOCOMMIT', { filingType: type });
  if (!byCommitment && !hasEvidence(type, evidence)) {
    return refuse('FIL-MATERIAL', { missing: requiredEvidence[type].join(' / ') });
  }
  return undefined;
}

/** Somebody who let a commitment lapse files with the proof itself for a time. */
export function refuseBar(byCommitment: boolean, context: RegistryContext): Refusal | undefined {
  if (!byCommitment) return undefined;
  for (const { barredUntil } of context.held) {
    if (barredUntil !== undefined && context.today < barredUntil)
      return refuse('FIL-BARRED', { barredUntil });
  }
  return undefined;
}

function refuseForm(request: FilingRequest, context: RegistryContext): Refusal | undefined {
  if (request.channel === 'DEEMED') return refuse('FIL-DEEMED');
  return refuseTerms(request, context.homePool) ?? refuseDates(request, context);
}

function refuseDates(request: FilingRequest, { today, parameters }: RegistryContext): Refusal | undefined {
  const { type, from, until } = request;
  const earliest = addDays(today, -(parameters.backdateDays[type] ?? 0));
  if (from < earliest || from > addDays(today, parameters.advanceDaysMax)) {
    return refuse('FIL-DATES', { validFrom: from, lastDay: lastDayOf(until), earliest });
  }
  if (until === undefined) return undefined;
  const values = { validFrom: from, lastDay: lastDayOf(until) };
  if (until <= from) return refuse('FIL-DATES', values);
  if (isLongTerm(type)) return undefined;
  if (until < addMonths(from, parameters.temporaryMonthsMin)) {
    return refuse('FIL-DATES', { ...values, months: `${parameters.temporaryMonthsMin}` });
  }
  return until > addMonths(from, parameters.temporaryMonthsMax) ? refuse('FIL-DATES', values) : undefined;
}

function lastDayOf(until: LocalDate | undefined): string {
  return until === undefined ? '' : addDays(until, -1);
}

function refusePerson({ enrolment }: RegistryContext): Refusal | undefined {
  if (enrolment === 'ACTIVE') return undefined;
  return enrolment === 'MOVED' ? refuse('ENR-MOVED') : refuse('ENR-INACTIVE', { enrolment });
}

function untilOf(request: FilingRequest, { parameters }: RegistryContext): LocalDate | undefined {
  return request.until ?? defaultUntil(request.type, request.byCommitment, request.from, parameters);
}

function decideAtOnce(applied: FilingRecord, context: RegistryContext): FilingRecord {
  const decided = { ...applied, decidedAt: context.now, decidedBy: context.actor };
  return applied.from <= context.today
    ? takeEffect(decided, context.now, context.today, context.parameters)
    : { ...decided, state: 'SCHEDULED' };
}
