/**
 * The figures of recent quotes, shared between replicas, so that a drift can be shown as "before and now". Losing it
 * costs that comparison and nothing else.
 */
export interface QuoteMemory {
  remember(quoteHash: Buffer, figures: QuoteFigures): void;
  recall(quoteHash: Buffer): Promise<QuoteFigures | undefined>;
}

export interface QuoteFigures {
  readonly fundFen: number;
  readonly cashFen: number;
}
