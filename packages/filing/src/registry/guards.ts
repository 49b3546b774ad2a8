import { addDays } from '@yijie/calendar';
import { type Refusal, refuse } from '@yijie/errors';
import { changedTerms } from './changed-terms.ts';
import { refuseDuplicate } from './duplicates.ts';
import type { FilingCommand, FilingRecord } from './filing-record.ts';
import type { RegistryContext } from './registry-context.ts';
import { hasEvidence, requiredEvidence } from './required-evidence.ts';
import { refuseBar, refuseTerms } from './submit-filing.ts';
import type { Condition, Guard } from './transition-table.ts';
import { defaultUntil } from './validity.ts';

type Check<Answer> = (filing: FilingRecord, command: FilingCommand, context: RegistryContext) => Answer;

export const conditions: Readonly<Record<Condition, Check<boolean>>> = {
  'start-reached': (filing, _command, { today }) => filing.from <= today,
  'start-ahead': (filing, _command, { today }) => filing.from > today,
};

export const guards: Readonly<Record<Guard, Check<Refusal | undefined>>> = {
  'missing-listed': (_filing, command) =>
    command.event === 'ask-material' && command.missing.length > 0
      ? undefined
      : refuse('FRM-REQUIRED', { field: 'missing' }),

  'reason-given': (_filing, command) =>
    'reasonCode' in command && command.reasonCode !== ''
      ? undefined
      : refuse('FRM-REQUIRED', { field: 'reasonCode' }),

  // Another channel may have made a filing since this one was applied for.
  'still-free': (filing, _command, { held, parameters }) =>
    refuseDuplicate(filing, others(held, filing).filter(isDecided), parameters),

  'start-due': (filing, command, { today }) => (filing.from <= today ? undefined : notNow(filing, command)),

  'supplement-overdue': (filing, command, { today }) =>
    filing.supplementDueOn !== undefined && today > filing.supplementDueOn
      ? undefined
      : notNow(filing, command),

  // A deemed row documents a settlement; it is nobody's to change.
  'not-deemed': (filing) => (filing.type === 'TM_EMERGENCY' ? refuse('FIL-DEEMED') : undefined),

  'lock-over': (filing, _command, context) => refuseLocked(filing, context),

  'no-open-stay': (_filing, _command, { openStay }) => (openStay ? refuse('FIL-OPENSTAY') : undefined),

  'new-terms-fit': (filing, command, context) => {
    if (command.event !== 'change') return notNow(filing, command);
    const terms = changedTerms(filing, command, context);
    return (
      refuseTerms({ ...terms, evidence: command.evidence }, context.homePool) ??
      refuseBar(terms.byCommitment, context) ??
      refuseDuplicate(terms, others(context.held, filing), context.parameters)
    );
  },

  'end-passed': (filing, command, { today }) =>
    filing.until !== undefined && filing.until <= today ? undefined : notNow(filing, command),

  renewable: (filing) =>
    (filing.type === 'TM_REFERRAL' || filing.type === 'TM_OTHER') && filing.until !== undefined
      ? undefined
      : refuse('FIL-NORENEW', { filingType: filing.type }),

  'renewal-open': (filing, _command, { today, parameters }) => {
    if (filing.until === undefined) return undefined;
    const renewFrom = addDays(filing.until, -1 - parameters.renewalOpensDays);
    return today < renewFrom ? refuse('FIL-RENEWEARLY', { renewFrom }) : undefined;
  },

  'not-renewed': (filing, _command, { held, parameters, today }) => {
    const from = filing.until !== undefined && today < filing.until ? filing.until : today;
    const until = defaultUntil(filing.type, filing.byCommitment, from, parameters);
    return refuseDuplicate({ ...filing, from, until }, others(held, filing), parameters);
  },

  'proof-pending': (filing, command) => (filing.proof === 'PENDING' ? undefined : notNow(filing, command)),

  'proof-shown': (filing, command) =>
    command.event === 'proof-supplied' && hasEvidence(filing.type, command.evidence)
      ? undefined
      : refuse('FIL-MATERIAL', { missing: requiredEvidence[filing.type].join(' / ') }),

  'proof-overdue': (filing, command, { today }) =>
    filing.proofDueOn !== undefined && today > filing.proofDueOn ? undefined : notNow(filing, command),
};

/** The event isn't for this filing, or not yet. */
export function notNow(filing: FilingRecord, command: FilingCommand): Refusal {
  return refuse('FIL-STATE', { filingState: filing.state, event: command.event });
}

/** A region chosen wrongly can be put right at once: the lock doesn't hold for a day, nor before first use (§1.7). */
function refuseLocked(filing: FilingRecord, context: RegistryContext): Refusal | undefined {
  const { today, now, used, parameters } = context;
  if (filing.lockedUntil === undefined || today >= filing.lockedUntil || !used) return undefined;
  const freeMs = parameters.lockFreeHours * 3_600_000;
  if (filing.effectiveAt !== undefined && now - filing.effectiveAt < freeMs) return undefined;
  return refuse('FIL-LOCKED', { lockedUntil: filing.lockedUntil });
}

function others(held: readonly FilingRecord[], filing: FilingRecord): FilingRecord[] {
  return held.filter((other) => other.filingId !== filing.filingId);
}

function isDecided(filing: FilingRecord): boolean {
  return filing.state === 'EFFECTIVE' || filing.state === 'SCHEDULED';
}
