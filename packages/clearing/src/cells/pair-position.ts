import { SCHEMES, type Scheme, VISIT_KINDS } from '@yijie/codes';
import { fen } from '@yijie/money';
import { FUND_NAMES } from '../funds.ts';
import type { PartyCode } from '../party.ts';
import type { Period } from '../period.ts';
import type { Cell } from './cell.ts';

/** What one scheme of a pair adds up to. Plain integers in fen, funds in order of FUND_NAMES, kinds in order of VISIT_KINDS. */
export interface SchemePosition {
  readonly times: number;
  readonly medicalFen: number;
  readonly timesByKind: readonly number[];
  readonly clearingByKind: readonly number[];
  readonly clearingByFund: readonly number[];
  readonly deductedByFund: readonly number[];
  readonly clearingFen: number;
  readonly deductedFen: number;
  /** clearing − deducted */
  readonly netFen: number;
  /** Rows of earlier settlement months, included above. */
  readonly carryInTimes: number;
  readonly carryInFen: number;
}

/** What a payer owes a payee in one run (clearing-and-filing §4.12), before any netting. */
export interface PairPosition {
  readonly payer: PartyCode;
  readonly payee: PartyCode;
  readonly employee: SchemePosition;
  readonly resident: SchemePosition;
}

/** Adds up the cells per ordered pair in one pass. Sorted by payer, then payee. */
export function pairPositions(cells: Iterable<Cell>, period: Period): readonly PairPosition[] {
  const pairs = new Map<PartyCode, Map<PartyCode, OpenPair>>();
  for (const cell of cells) addTo(openPair(pairs, cell)[cell.scheme], cell, period);
  return [...pairs.keys()].toSorted().flatMap((payer) => {
    const payees = pairs.get(payer) ?? new Map<PartyCode, OpenPair>();
    return [...payees.keys()].toSorted().map((payee) => closePair(payer, payee, payees.get(payee)));
  });
}

type OpenScheme = {
  -readonly [Key in keyof SchemePosition]: SchemePosition[Key] extends number ? number : number[];
};
type OpenPair = Record<Scheme, OpenScheme>;

function openPair(pairs: Map<PartyCode, Map<PartyCode, OpenPair>>, { payer, payee }: Cell): OpenPair {
  let payees = pairs.get(payer);
  if (payees === undefined) {
    payees = new Map();
    pairs.set(payer, payees);
  }
  let pair = payees.get(payee);
  if (pair === undefined) {
    pair = { employee: noPosition(), resident: noPosition() };
    payees.set(payee, pair);
  }
  return pair;
}

function addTo(sums: OpenScheme, cell: Cell, period: Period): void {
  const kind = VISIT_KINDS.indexOf(cell.visitKind);
  let clearing = 0;
  for (let i = 0; i < FUND_NAMES.length; i++) {
    const name = FUND_NAMES[i] as (typeof FUND_NAMES)[number];
    clearing += cell.clearing[name];
    add(sums.clearingByFund, i, cell.clearing[name]);
    add(sums.deductedByFund, i, cell.deducted[name]);
    sums.deductedFen += cell.deducted[name];
  }
  sums.times += cell.times;
  sums.medicalFen += cell.medicalFen;
  sums.clearingFen += clearing;
  add(sums.timesByKind, kind, cell.times);
  add(sums.clearingByKind, kind, clearing);
  if (cell.settledPeriod < period) {
    sums.carryInTimes += cell.times;
    sums.carryInFen += clearing;
  }
}

function add(sums: number[], at: number, amount: number): void {
  sums[at] = (sums[at] ?? 0) + amount;
}

function closePair(payer: PartyCode, payee: PartyCode, open: OpenPair | undefined): PairPosition {
  const pair = open ?? { employee: noPosition(), resident: noPosition() };
  for (const scheme of SCHEMES) {
    const sums = pair[scheme];
    sums.netFen = fen(fen(sums.clearingFen) - fen(sums.deductedFen));
    fen(sums.medicalFen);
  }
  return { payer, payee, employee: pair.employee, resident: pair.resident };
}

function noPosition(): OpenScheme {
  return {
    times: 0,
    medicalFen: 0,
    timesByKind: VISIT_KINDS.map(() => 0),
    clearingByKind: VISIT_KINDS.map(() => 0),
    clearingByFund: FUND_NAMES.map(() => 0),
    deductedByFund: FUND_NAMES.map(() => 0),
    clearingFen: 0,
    deductedFen: 0,
    netFen: 0,
    carryInTimes: 0,
    carryInFen: 0,
  };
}
