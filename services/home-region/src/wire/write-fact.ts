import { FactKind, FactSide, SettlementFact } from '@yijie/contracts/exchange';
import { withContentHash } from '@yijie/exchange';
import type { StoredSettlement } from '../core/settling/person-state.ts';
import { scheme, visitKind } from './words.ts';

/** The home side's word to clearing about a settlement or refund. */
export function writeFact(settlement: StoredSettlement): Uint8Array {
  const { answer } = settlement;
  const fact = withContentHash({
    settlementId: asBuffer(answer.settlementId),
    originalSettlementId: asBuffer(answer.refundedId ?? new Uint8Array(0)),
    side: FactSide.HOME,
    kind: answer.refundedId === undefined ? FactKind.SETTLEMENT : FactKind.REFUND,
    visitKind: visitKind.wire(settlement.visitKind),
    scheme: scheme.wire(answer.scheme),
    homePool: settlement.homePool,
    treatmentPool: settlement.treatmentPool,
    institutionCode: settlement.institutionCode,
    settledAtMs: answer.settledAtMs,
    totalFen: answer.totalFen,
    shares: answer.shares,
    policyVersion: answer.policyVersion,
  });
  return SettlementFact.encode(fact).finish();
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
