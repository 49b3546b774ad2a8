import { localDate } from '@yijie/calendar';
import { type Fen, fen } from '@yijie/money';
import type { BillGroup, PolicyFacts, PolicyInput } from '../src/contract.ts';

/** A stay of an adult in a level-3 hospital of the home city, unless a test says otherwise. */
export function factsOf(changed: Partial<PolicyFacts> = {}): PolicyFacts {
  return {
    scheme: 'employee',
    personClass: 'active',
    ageYears: 40,
    insuredYears: 5,
    groups: [],
    visitKind: 'inpatient',
    hospitalLevel: 'L3',
    hospitalKind: 'general',
    ratioClass: 'LOCAL',
    admissionDate: localDate('2025-03-01'),
    dischargeDate: localDate('2025-03-08'),
    settlementDate: localDate('2025-03-08'),
    treatmentPool: '899900',
    ...changed,
  };
}

export interface BillYuan {
  readonly group?: string;
  readonly selfPaid?: number;
  readonly overLimit?: number;
  readonly prepaySelf?: number;
}

/** A bill of so much in-scope cost, in yuan. */
export function billOf(inScope: number, parts: BillYuan = {}): BillGroup {
  const { group = '', selfPaid = 0, overLimit = 0, prepaySelf = 0 } = parts;
  return {
    group,
    totalFen: yuan(inScope + selfPaid + overLimit + prepaySelf),
    selfPaidFen: yuan(selfPaid),
    overLimitFen: yuan(overLimit),
    prepaySelfFen: yuan(prepaySelf),
    inScopeFen: yuan(inScope),
  };
}

export function inputOf(
  facts: Partial<PolicyFacts>,
  groups: readonly BillGroup[],
  accumulators: PolicyInput['accumulators'] = {},
  account: Partial<PolicyInput['account']> = {},
): PolicyInput {
  return {
    facts: factsOf(facts),
    groups,
    accumulators,
    account: { ownAccountFen: 0 as Fen, familyAccountFen: 0 as Fen, useAccount: false, ...account },
  };
}

export function yuan(amount: number): Fen {
  return fen(Math.round(amount * 100));
}
