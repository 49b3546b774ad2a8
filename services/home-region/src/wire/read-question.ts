import { provinceOf } from '@yijie/codes';
import { Question as WireQuestion } from '@yijie/contracts/exchange';
import type { Incoming } from '@yijie/exchange';
import type { Question, QuestionHead } from '../core/settling/question.ts';
import { FieldError, readBill, readId, readInstant, readPool, readVisit, required } from './fields.ts';

/** Commands that one diagnosis asks about at most. */
const COMMANDS_MAX = 20;

export type ReadQuestion =
  | { readonly ok: true; readonly question: Question }
  | { readonly ok: false; readonly reasonCode: string; readonly reason: string };

/** A message of the quote topic as a question. What can't be one is dropped: it changed nothing, and its asker gives up. */
export function readQuestion(message: Incoming): ReadQuestion {
  if (message.kind !== 'question')
    return broken('DLQ-SCHEMA', `a ${message.kind || 'record'} on the quote topic`);
  try {
    const wire = WireQuestion.decode(message.payload);
    if (message.signedBy !== provinceOf(wire.treatmentPool))
      return broken('SIG-REGION', `${message.signedBy} speaks for ${wire.treatmentPool}`);
    return { ok: true, question: questionOf(wire, headOf(message, wire)) };
  } catch (error) {
    return broken('DLQ-DECODE', error instanceof FieldError ? error.message : 'not a question');
  }
}

function broken(reasonCode: string, reason: string): ReadQuestion {
  return { ok: false, reasonCode, reason };
}

function headOf(message: Incoming, wire: WireQuestion): QuestionHead {
  return {
    id: readId('question_id', wire.questionId),
    homePool: readPool('home_pool', wire.homePool),
    treatmentPool: readPool('treatment_pool', wire.treatmentPool),
    institutionCode: required('institution_code', wire.institutionCode),
    askedAtMs: readInstant('asked_at_ms', wire.askedAtMs),
    expiresAtMs: wire.expiresAtMs,
    replyPartition: wire.replyPartition < 0 ? null : wire.replyPartition,
    traceParent: message.traceParent,
  };
}

function questionOf(wire: WireQuestion, head: QuestionHead): Question {
  const { body } = wire;
  switch (body?.$case) {
    case 'verifyPerson':
      return { ...head, kind: 'verify-person', sealedCredential: body.verifyPerson.sealedCredential };
    case 'checkBenefit':
      return {
        ...head,
        kind: 'check-benefit',
        personToken: required('person_token', body.checkBenefit.personToken),
        visit: readVisit(body.checkBenefit.visit, { beforeAdmission: true }),
      };
    case 'preSettle': {
      const { personToken, settle } = body.preSettle;
      if (settle === undefined) throw new FieldError('settle', 'none');
      return {
        ...head,
        kind: 'pre-settle',
        personToken: required('person_token', personToken),
        bill: readBill(settle),
        settledAtMs:
          settle.settledAtMs === 0 ? head.askedAtMs : readInstant('settled_at_ms', settle.settledAtMs),
      };
    }
    case 'explain':
      return { ...head, kind: 'explain', settlementId: readId('settlement_id', body.explain.settlementId) };
    case 'diagnose': {
      const { personToken, settle, commandIds } = body.diagnose;
      if (commandIds.length > COMMANDS_MAX) throw new FieldError('command_ids', commandIds.length);
      return {
        ...head,
        kind: 'diagnose',
        personToken: required('person_token', personToken),
        bill: settle && readBill(settle),
        quoteHash: settle === undefined || settle.quoteHash.length === 0 ? undefined : settle.quoteHash,
        settledAtMs:
          settle === undefined || settle.settledAtMs === 0
            ? head.askedAtMs
            : readInstant('settled_at_ms', settle.settledAtMs),
        commandIds: commandIds.map((id) => readId('command_ids', id)),
      };
    }
    case undefined:
      throw new FieldError('body', 'none');
  }
}
