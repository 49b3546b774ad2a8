import type { Bill, VisitFacts } from './command.ts';

/** What a treatment site asks without changing anything. */
export type Question =
  | VerifyQuestion
  | BenefitQuestion
  | PreSettleQuestion
  | ExplainQuestion
  | DiagnoseQuestion;

export interface QuestionHead {
  readonly id: Uint8Array;
  readonly homePool: string;
  readonly treatmentPool: string;
  readonly institutionCode: string;
  /** The asker's clock. */
  readonly askedAtMs: number;
  readonly expiresAtMs: number;
  readonly replyPartition: number | null;
  readonly traceParent: string | null;
}

export interface VerifyQuestion extends QuestionHead {
  readonly kind: 'verify-person';
  /** Sealed for this region: nobody between the desk and here can read it. */
  readonly sealedCredential: Uint8Array;
}

export interface BenefitQuestion extends QuestionHead {
  readonly kind: 'check-benefit';
  readonly personToken: string;
  readonly visit: VisitFacts;
}

export interface PreSettleQuestion extends QuestionHead {
  readonly kind: 'pre-settle';
  readonly personToken: string;
  readonly bill: Bill;
  /** The instant that the settlement would carry. */
  readonly settledAtMs: number;
}

export interface ExplainQuestion extends QuestionHead {
  readonly kind: 'explain';
  readonly settlementId: Uint8Array;
}

export interface DiagnoseQuestion extends QuestionHead {
  readonly kind: 'diagnose';
  readonly personToken: string;
  /** The visit as it would be settled now; undefined when only messages are asked about. */
  readonly bill: Bill | undefined;
  /** Of the quote that a settlement was refused with. */
  readonly quoteHash: Uint8Array | undefined;
  readonly settledAtMs: number;
  readonly commandIds: readonly Uint8Array[];
}
