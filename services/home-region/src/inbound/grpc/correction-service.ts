import { localDateToNumber } from '@yijie/calendar';
import {
  CorrectionServiceService,
  DecideCorrectionResponse,
  ProposeCorrectionResponse,
  RecordCorrectionPaymentResponse,
  type Correction as WireCorrection,
  type CorrectedFacts as WireFacts,
} from '@yijie/contracts/reimbursement';
import { NO_SHARES } from '@yijie/money';
import type { Database } from '@yijie/postgres';
import { type Clock, type Ids, idToText, type UnaryService, unaryService } from '@yijie/runtime';
import { type Authorized, callerName } from '@yijie/security';
import { decideCorrection } from '../../application/claims/decide-correction.ts';
import { payCorrection } from '../../application/claims/pay-correction.ts';
import { type BureauActor, proposeCorrection } from '../../application/claims/propose-correction.ts';
import type { CorrectedFacts } from '../../core/claims/correct-settlement.ts';
import { CORRECTION_REASONS } from '../../core/claims/correction-states.ts';
import type { PolicyBook } from '../../core/policy/policy-book.ts';
import { type Correction, correctionsOf, settledAfter } from '../../repositories/claims/correction-rows.ts';
import { hospitalKind, hospitalLevel, personClass, ratioClass } from '../../wire/words.ts';
import { callerPool } from './caller-pool.ts';
import {
  optionalWord,
  readForm,
  requiredDate,
  requiredId,
  requiredText,
  requiredWord,
  wholeNumber,
} from './form.ts';
import { keyedCall } from './keyed-call.ts';

export interface CorrectionParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly policies: PolicyBook;
}

export function correctionService(parts: CorrectionParts): UnaryService<Authorized> {
  const { database } = parts;
  return unaryService(CorrectionServiceService, {
    async proposeCorrection(request, call) {
      const read = readForm(() => ({
        settlementId: requiredId('settlement_id', request.settlementId),
        reasonCode: requiredWord(
          'reason_code',
          CORRECTION_REASONS.find((one) => one === request.reasonCode),
        ),
        reason: requiredText('reason', request.reason, 500),
        facts: readFacts(request.facts),
        policyVersion: request.policyVersion === '' ? undefined : request.policyVersion,
      }));
      if (!read.ok) return read;
      const { form } = read;
      return keyedCall(parts, call, request.idempotencyKey, ProposeCorrectionResponse, async (tx, nowMs) => {
        const proposed = await proposeCorrection(parts, tx, form, actorOf(call.identity), nowMs);
        if (!proposed.ok) return proposed;
        const { correction } = proposed;
        const later =
          Object.keys(correction.accumulatorDelta).length === 0
            ? []
            : await settledAfter(tx, form.settlementId);
        return {
          ok: true,
          action: 'correction.propose',
          object: objectOf(correction),
          response: { correction: wireCorrection(correction), recalculationSuggested: later.map(idToText) },
        };
      });
    },

    async decideCorrection(request, call) {
      const read = readForm(() => ({
        correctionId: requiredId('correction_id', request.correctionId),
        approve: request.approve,
        recover: request.recover,
        netFen: request.netFen,
        reason: requiredText('reason', request.reason, 500),
      }));
      if (!read.ok) return read;
      return keyedCall(parts, call, request.idempotencyKey, DecideCorrectionResponse, async (tx, nowMs) => {
        const decided = await decideCorrection(tx, read.form, actorOf(call.identity), nowMs);
        if (!decided.ok) return decided;
        return {
          ok: true,
          action: request.approve ? 'correction.approve' : 'correction.reject',
          object: objectOf(decided.correction),
          response: { correction: wireCorrection(decided.correction) },
        };
      });
    },

    async recordCorrectionPayment(request, call) {
      const read = readForm(() => ({
        correctionId: requiredId('correction_id', request.correctionId),
        bankReference: requiredText('bank_reference', request.bankReference, 64),
        paidOn: requiredDate('paid_on', request.paidOn),
      }));
      if (!read.ok) return read;
      const { correctionId, ...payment } = read.form;
      return keyedCall(
        parts,
        call,
        request.idempotencyKey,
        RecordCorrectionPaymentResponse,
        async (tx, nowMs) => {
          const paid = await payCorrection(tx, correctionId, payment, actorOf(call.identity), nowMs);
          if (!paid.ok) return paid;
          return {
            ok: true,
            action: 'correction.pay',
            object: objectOf(paid.correction),
            response: { correction: wireCorrection(paid.correction) },
          };
        },
      );
    },

    async listCorrections(request, { identity }) {
      const read = readForm(() => requiredId('settlement_id', request.settlementId));
      if (!read.ok) return read;
      const found = await correctionsOf(database, read.form, callerPool(identity));
      return { corrections: found.map(wireCorrection) };
    },
  });
}

function actorOf(identity: Authorized): BureauActor {
  return { name: callerName(identity.caller), pool: callerPool(identity) };
}

function objectOf({ correctionId }: Correction): string {
  return `correction:${idToText(correctionId)}`;
}

function readFacts(wire: WireFacts | undefined): CorrectedFacts {
  if (wire === undefined) return {};
  return {
    ratioClass: optionalWord('ratio_class', wire.ratioClass, ratioClass),
    personClass: optionalWord('person_class', wire.personClass, personClass),
    insuredYears:
      wire.insuredYears === undefined ? undefined : wholeNumber('insured_years', wire.insuredYears, 100),
    groups: wire.groups?.groups.map((group) => requiredText('groups', group)),
    hospitalLevel: optionalWord('hospital_level', wire.hospitalLevel, hospitalLevel),
    hospitalKind:
      wire.hospitalKind === '' ? undefined : requiredWord('hospital_kind', hospitalKind(wire.hospitalKind)),
    diseaseCode: wire.diseaseCode === '' ? undefined : requiredText('disease_code', wire.diseaseCode, 20),
  };
}

function wireCorrection(correction: Correction): WireCorrection {
  return {
    correctionId: idToText(correction.correctionId),
    settlementId: idToText(correction.settlementId),
    ordinal: correction.ordinal,
    state: correction.state,
    reasonCode: correction.reasonCode,
    reason: correction.reason,
    policyVersion: correction.policyVersion,
    difference: { ...NO_SHARES, ...correction.difference },
    netFen: correction.netFen,
    proposedBy: correction.proposedBy,
    proposedAtMs: correction.proposedAtMs,
    decidedBy: correction.decidedBy ?? '',
    decidedAtMs: correction.decidedAtMs ?? 0,
    decisionReason: correction.decisionReason ?? '',
    paidBy: correction.paidBy ?? '',
    paidOn: correction.paidOn === null ? 0 : localDateToNumber(correction.paidOn),
    bankReference: correction.bankReference ?? '',
  };
}
