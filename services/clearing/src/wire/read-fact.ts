import type { Instant } from '@yijie/calendar';
import { checkFact, type FactRules, type SettlementFact, type Side } from '@yijie/clearing';
import { provinceOf } from '@yijie/codes';
import type { Shares as WireShares } from '@yijie/contracts/common';
import { FactKind, FactSide, SettlementFact as WireFact } from '@yijie/contracts/exchange';
import type { ErrorCode } from '@yijie/errors';
import { contentHashOf, type Incoming } from '@yijie/exchange';
import { fen, SHARE_NAMES, type Shares } from '@yijie/money';
import type { ArrivedFact } from '../core/arrived-fact.ts';
import { scheme, visitKind } from './words.ts';

export type ReadFact =
  | { readonly ok: true; readonly arrived: ArrivedFact }
  | { readonly ok: false; readonly code: ErrorCode; readonly reason: string };

/** Takes a fact at its word only when it is one: readable, of the side that signed it, adding up, of known regions. */
export function readFact(
  message: Pick<Incoming, 'kind' | 'payload' | 'signedBy'>,
  rules: FactRules,
): ReadFact {
  const { kind, payload, signedBy } = message;
  if (kind !== 'fact') return refuse('DLQ-SCHEMA', `kind ${kind}: clearing reads facts`);
  try {
    const wire = WireFact.decode(payload);
    const side = sideOf(wire.side);
    const fact = readContent(wire);
    const contentHash = contentHashOf(wire);
    if (!contentHash.equals(wire.contentHash))
      throw new FieldError('content_hash', 'not the hash of the content');
    const speaker = provinceOf(side === 'treatment' ? fact.treatmentPool : fact.homePool);
    if (speaker !== signedBy)
      return refuse('SIG-REGION', JSON.stringify({ province: signedBy, expectedProvince: speaker }));
    const refusal = checkFact(fact, rules);
    if (refusal !== undefined) return refuse(refusal.code, JSON.stringify(refusal.values));
    return { ok: true, arrived: { fact, side, contentHash: contentHash.toString('latin1'), signedBy } };
  } catch (error) {
    return refuse('DLQ-DECODE', (error as Error).message);
  }
}

/** A field that no right sender sends. */
class FieldError extends Error {
  constructor(field: string, value: unknown) {
    super(`${field} = ${String(value)}`);
  }
}

const ID_BYTES = 16;

function readContent(wire: WireFact): SettlementFact {
  const { institutionCode, policyVersion, settledAtMs } = wire;
  if (!/^[A-Za-z0-9]{4,32}$/.test(institutionCode)) throw new FieldError('institution_code', institutionCode);
  if (!/^[\x21-\x7e]{1,200}$/.test(policyVersion)) throw new FieldError('policy_version', policyVersion);
  if (!Number.isSafeInteger(settledAtMs) || settledAtMs <= 0 || settledAtMs > LAST_INSTANT_MS)
    throw new FieldError('settled_at_ms', settledAtMs);
  const isRefund = wire.kind === FactKind.REFUND;
  if (!isRefund && wire.kind !== FactKind.SETTLEMENT) throw new FieldError('kind', wire.kind);
  if (!isRefund && wire.originalSettlementId.length > 0)
    throw new FieldError('original_settlement_id', 'of a settlement');
  return {
    settlementId: readId('settlement_id', wire.settlementId),
    originalId: isRefund ? readId('original_settlement_id', wire.originalSettlementId) : undefined,
    visitKind: known('visit_kind', wire.visitKind, visitKind.word(wire.visitKind)),
    scheme: known('scheme', wire.scheme, scheme.word(wire.scheme)),
    homePool: wire.homePool,
    treatmentPool: wire.treatmentPool,
    institutionCode,
    settledAt: settledAtMs as Instant,
    totalFen: fen(wire.totalFen),
    shares: readShares(wire.shares),
    policyVersion,
  };
}

/** 2999-12-31: what lies beyond is no day of a settlement, and no month that tables can show. */
const LAST_INSTANT_MS = 32_503_651_200_000;

function readShares(wire: WireShares | undefined): Shares {
  if (wire === undefined) throw new FieldError('shares', 'none');
  for (const name of SHARE_NAMES) fen(wire[name]);
  return wire as unknown as Shares;
}

function readId(field: string, bytes: Buffer): string {
  if (bytes.length !== ID_BYTES) throw new FieldError(field, `${bytes.length} bytes`);
  return bytes.toString('hex');
}

function sideOf(wire: FactSide): Side {
  if (wire === FactSide.TREATMENT) return 'treatment';
  if (wire === FactSide.HOME) return 'home';
  throw new FieldError('side', wire);
}

function known<Word>(field: string, wire: unknown, word: Word | undefined): Word {
  if (word === undefined) throw new FieldError(field, wire);
  return word;
}

function refuse(code: ErrorCode, reason: string): ReadFact {
  return { ok: false, code, reason };
}
