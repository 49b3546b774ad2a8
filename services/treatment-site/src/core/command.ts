import type { Command, Reply } from '@yijie/contracts/exchange';

/** Numbers of yijie.treatment.v1.Call that name commands. */
export const CALL = { settle: 8, refund: 9, reverse: 10 } as const;
export type CommandCall = (typeof CALL)[keyof typeof CALL];

/** A settlement, refund or reversal that was accepted under a caller's key. */
export interface StoredCommand {
  readonly commandId: Buffer;
  readonly institutionCode: string;
  readonly call: CommandCall;
  readonly key: string;
  /** Absent in the tombstone of a key that was reversed before it arrived. */
  readonly bodyHash: Buffer | undefined;
  readonly sequence: number;
  readonly visitId: Buffer | undefined;
  readonly personToken: string;
  readonly homePool: string;
  readonly originalId: Buffer | undefined;
  readonly totalFen: number;
  /** As sent; absent when the answer was known at the treatment site. */
  readonly message: Command | undefined;
  readonly acceptedAtMs: number;
  readonly expiresAtMs: number;
}

/** How a command ended; the numbers are those of the table. */
export const OUTCOME = { settled: 1, refused: 2, rolledBack: 3, expired: 4, reversed: 5 } as const;
export type Outcome = (typeof OUTCOME)[keyof typeof OUTCOME];

export interface CommandResult {
  readonly outcome: Outcome;
  readonly reply: Reply;
}

/** 1: the visit's settlement in force or in flight; 2: the settlement's refund in force or in flight. */
export const CLAIM = { visit: 1, refund: 2 } as const;

export interface Claim {
  readonly kind: (typeof CLAIM)[keyof typeof CLAIM];
  readonly subject: Buffer;
  readonly commandId: Buffer;
}

/** What holds the subject of a command while it is in flight and, if it settles, afterwards. */
export function claimOf(command: StoredCommand): Claim | undefined {
  if (command.call === CALL.settle && command.visitId) {
    return { kind: CLAIM.visit, subject: command.visitId, commandId: command.commandId };
  }
  if (command.call === CALL.refund && command.originalId) {
    return { kind: CLAIM.refund, subject: command.originalId, commandId: command.commandId };
  }
  return undefined;
}
