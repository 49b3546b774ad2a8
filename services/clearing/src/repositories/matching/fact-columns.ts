import type { Instant } from '@yijie/calendar';
import type { SettlementFact } from '@yijie/clearing';
import type { Scheme, VisitKind } from '@yijie/codes';
import { type Fen, SHARE_NAMES, type Shares } from '@yijie/money';
import { byteaArray, int2Array, int8Array, textArray } from '@yijie/postgres';
import { type ArrivedFact, SIDE_NUMBER } from '../../core/arrived-fact.ts';
import { idArray } from '../ids.ts';

/** `poolFundFen` is `pool_fund_fen`. */
export const SHARE_COLUMNS: readonly string[] = SHARE_NAMES.map((name) =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
);

/** What both sides say, in the order of `factArrays`. */
export const FACT_COLUMNS: readonly string[] = [
  'settlement_id',
  'side',
  'original_id',
  'visit_kind',
  'scheme',
  'home_pool',
  'treatment_pool',
  'institution_code',
  'settled_at_ms',
  'total_fen',
  ...SHARE_COLUMNS,
  'policy_version',
  'content_hash',
  'signed_by',
];

export const FACT_TYPES: readonly string[] = [
  'bytea',
  'int2',
  'bytea',
  ...Array<string>(5).fill('text'),
  'int8',
  'int8',
  ...SHARE_NAMES.map(() => 'int8'),
  'text',
  'bytea',
  'text',
];

export function factArrays(arrivals: readonly ArrivedFact[]): unknown[] {
  const facts = arrivals.map(({ fact }) => fact);
  return [
    idArray(facts.map((fact) => fact.settlementId)),
    int2Array(arrivals.map(({ side }) => SIDE_NUMBER[side])),
    idArray(facts.map((fact) => fact.originalId)),
    textArray(facts.map((fact) => fact.visitKind)),
    textArray(facts.map((fact) => fact.scheme)),
    textArray(facts.map((fact) => fact.homePool)),
    textArray(facts.map((fact) => fact.treatmentPool)),
    textArray(facts.map((fact) => fact.institutionCode)),
    int8Array(facts.map((fact) => fact.settledAt)),
    int8Array(facts.map((fact) => fact.totalFen)),
    ...SHARE_NAMES.map((name) => int8Array(facts.map((fact) => fact.shares[name]))),
    textArray(facts.map((fact) => fact.policyVersion)),
    byteaArray(arrivals.map(({ contentHash }) => Buffer.from(contentHash, 'latin1'))),
    textArray(arrivals.map(({ signedBy }) => signedBy)),
  ];
}

export interface FactRow {
  readonly settlement_id: Buffer;
  readonly side: number;
  readonly original_id: Buffer | null;
  readonly visit_kind: VisitKind;
  readonly scheme: Scheme;
  readonly home_pool: string;
  readonly treatment_pool: string;
  readonly institution_code: string;
  readonly settled_at_ms: number;
  readonly total_fen: number;
  readonly policy_version: string;
  readonly signed_by: string;
  readonly received_at_ms: number;
}

export function factOf(row: FactRow): SettlementFact {
  const amounts = row as unknown as Readonly<Record<string, Fen>>;
  return {
    settlementId: row.settlement_id.toString('hex'),
    originalId: row.original_id?.toString('hex'),
    visitKind: row.visit_kind,
    scheme: row.scheme,
    homePool: row.home_pool,
    treatmentPool: row.treatment_pool,
    institutionCode: row.institution_code,
    settledAt: row.settled_at_ms as Instant,
    totalFen: row.total_fen as Fen,
    shares: Object.fromEntries(
      SHARE_NAMES.map((name, index) => [name, amounts[SHARE_COLUMNS[index] as string]]),
    ) as unknown as Shares,
    policyVersion: row.policy_version,
  };
}
