import type { Reply, Settled, SettlementFact } from '@yijie/contracts/exchange';
import { FactKind, FactSide } from '@yijie/contracts/exchange';
import { NO_SHARES, SHARE_NAMES, type Shares } from '@yijie/money';
import {
  CALL,
  CLAIM,
  type Claim,
  type CommandResult,
  claimOf,
  OUTCOME,
  type StoredCommand,
} from './command.ts';

/** Everything that one answer of a home region does at the treatment site. */
export interface ResultEffects {
  readonly ok: true;
  readonly command: StoredCommand;
  readonly result: CommandResult;
  readonly replyBytes: Buffer;
  readonly freed: readonly Claim[];
  readonly fact: Omit<SettlementFact, 'contentHash'> | undefined;
}

/** The answer can't be right: kept as a dead letter, never half applied. */
export interface WrongAnswer {
  readonly ok: false;
  readonly reasonCode: 'STL-SUM' | 'DLQ-SCHEMA';
  readonly reason: string;
}

export interface SettlementSource {
  readonly institutionCode: string;
  readonly treatmentPool: string;
}

/**
 * What the answer to a command does. The treatment side's fact is built from what the hospital confirmed (the total, the
 * visit, the instant); of the answer it takes the shares, and only when they are disjoint parts of that total.
 * `original` is the settlement a refund undoes, with its shares.
 */
export function decideResult(
  command: StoredCommand,
  reply: Reply,
  replyBytes: Buffer,
  original: { readonly command: StoredCommand; readonly shares: Shares } | undefined,
): ResultEffects | WrongAnswer {
  const { result } = reply;
  switch (result?.$case) {
    case 'settled':
      return decideSettled(command, result.settled, reply, replyBytes, original);
    case 'refused':
      return ended(command, OUTCOME.refused, reply, replyBytes);
    case 'rolledBack':
      return ended(command, OUTCOME.rolledBack, reply, replyBytes);
    case 'expired':
      return ended(command, OUTCOME.expired, reply, replyBytes);
    case 'reversed':
      return command.call === CALL.reverse
        ? {
            ok: true,
            command,
            result: { outcome: OUTCOME.reversed, reply },
            replyBytes,
            freed: [],
            fact: undefined,
          }
        : wrongKind(command, 'reversed');
    default:
      return wrongKind(command, result?.$case ?? 'nothing');
  }
}

/** The shares of an answer that settled; undefined for one that didn't. */
export function sharesOf(reply: Reply): Shares | undefined {
  if (reply.result?.$case !== 'settled') return undefined;
  return (reply.result.settled.shares as Shares | undefined) ?? NO_SHARES;
}

function ended(
  command: StoredCommand,
  outcome: CommandResult['outcome'],
  reply: Reply,
  replyBytes: Buffer,
): ResultEffects {
  const claim = claimOf(command);
  return {
    ok: true,
    command,
    result: { outcome, reply },
    replyBytes,
    freed: claim ? [claim] : [],
    fact: undefined,
  };
}

function decideSettled(
  command: StoredCommand,
  settled: Settled,
  reply: Reply,
  replyBytes: Buffer,
  original: { readonly command: StoredCommand; readonly shares: Shares } | undefined,
): ResultEffects | WrongAnswer {
  const isRefund = command.call === CALL.refund;
  if (!isRefund && command.call !== CALL.settle) return wrongKind(command, 'settled');
  const shares = settled.shares as Shares | undefined;
  const flaw =
    sharesFlaw(shares, command.totalFen) ??
    (isRefund ? checkNegation(shares, original?.shares) : undefined) ??
    (settled.settlementId.equals(command.commandId) ? undefined : 'it names another settlement');
  if (flaw !== undefined || shares === undefined) {
    return { ok: false, reasonCode: 'STL-SUM', reason: flaw ?? 'it has no shares' };
  }
  const refunded = isRefund ? original?.command : undefined;
  return {
    ok: true,
    command,
    result: { outcome: OUTCOME.settled, reply },
    replyBytes,
    freed: refunded?.visitId
      ? [{ kind: CLAIM.visit, subject: refunded.visitId, commandId: refunded.commandId }]
      : [],
    fact: factOf(command, settled, shares, refunded),
  };
}

function factOf(
  command: StoredCommand,
  settled: Settled,
  shares: Shares,
  refunded: StoredCommand | undefined,
): Omit<SettlementFact, 'contentHash'> {
  const { message } = command;
  const settle = (refunded ?? command).message?.body;
  const own = message?.body;
  return {
    settlementId: command.commandId,
    originalSettlementId: refunded?.commandId ?? Buffer.alloc(0),
    side: FactSide.TREATMENT,
    kind: refunded ? FactKind.REFUND : FactKind.SETTLEMENT,
    visitKind: settle?.$case === 'settle' ? (settle.settle.visit?.kind ?? 0) : 0,
    scheme: settled.scheme,
    homePool: command.homePool,
    treatmentPool: message?.treatmentPool ?? '',
    institutionCode: command.institutionCode,
    settledAtMs:
      own?.$case === 'settle'
        ? own.settle.settledAtMs
        : own?.$case === 'refund'
          ? own.refund.refundedAtMs
          : command.acceptedAtMs,
    totalFen: command.totalFen,
    shares,
    policyVersion: settled.policyVersion,
  };
}

/** Invariant I1 on a message read: parts add up to our total and none has the other sign. Undefined when they do. */
export function sharesFlaw(shares: Shares | undefined, totalFen: number): string | undefined {
  if (shares === undefined) return 'it has no shares';
  let sum = 0;
  for (const name of SHARE_NAMES) {
    const share = shares[name];
    if (!Number.isSafeInteger(share)) return `${name} is no amount`;
    if (totalFen < 0 ? share > 0 : share < 0) return `${name} has the wrong sign: ${share}`;
    sum += share;
  }
  return sum === totalFen ? undefined : `its shares sum to ${sum}, the bill to ${totalFen}`;
}

function checkNegation(shares: Shares | undefined, original: Shares | undefined): string | undefined {
  if (original === undefined) return 'the settlement it refunds is not settled here';
  const differing = SHARE_NAMES.find((name) => (shares?.[name] ?? 0) + original[name] !== 0);
  return differing && `${differing} isn't what the settlement had`;
}

function wrongKind(command: StoredCommand, kind: string): WrongAnswer {
  return { ok: false, reasonCode: 'DLQ-SCHEMA', reason: `call ${command.call} was answered with ${kind}` };
}
