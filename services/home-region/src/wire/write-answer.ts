import type { Layer as WireLayer } from '@yijie/contracts/common';
import {
  Reply,
  Reversed_Result as WireReversal,
  type Settled as WireSettled,
} from '@yijie/contracts/exchange';
import { basisPoints, fen } from '@yijie/money';
import type { PolicyLayer } from '@yijie/policy';
import type { Answer, RefusedAnswer, ReversedAnswer, SettledAnswer } from '../core/settling/answer.ts';
import { filingType, personClass, ratioClass, scheme } from './words.ts';

export type ReplyResult = NonNullable<Reply['result']>;

/** The answer to a command as it travels, and as the inbox keeps it for ever. */
export function writeAnswer(answers: Uint8Array, answer: Answer): Buffer {
  return writeReply(answers, resultOf(answer));
}

export function writeReply(answers: Uint8Array, result: ReplyResult): Buffer {
  return Buffer.from(Reply.encode({ answers: asBuffer(answers), result }).finish());
}

/** The settlement or refund that a stored answer tells of; undefined for every other answer. */
export function readSettled(reply: Uint8Array): SettledAnswer | undefined {
  const { result } = Reply.decode(reply);
  return result?.$case === 'settled' ? settledFromWire(result.settled) : undefined;
}

function resultOf(answer: Answer): ReplyResult {
  switch (answer.kind) {
    case 'settled':
      return { $case: 'settled', settled: settledToWire(answer) };
    case 'refused':
      return { $case: 'refused', refused: refusedToWire(answer) };
    case 'rolled-back':
      return { $case: 'rolledBack', rolledBack: {} };
    case 'expired':
      return { $case: 'expired', expired: { readAtMs: answer.readAtMs } };
    case 'parked':
      return { $case: 'parked', parked: {} };
    case 'reversed':
      return { $case: 'reversed', reversed: reversedToWire(answer) };
  }
}

export function refusedToWire(answer: RefusedAnswer) {
  return {
    code: answer.code,
    values: { ...answer.values },
    quote: answer.quote === undefined ? undefined : settledToWire(answer.quote),
  };
}

const REVERSALS = {
  ROLLED_BACK: WireReversal.ROLLED_BACK,
  NOTHING_TO_UNDO: WireReversal.NOTHING_TO_UNDO,
  HAD_SETTLED: WireReversal.HAD_SETTLED,
} as const;

function reversedToWire(answer: ReversedAnswer) {
  return {
    result: REVERSALS[answer.result],
    originalCommandId: asBuffer(answer.originalId),
    settled: answer.settled === undefined ? undefined : settledToWire(answer.settled),
  };
}

export function settledToWire(answer: SettledAnswer): WireSettled {
  return {
    settlementId: asBuffer(answer.settlementId),
    refundedSettlementId: answer.refundedId === undefined ? NO_BYTES : asBuffer(answer.refundedId),
    totalFen: answer.totalFen,
    shares: answer.shares,
    layers: answer.layers.map(layerToWire),
    deductiblePaidFen: answer.deductiblePaidFen,
    scheme: scheme.wire(answer.scheme),
    personClass: personClass.wire(answer.personClass),
    ratioClass: ratioClass.wire(answer.ratioClass),
    eligibilityCode: answer.eligibilityCode,
    filingType: answer.filingType === undefined ? 0 : filingType.wire(answer.filingType),
    policyVersion: answer.policyVersion,
    settledAtMs: answer.settledAtMs,
    accountBalanceAfterFen: answer.accountBalanceAfterFen,
    yearDeductibleUsedFen: answer.yearDeductibleUsedFen,
    yearPoolUsedFen: answer.yearPoolUsedFen,
    quoteHash: asBuffer(answer.quoteHash),
    notes: [...answer.notes],
    recalculationSuggested: answer.recalculationSuggested.map(asBuffer),
  };
}

function settledFromWire(wire: WireSettled): SettledAnswer {
  const { shares } = wire;
  if (shares === undefined) throw new Error('a stored settlement without shares');
  return {
    kind: 'settled',
    settlementId: wire.settlementId,
    refundedId: wire.refundedSettlementId.length === 0 ? undefined : wire.refundedSettlementId,
    totalFen: fen(wire.totalFen),
    shares: {
      poolFundFen: fen(shares.poolFundFen),
      largeAmountFen: fen(shares.largeAmountFen),
      seriousIllnessFen: fen(shares.seriousIllnessFen),
      civilServantFen: fen(shares.civilServantFen),
      enterpriseSupplementFen: fen(shares.enterpriseSupplementFen),
      medicalAidFen: fen(shares.medicalAidFen),
      otherFundFen: fen(shares.otherFundFen),
      ownAccountFen: fen(shares.ownAccountFen),
      familyAccountFen: fen(shares.familyAccountFen),
      personalCashFen: fen(shares.personalCashFen),
      hospitalPartFen: fen(shares.hospitalPartFen),
    },
    layers: wire.layers.map(layerFromWire),
    deductiblePaidFen: fen(wire.deductiblePaidFen),
    scheme: stored(scheme.word(wire.scheme)),
    personClass: stored(personClass.word(wire.personClass)),
    ratioClass: stored(ratioClass.word(wire.ratioClass)),
    eligibilityCode: wire.eligibilityCode,
    filingType: filingType.word(wire.filingType),
    policyVersion: wire.policyVersion,
    settledAtMs: wire.settledAtMs,
    accountBalanceAfterFen: fen(wire.accountBalanceAfterFen),
    yearDeductibleUsedFen: fen(wire.yearDeductibleUsedFen),
    yearPoolUsedFen: fen(wire.yearPoolUsedFen),
    quoteHash: wire.quoteHash,
    notes: wire.notes,
    recalculationSuggested: wire.recalculationSuggested,
  };
}

function layerToWire(layer: PolicyLayer): WireLayer {
  return {
    layer: layer.layer,
    baseFen: layer.baseFen,
    paidFen: layer.paidFen,
    carriedFen: layer.carriedFen,
    ratioBp: layer.ratioBp ?? 0,
  };
}

function layerFromWire(wire: WireLayer): PolicyLayer {
  return {
    layer: wire.layer,
    baseFen: fen(wire.baseFen),
    paidFen: fen(wire.paidFen),
    carriedFen: fen(wire.carriedFen),
    ratioBp: wire.ratioBp === 0 ? undefined : basisPoints(wire.ratioBp),
  };
}

const NO_BYTES = Buffer.alloc(0);

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function stored<Word>(word: Word | undefined): Word {
  if (word === undefined) throw new Error('a stored settlement with an unknown word');
  return word;
}
