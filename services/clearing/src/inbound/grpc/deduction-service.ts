import { localDateToNumber } from '@yijie/calendar';
import {
  DEDUCTION_REASONS,
  DEDUCTION_SOURCES,
  type DisputeEvent,
  fundAmounts,
  parsePeriod,
} from '@yijie/clearing';
import { provinceOf } from '@yijie/codes';
import {
  DeductionServiceService,
  type CheckRequest as WireCheck,
  type Dispute as WireDispute,
} from '@yijie/contracts/clearing';
import { type Refusal, refuse } from '@yijie/errors';
import { type UnaryService, unaryService } from '@yijie/runtime';
import type { Authorized } from '@yijie/security';
import { answerCheck, askCheck } from '../../application/deductions/check-stay.ts';
import { answerDispute, raiseDispute } from '../../application/deductions/dispute-row.ts';
import {
  decideObjection,
  objectToDeduction,
  recordDeduction,
} from '../../application/deductions/record-deduction.ts';
import type { RunDesk } from '../../application/runs/run-desk.ts';
import { checksOf, type StoredCheck } from '../../repositories/deductions/check-requests.ts';
import {
  deductionsOfRun,
  deductionsOfSettlement,
  type StoredDeduction,
} from '../../repositories/deductions/deductions.ts';
import { disputesOf, type StoredDispute } from '../../repositories/deductions/disputes.ts';
import { writeDeduction } from '../../wire/write-deduction.ts';
import { actingOf, refuseParty, refuseReading } from './acting-for.ts';

/** What an answer to a dispute says, as its new state. */
const DISPUTE_EVENTS: Readonly<Record<string, DisputeEvent>> = {
  ACCEPTED: 'accept',
  REJECTED: 'reject',
  ESCALATED: 'escalate',
  DECIDED: 'decide',
};

export function deductionService(desk: RunDesk): UnaryService<Authorized> {
  const { database } = desk;
  /** Of the treatment pool, or of its province. */
  const treats =
    (identity: Authorized) =>
    ({ treatmentPool }: { readonly treatmentPool: string }) =>
      refuseParty(identity, treatmentPool) && refuseParty(identity, provinceOf(treatmentPool));

  return unaryService(DeductionServiceService, {
    async recordDeduction(request, { identity }) {
      const { deductId, settlementId, reasonText, evidenceNo } = request;
      const reason = DEDUCTION_REASONS.find((one) => one === request.reason);
      const source = DEDUCTION_SOURCES.find((one) => one === request.source);
      if (reason === undefined) return refuse('FRM-VALUE', { field: 'reason' });
      if (source === undefined) return refuse('FRM-VALUE', { field: 'source' });
      if (!/^[\x21-\x7e]{1,60}$/.test(deductId)) return refuse('FRM-VALUE', { field: 'deduct_id' });
      if (evidenceNo.trim() === '') return refuse('FRM-REQUIRED', { field: 'evidence_no' });
      const { funds } = request;
      const amounts = Object.values(funds ?? {});
      if (!amounts.every((amount) => Number.isSafeInteger(amount)))
        return refuse('FRM-AMOUNT', { field: 'funds' });
      const recorded = await recordDeduction(
        desk,
        {
          deductId,
          settlementId,
          funds: fundAmounts((name) => funds?.[name] ?? 0),
          reason,
          reasonText,
          source,
          evidenceNo,
        },
        actingOf(identity),
        treats(identity),
      );
      return recorded.ok ? { deduction: writeDeduction(recorded.deduction) } : recorded;
    },

    async listDeductions({ run, settlementId }, { identity }) {
      const period = parsePeriod(`${run?.period ?? ''}`);
      const isOfRun = settlementId === '' && run !== undefined && period !== undefined;
      if (!isOfRun && !/^[0-9a-f]{32}$/.test(settlementId)) return refuse('FRM-REQUIRED', { field: 'run' });
      const found = isOfRun
        ? await deductionsOfRun(database, run.owner, period)
        : await deductionsOfSettlement(database, settlementId);
      const visible = found.filter(({ homePool, treatmentPool }) =>
        [homePool, treatmentPool, provinceOf(homePool), provinceOf(treatmentPool)].some(
          (party) => refuseReading(identity, run?.owner ?? '', party) === undefined,
        ),
      );
      return { deductions: visible.map(writeDeduction) };
    },

    async objectToDeduction({ deductId, reason }, { identity }) {
      const { caller } = identity;
      const mayAct = (deduction: StoredDeduction): Refusal | undefined => {
        if (caller.kind !== 'institution') return treats(identity)(deduction);
        const isOwn = caller.institutionCode === deduction.institutionCode;
        return isOwn ? undefined : refuse('CLR-DEDUCT-NONE', { deductId });
      };
      const objected = await objectToDeduction(desk, { deductId, reason }, actingOf(identity), mayAct);
      return objected.ok ? { deduction: writeDeduction(objected.deduction) } : objected;
    },

    async decideObjection(request, { identity }) {
      const decided = await decideObjection(desk, request, actingOf(identity), treats(identity));
      return decided.ok ? { deduction: writeDeduction(decided.deduction) } : decided;
    },

    async raiseDispute({ disputeId, settlementId, deductId, party, reason }, { identity }) {
      const refusal = refuseParty(identity, party);
      if (refusal !== undefined) return refusal;
      if (!/^[\x21-\x7e]{1,64}$/.test(disputeId)) return refuse('FRM-VALUE', { field: 'dispute_id' });
      const form = {
        disputeId,
        settlementId,
        deductId: deductId === '' ? undefined : deductId,
        party,
        reason,
      };
      const raised = await raiseDispute(desk, form, actingOf(identity));
      if (!raised.ok) return raised;
      return { dispute: writeDispute(raised.dispute), rowCarried: raised.rowCarried };
    },

    async answerDispute({ disputeId, state, answer, stands }, { identity }) {
      const event = DISPUTE_EVENTS[state];
      if (event === undefined) return refuse('FRM-VALUE', { field: 'state' });
      const words = { disputeId, event, words: answer, stands };
      const answered = await answerDispute(desk, words, actingOf(identity));
      return answered.ok ? { dispute: writeDispute(answered.dispute) } : answered;
    },

    async listDisputes({ party, openOnly }, { identity }) {
      const refusal = refuseReading(identity, party, party);
      if (refusal !== undefined) return refusal;
      return { disputes: (await disputesOf(database, party, openOnly)).map(writeDispute) };
    },

    async askCheck({ checkId, settlementId, party, question }, { identity }) {
      const refusal = refuseParty(identity, party);
      if (refusal !== undefined) return refusal;
      if (!/^[\x21-\x7e]{1,64}$/.test(checkId)) return refuse('FRM-VALUE', { field: 'check_id' });
      const asked = await askCheck(desk, { checkId, settlementId, party, question }, actingOf(identity));
      return asked.ok ? { check: writeCheck(asked.check) } : asked;
    },

    async answerCheck({ checkId, answer }, { identity }) {
      const mayAct = ({ toParty }: StoredCheck) => treats(identity)({ treatmentPool: toParty });
      const answered = await answerCheck(desk, { checkId, answer }, actingOf(identity), mayAct);
      return answered.ok ? { check: writeCheck(answered.check) } : answered;
    },

    async listChecks({ party, openOnly }, { identity }) {
      const refusal = refuseReading(identity, party, party);
      if (refusal !== undefined) return refusal;
      return { checks: (await checksOf(database, party, openOnly)).map(writeCheck) };
    },
  });
}

function writeDispute(dispute: StoredDispute): WireDispute {
  return {
    disputeId: dispute.disputeId,
    settlementId: dispute.settlementId,
    deductId: dispute.deductId ?? '',
    raisedByParty: dispute.raisedBy,
    state: dispute.state,
    level: dispute.level,
    reason: dispute.raisedWords,
    answer: dispute.step === 1 ? '' : dispute.words,
    atMs: dispute.atMs,
  };
}

function writeCheck(check: StoredCheck): WireCheck {
  return {
    checkId: check.checkId,
    settlementId: check.settlementId,
    askedByParty: check.askedByParty,
    question: check.question,
    answer: check.answer ?? '',
    state: check.answeredAtMs === undefined ? 'ASKED' : 'ANSWERED',
    dueOn: localDateToNumber(check.dueOn),
    askedAtMs: check.askedAtMs,
    answeredAtMs: check.answeredAtMs ?? 0,
  };
}
