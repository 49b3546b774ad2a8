import { addDays, addMonths, type LocalDate, startOfDay } from '@yijie/calendar';
import { assert } from '@yijie/money';
import { changedTerms } from './changed-terms.ts';
import type { FilingCommand, FilingRecord } from './filing-record.ts';
import type { RegistryContext } from './registry-context.ts';
import { evidenceOf, hasEvidence, proofState } from './required-evidence.ts';
import { reviewDueOn } from './review-deadline.ts';
import { takeEffect } from './take-effect.ts';
import type { Effect } from './transition-table.ts';
import { defaultUntil } from './validity.ts';

/** The filing after an effect, and the new filing that some effects make beside it. */
export interface Effected {
  readonly filing: FilingRecord;
  readonly added?: FilingRecord;
}

type Apply = (filing: FilingRecord, command: FilingCommand, context: RegistryContext) => Effected;

export const effects: Readonly<Record<Effect, Apply>> = {
  'stop-review-clock': (filing, command, { today, parameters }) => ({
    filing: {
      ...filing,
      missing: command.event === 'ask-material' ? command.missing : [],
      reviewDueOn: undefined,
      supplementDueOn: addDays(today, parameters.supplementDays),
    },
  }),

  'start-review-clock': (filing, _command, { today, parameters }) => ({
    filing: {
      ...filing,
      missing: undefined,
      supplementDueOn: undefined,
      reviewDueOn: reviewDueOn(today, parameters),
    },
  }),

  'end-review': (filing) => ({
    filing: { ...filing, reviewDueOn: undefined, missing: undefined, supplementDueOn: undefined },
  }),

  'add-evidence': (filing, command) => {
    const shown = 'evidence' in command ? command.evidence : [];
    const evidence = [...new Set([...evidenceOf(filing), ...shown])];
    // Who promised the proof and shows it now has kept the promise.
    const proof =
      filing.proof === 'PENDING' && hasEvidence(filing.type, evidence) ? 'COMPLETE' : filing.proof;
    return { filing: { ...filing, evidence, proof } };
  },

  decide: (filing, _command, { now, actor }) => ({ filing: { ...filing, decidedAt: now, decidedBy: actor } }),

  // A scheduled filing begins at 00:00 of its first day, however late the timer comes; an approved one at approval.
  'take-effect': (filing, command, { now, today, parameters }) => ({
    filing:
      command.event === 'start'
        ? takeEffect(filing, startOfDay(filing.from), filing.from, parameters)
        : takeEffect(filing, now, today, parameters),
  }),

  'keep-reason': (filing, command) => ({ filing: { ...filing, reasonCode: reasonOf(command) } }),

  // The day of a cancellation or a change is still covered; open stays keep what they had when admitted.
  'end-today': (filing, _command, { today }) => ({ filing: { ...filing, until: endOf(filing, today) } }),

  replace: (filing, command, context) => {
    assert(command.event === 'change', `replace on ${command.event}`);
    const terms = changedTerms(filing, command, context);
    const { now, today, actor, parameters } = context;
    const added: FilingRecord = {
      ...terms,
      filingId: command.newFilingId,
      version: 1,
      state: 'EFFECTIVE',
      channel: filing.channel,
      proof: proofState(terms.type, terms.byCommitment, command.evidence),
      evidence: command.evidence,
      supersedesId: filing.filingId,
      appliedAt: now,
      decidedAt: now,
      decidedBy: actor,
    };
    return { filing, added: takeEffect(added, now, today, parameters) };
  },

  // Renewed in time it goes on without a gap, else it starts today.
  continue: (filing, command, { now, today, actor, parameters }) => {
    assert(command.event === 'renew' && filing.until !== undefined, `continue on ${command.event}`);
    const inTime = today < filing.until;
    const from = inTime ? filing.until : today;
    const added: FilingRecord = {
      filingId: command.newFilingId,
      version: 1,
      type: filing.type,
      targetRegion: filing.targetRegion,
      from,
      until: defaultUntil(filing.type, filing.byCommitment, from, parameters),
      state: 'SCHEDULED',
      channel: filing.channel,
      byCommitment: filing.byCommitment,
      proof: filing.proof,
      evidence: filing.evidence,
      supersedesId: filing.filingId,
      appliedAt: now,
      decidedAt: now,
      decidedBy: actor,
    };
    return { filing, added: inTime ? added : takeEffect(added, now, today, parameters) };
  },

  'complete-proof': (filing) => ({ filing: { ...filing, proof: 'COMPLETE', proofDueOn: undefined } }),

  'bar-commitments': (filing, _command, { today, parameters }) => ({
    filing: { ...filing, barredUntil: addMonths(today, parameters.commitmentBarMonths) },
  }),
};

export function reasonOf(command: FilingCommand): string | undefined {
  switch (command.event) {
    case 'reject':
    case 'cancel':
      return command.reasonCode;
    case 'supplement-timeout':
      return 'SILENT';
    case 'enrolment-ended':
      return 'ENROLMENT';
    case 'proof-overdue':
      return 'PROOF';
    default:
      return undefined;
  }
}

/** Today is the last day, unless the filing ends earlier anyway. */
function endOf(filing: FilingRecord, today: LocalDate): LocalDate {
  const tomorrow = addDays(today, 1);
  return filing.until !== undefined && filing.until < tomorrow ? filing.until : tomorrow;
}
