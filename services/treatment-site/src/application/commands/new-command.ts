import type { Command, Settle } from '@yijie/contracts/exchange';
import { CALL, type StoredCommand } from '../../core/command.ts';
import type { Institution } from '../../core/institution.ts';
import type { SettleDecision, SettleStatement } from '../../core/settle.ts';
import { visitFacts } from '../../core/visit-facts.ts';

/** What a command gets from the moment in which it is accepted. */
export interface Acceptance {
  readonly commandId: Buffer;
  readonly key: string;
  readonly bodyHash: Buffer;
  readonly sequence: number;
  readonly nowMs: number;
  /** What the settlement or refund is dated with. */
  readonly settledAtMs: number;
  readonly expiresAtMs: number;
  readonly replyPartition: number;
}

export function newSettlement(
  decision: SettleDecision,
  statement: SettleStatement,
  institution: Institution,
  acceptance: Acceptance,
): StoredCommand {
  const { visit } = decision;
  const settle = settleBody(decision, statement, institution, acceptance.settledAtMs);
  return {
    ...common(acceptance, institution, visit),
    call: CALL.settle,
    visitId: visit.visitId,
    originalId: undefined,
    totalFen: decision.bill.totalFen,
    message: message(acceptance, institution, visit, { $case: 'settle', settle }),
  };
}

/** The part of a settlement that the home region computes with; also what a quote is asked for. */
export function settleBody(
  { visit, bill, lines, dischargeDate }: SettleDecision,
  statement: Pick<SettleStatement, 'useAccount' | 'quoteHash' | 'paidInFull' | 'dischargeDiagnosisCode'>,
  institution: Institution,
  settledAtMs: number,
): Settle {
  return {
    visit: visitFacts(institution, visit.terms, {
      visitId: visit.visitId,
      dischargeDate,
      paidInFull: statement.paidInFull,
      diagnosisCode: visit.dischargeDiagnosis || statement.dischargeDiagnosisCode,
    }),
    totalFen: bill.totalFen,
    categories: bill.categories as unknown as Settle['categories'],
    groups: bill.groups as unknown as Settle['groups'],
    lines: [...lines],
    useAccount: statement.useAccount,
    quoteHash: statement.quoteHash,
    settledAtMs,
  };
}

export function newRefund(
  settlement: StoredCommand,
  reason: string,
  institution: Institution,
  acceptance: Acceptance,
): StoredCommand {
  return {
    ...common(acceptance, institution, settlement),
    call: CALL.refund,
    visitId: settlement.visitId,
    originalId: settlement.commandId,
    totalFen: -settlement.totalFen,
    message: message(acceptance, institution, settlement, {
      $case: 'refund',
      refund: { settlementId: settlement.commandId, reason, refundedAtMs: acceptance.settledAtMs },
    }),
  };
}

/** A reversal that the home region decides; without `sent` the answer is known at the treatment site. */
export function newReversal(
  original: StoredCommand,
  institution: Institution,
  acceptance: Acceptance,
  sent: boolean,
): StoredCommand {
  return {
    ...common(acceptance, institution, original),
    call: CALL.reverse,
    visitId: original.visitId,
    originalId: original.commandId,
    totalFen: 0,
    message: sent
      ? message(acceptance, institution, original, {
          $case: 'reverse',
          reverse: { originalCommandId: original.commandId },
        })
      : undefined,
  };
}

/** Holds the key of a message that was reversed before it arrived, so that the late original takes no effect. */
export function tombstone(
  commandId: Buffer,
  call: StoredCommand['call'],
  key: string,
  institution: Institution,
  acceptance: Acceptance,
): StoredCommand {
  return {
    commandId,
    institutionCode: institution.institutionCode,
    call,
    key,
    bodyHash: undefined,
    sequence: acceptance.sequence,
    visitId: undefined,
    personToken: '',
    homePool: '',
    originalId: undefined,
    totalFen: 0,
    message: undefined,
    acceptedAtMs: acceptance.nowMs,
    expiresAtMs: acceptance.nowMs,
  };
}

function common(
  acceptance: Acceptance,
  institution: Institution,
  of: { readonly personToken: string; readonly homePool: string },
) {
  return {
    commandId: acceptance.commandId,
    institutionCode: institution.institutionCode,
    key: acceptance.key,
    bodyHash: acceptance.bodyHash,
    sequence: acceptance.sequence,
    personToken: of.personToken,
    homePool: of.homePool,
    acceptedAtMs: acceptance.nowMs,
    expiresAtMs: acceptance.expiresAtMs,
  };
}

function message(
  acceptance: Acceptance,
  institution: Institution,
  of: { readonly personToken: string; readonly homePool: string },
  body: NonNullable<Command['body']>,
): Command {
  return {
    commandId: acceptance.commandId,
    personToken: of.personToken,
    homePool: of.homePool,
    treatmentPool: institution.pool,
    institutionCode: institution.institutionCode,
    sequence: acceptance.sequence,
    issuedAtMs: acceptance.nowMs,
    expiresAtMs: acceptance.expiresAtMs,
    replyPartition: acceptance.replyPartition,
    body,
  };
}
