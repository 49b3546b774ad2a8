import { createHash } from 'node:crypto';
import { FactSide, SettlementFact } from '@yijie/contracts/exchange';

/**
 * A fact with its content hash: SHA-256 over the message without `side` and `content_hash`, encoded as protobuf with
 * fields in order of number. Both sides of a settlement must arrive at the same hash for clearing to match them.
 */
export function withContentHash(fact: Omit<SettlementFact, 'contentHash'>): SettlementFact {
  return { ...fact, contentHash: contentHashOf(fact) };
}

export function contentHashOf(fact: Omit<SettlementFact, 'contentHash'>): Buffer {
  const content = SettlementFact.encode({
    ...fact,
    side: FactSide.UNSPECIFIED,
    contentHash: Buffer.alloc(0),
  });
  return createHash('sha256').update(content.finish()).digest();
}
