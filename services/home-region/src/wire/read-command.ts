import { type LocalDate, localDateFromNumber } from '@yijie/calendar';
import { FEE_CATEGORY_CODES, type FeeCategoryCode, provinceOf } from '@yijie/codes';
import {
  Command as WireCommand,
  type Settle as WireSettle,
  type VisitFacts as WireVisitFacts,
} from '@yijie/contracts/exchange';
import type { Incoming } from '@yijie/exchange';
import { type Fen, fen } from '@yijie/money';
import type { Bill, Command, CommandHead, VisitFacts } from '../core/command.ts';
import { hospitalKind, hospitalLevel, visitKind } from './words.ts';

export type ReadCommand =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly reasonCode: string; readonly reason: string };

const ID_BYTES = 16;

/**
 * A message of the request topic as a command. What can't be one (other kind, broken bytes, unknown word, half a date,
 * another province's signature) becomes a dead letter with the reason; it is never half read.
 */
export function readCommand(message: Incoming, nowMs: number): ReadCommand {
  if (message.kind !== 'command')
    return broken('DLQ-SCHEMA', `a ${message.kind || 'record'} on the request topic`);
  let wire: WireCommand;
  try {
    wire = WireCommand.decode(message.payload);
  } catch (error) {
    return broken('DLQ-DECODE', (error as Error).message);
  }
  try {
    // Kafka's access lists let every province write here: each speaks for itself alone.
    if (message.signedBy !== provinceOf(wire.treatmentPool))
      return broken('SIG-REGION', `${message.signedBy} speaks for ${wire.treatmentPool}`);
    if (message.key !== wire.personToken)
      return broken('DLQ-DECODE', "the record's key isn't the command's person");
    return { ok: true, command: commandOf(wire, headOf(message, wire, nowMs)) };
  } catch (error) {
    if (error instanceof FieldError) return broken('DLQ-DECODE', error.message);
    throw error;
  }
}

/** A field that no right sender sends. */
class FieldError extends Error {
  constructor(field: string, value: unknown) {
    super(`${field} = ${String(value)}`);
  }
}

function broken(reasonCode: string, reason: string): ReadCommand {
  return { ok: false, reasonCode, reason };
}

function headOf(message: Incoming, wire: WireCommand, nowMs: number): CommandHead {
  const id = readId('command_id', wire.commandId);
  return {
    id,
    key: keyOf(id),
    personToken: required('person_token', wire.personToken),
    homePool: readPool('home_pool', wire.homePool),
    treatmentPool: readPool('treatment_pool', wire.treatmentPool),
    institutionCode: required('institution_code', wire.institutionCode),
    sequence: wire.sequence,
    expiresAtMs: wire.expiresAtMs,
    replyPartition: wire.replyPartition < 0 ? null : wire.replyPartition,
    traceParent: message.traceParent,
    message: message.payload,
    // Three clocks judge lateness: the sender's expiry, ours, and the append time where ours is slow.
    readAtMs: Math.max(nowMs, message.appendedAtMs),
  };
}

function commandOf(wire: WireCommand, head: CommandHead): Command {
  const { body } = wire;
  switch (body?.$case) {
    case 'settle':
      return {
        ...head,
        kind: 'settle',
        bill: readBill(body.settle),
        quoteHash: body.settle.quoteHash.length === 0 ? undefined : body.settle.quoteHash,
        settledAtMs: readInstant('settled_at_ms', body.settle.settledAtMs),
      };
    case 'refund':
      return {
        ...head,
        kind: 'refund',
        settlementId: readId('settlement_id', body.refund.settlementId),
        settlementKey: keyOf(body.refund.settlementId),
        refundedAtMs: readInstant('refunded_at_ms', body.refund.refundedAtMs),
      };
    case 'reverse':
      return {
        ...head,
        kind: 'reverse',
        originalId: readId('original_command_id', body.reverse.originalCommandId),
        originalKey: keyOf(body.reverse.originalCommandId),
      };
    case undefined:
      throw new FieldError('body', 'none');
  }
}

export function readBill(wire: WireSettle): Bill {
  if (wire.visit === undefined) throw new FieldError('visit', 'none');
  return {
    visit: readVisit(wire.visit),
    totalFen: readFen('total_fen', wire.totalFen),
    categories: wire.categories.map((category) => ({
      code: readCategory(category.code),
      ...readParts(category),
    })),
    groups: wire.groups.map((group) => ({ group: group.group, ...readParts(group) })),
    useAccount: wire.useAccount,
  };
}

export function readVisit(wire: WireVisitFacts): VisitFacts {
  return {
    visitId: readId('visit_id', wire.visitId),
    kind: known('kind', wire.kind, visitKind.word(wire.kind)),
    admissionDate: readDate('admission_date', wire.admissionDate),
    dischargeDate: wire.dischargeDate === 0 ? undefined : readDate('discharge_date', wire.dischargeDate),
    emergency: wire.emergency,
    injury: wire.injury,
    thirdPartyLiable: wire.thirdPartyLiable,
    injuryStatementSigned: wire.injuryStatementSigned,
    paidInFull: wire.paidInFull,
    chronicDiseaseCode: wire.chronicDiseaseCode || undefined,
    diagnosisCode: wire.diagnosisCode || undefined,
    hospitalLevel: known('hospital_level', wire.hospitalLevel, hospitalLevel.word(wire.hospitalLevel)),
    hospitalKind: known('hospital_kind', wire.hospitalKind, hospitalKind(wire.hospitalKind)),
    institutionOpen: wire.institutionOpen,
    institutionSuspended: wire.institutionSuspended,
  };
}

interface WireParts {
  readonly totalFen: number;
  readonly selfPaidFen: number;
  readonly overLimitFen: number;
  readonly prepaySelfFen: number;
  readonly inScopeFen: number;
}

function readParts(wire: WireParts) {
  return {
    totalFen: readFen('total_fen', wire.totalFen),
    selfPaidFen: readFen('self_paid_fen', wire.selfPaidFen),
    overLimitFen: readFen('over_limit_fen', wire.overLimitFen),
    prepaySelfFen: readFen('prepay_self_fen', wire.prepaySelfFen),
    inScopeFen: readFen('in_scope_fen', wire.inScopeFen),
  };
}

export function keyOf(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.length).toString('hex');
}

/** Amounts of a bill are never negative: returned items are netted where the lines are. */
function readFen(field: string, value: number): Fen {
  if (!Number.isSafeInteger(value) || value < 0) throw new FieldError(field, value);
  return fen(value);
}

function readId(field: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== ID_BYTES) throw new FieldError(field, `${bytes.length} bytes`);
  return bytes;
}

function readPool(field: string, text: string): string {
  if (!/^[1-8]\d{5}$/.test(text)) throw new FieldError(field, text);
  return text;
}

function readDate(field: string, yyyymmdd: number): LocalDate {
  const date = localDateFromNumber(yyyymmdd);
  if (date === undefined) throw new FieldError(field, yyyymmdd);
  return date;
}

function readInstant(field: string, ms: number): number {
  if (!Number.isSafeInteger(ms) || ms <= 0) throw new FieldError(field, ms);
  return ms;
}

function readCategory(text: string): FeeCategoryCode {
  return known(
    'category',
    text,
    FEE_CATEGORY_CODES.find((code) => code === text),
  );
}

function required(field: string, text: string): string {
  if (text === '') throw new FieldError(field, 'empty');
  return text;
}

function known<Word>(field: string, wire: unknown, word: Word | undefined): Word {
  if (word === undefined) throw new FieldError(field, wire);
  return word;
}
