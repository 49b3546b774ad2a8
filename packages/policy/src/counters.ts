import type { HospitalLevel, VisitKind } from '@yijie/codes';
import type { Accumulators } from './contract.ts';
import type { LayerName } from './pack/pack-schema.ts';

/**
 * Reads and adds to the accumulators by names written out, one small function each: a name computed at run time
 * would cost the hot path more than the arithmetic itself.
 */
export interface LayerCounters {
  readonly base: (of: Accumulators) => number;
  readonly paid: (of: Accumulators) => number;
  readonly add: (to: Counters, baseFen: number, paidFen: number) => void;
}

export interface VisitCounters {
  readonly visits: (of: Accumulators) => number;
  readonly deductible: (of: Accumulators) => number;
  readonly inScope: (of: Accumulators) => number;
  readonly fund: (of: Accumulators) => number;
  readonly add: (to: Counters, deductibleFen: number, inScopeFen: number, fundFen: number) => void;
}

export type Counters = Record<string, number>;

export const visitCounters: Readonly<Record<VisitKind, VisitCounters>> = {
  inpatient: {
    visits: (of) => of.inpatientStays ?? 0,
    deductible: (of) => of.inpatientDeductibleFen ?? 0,
    inScope: (of) => of.inpatientInScopeFen ?? 0,
    fund: (of) => of.inpatientFundFen ?? 0,
    add: (to, deductibleFen, inScopeFen, fundFen) => {
      to.inpatientStays = (to.inpatientStays ?? 0) + 1;
      to.inpatientDeductibleFen = (to.inpatientDeductibleFen ?? 0) + deductibleFen;
      to.inpatientInScopeFen = (to.inpatientInScopeFen ?? 0) + inScopeFen;
      to.inpatientFundFen = (to.inpatientFundFen ?? 0) + fundFen;
    },
  },
  outpatient: {
    visits: (of) => of.outpatientVisits ?? 0,
    deductible: (of) => of.outpatientDeductibleFen ?? 0,
    inScope: (of) => of.outpatientInScopeFen ?? 0,
    fund: (of) => of.outpatientFundFen ?? 0,
    add: (to, deductibleFen, inScopeFen, fundFen) => {
      to.outpatientVisits = (to.outpatientVisits ?? 0) + 1;
      to.outpatientDeductibleFen = (to.outpatientDeductibleFen ?? 0) + deductibleFen;
      to.outpatientInScopeFen = (to.outpatientInScopeFen ?? 0) + inScopeFen;
      to.outpatientFundFen = (to.outpatientFundFen ?? 0) + fundFen;
    },
  },
  chronic: {
    visits: (of) => of.chronicVisits ?? 0,
    deductible: (of) => of.chronicDeductibleFen ?? 0,
    inScope: (of) => of.chronicInScopeFen ?? 0,
    fund: (of) => of.chronicFundFen ?? 0,
    add: (to, deductibleFen, inScopeFen, fundFen) => {
      to.chronicVisits = (to.chronicVisits ?? 0) + 1;
      to.chronicDeductibleFen = (to.chronicDeductibleFen ?? 0) + deductibleFen;
      to.chronicInScopeFen = (to.chronicInScopeFen ?? 0) + inScopeFen;
      to.chronicFundFen = (to.chronicFundFen ?? 0) + fundFen;
    },
  },
  maternity: {
    visits: (of) => of.maternityVisits ?? 0,
    deductible: (of) => of.maternityDeductibleFen ?? 0,
    inScope: (of) => of.maternityInScopeFen ?? 0,
    fund: (of) => of.maternityFundFen ?? 0,
    add: (to, deductibleFen, inScopeFen, fundFen) => {
      to.maternityVisits = (to.maternityVisits ?? 0) + 1;
      to.maternityDeductibleFen = (to.maternityDeductibleFen ?? 0) + deductibleFen;
      to.maternityInScopeFen = (to.maternityInScopeFen ?? 0) + inScopeFen;
      to.maternityFundFen = (to.maternityFundFen ?? 0) + fundFen;
    },
  },
};

export function staysAtLevel(of: Accumulators, level: HospitalLevel): number {
  switch (level) {
    case 'community':
      return of.inpatientStaysCommunity ?? 0;
    case 'L1':
      return of.inpatientStaysL1 ?? 0;
    case 'L2':
      return of.inpatientStaysL2 ?? 0;
    case 'L3':
      return of.inpatientStaysL3 ?? 0;
    case 'provincial':
      return of.inpatientStaysProvincial ?? 0;
  }
}

/** Adds a stay to the counter of its level. */
export const stayAtLevelAdders: Readonly<Record<HospitalLevel, (to: Counters) => void>> = {
  community: (to) => {
    to.inpatientStaysCommunity = (to.inpatientStaysCommunity ?? 0) + 1;
  },
  L1: (to) => {
    to.inpatientStaysL1 = (to.inpatientStaysL1 ?? 0) + 1;
  },
  L2: (to) => {
    to.inpatientStaysL2 = (to.inpatientStaysL2 ?? 0) + 1;
  },
  L3: (to) => {
    to.inpatientStaysL3 = (to.inpatientStaysL3 ?? 0) + 1;
  },
  provincial: (to) => {
    to.inpatientStaysProvincial = (to.inpatientStaysProvincial ?? 0) + 1;
  },
};

export const layerCounters: Readonly<Record<LayerName, LayerCounters>> = {
  largeAmount: {
    base: (of) => of.largeAmountBaseFen ?? 0,
    paid: (of) => of.largeAmountPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.largeAmountBaseFen = (to.largeAmountBaseFen ?? 0) + baseFen;
      to.largeAmountPaidFen = (to.largeAmountPaidFen ?? 0) + paidFen;
    },
  },
  largeAmountPersonal: {
    base: (of) => of.largeAmountPersonalBaseFen ?? 0,
    paid: (of) => of.largeAmountPersonalPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.largeAmountPersonalBaseFen = (to.largeAmountPersonalBaseFen ?? 0) + baseFen;
      to.largeAmountPersonalPaidFen = (to.largeAmountPersonalPaidFen ?? 0) + paidFen;
    },
  },
  seriousIllness: {
    base: (of) => of.seriousIllnessBaseFen ?? 0,
    paid: (of) => of.seriousIllnessPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.seriousIllnessBaseFen = (to.seriousIllnessBaseFen ?? 0) + baseFen;
      to.seriousIllnessPaidFen = (to.seriousIllnessPaidFen ?? 0) + paidFen;
    },
  },
  seriousIllnessOver: {
    base: (of) => of.seriousIllnessOverBaseFen ?? 0,
    paid: (of) => of.seriousIllnessOverPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.seriousIllnessOverBaseFen = (to.seriousIllnessOverBaseFen ?? 0) + baseFen;
      to.seriousIllnessOverPaidFen = (to.seriousIllnessOverPaidFen ?? 0) + paidFen;
    },
  },
  remainingCost: {
    base: (of) => of.remainingCostBaseFen ?? 0,
    paid: (of) => of.remainingCostPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.remainingCostBaseFen = (to.remainingCostBaseFen ?? 0) + baseFen;
      to.remainingCostPaidFen = (to.remainingCostPaidFen ?? 0) + paidFen;
    },
  },
  retireeSupplement: {
    base: (of) => of.retireeSupplementBaseFen ?? 0,
    paid: (of) => of.retireeSupplementPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.retireeSupplementBaseFen = (to.retireeSupplementBaseFen ?? 0) + baseFen;
      to.retireeSupplementPaidFen = (to.retireeSupplementPaidFen ?? 0) + paidFen;
    },
  },
  civilServant: {
    base: (of) => of.civilServantBaseFen ?? 0,
    paid: (of) => of.civilServantPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.civilServantBaseFen = (to.civilServantBaseFen ?? 0) + baseFen;
      to.civilServantPaidFen = (to.civilServantPaidFen ?? 0) + paidFen;
    },
  },
  civilServantOver: {
    base: (of) => of.civilServantOverBaseFen ?? 0,
    paid: (of) => of.civilServantOverPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.civilServantOverBaseFen = (to.civilServantOverBaseFen ?? 0) + baseFen;
      to.civilServantOverPaidFen = (to.civilServantOverPaidFen ?? 0) + paidFen;
    },
  },
  civilServantDeductible: {
    base: (of) => of.civilServantDeductibleBaseFen ?? 0,
    paid: (of) => of.civilServantDeductiblePaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.civilServantDeductibleBaseFen = (to.civilServantDeductibleBaseFen ?? 0) + baseFen;
      to.civilServantDeductiblePaidFen = (to.civilServantDeductiblePaidFen ?? 0) + paidFen;
    },
  },
  enterpriseSupplement: {
    base: (of) => of.enterpriseSupplementBaseFen ?? 0,
    paid: (of) => of.enterpriseSupplementPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.enterpriseSupplementBaseFen = (to.enterpriseSupplementBaseFen ?? 0) + baseFen;
      to.enterpriseSupplementPaidFen = (to.enterpriseSupplementPaidFen ?? 0) + paidFen;
    },
  },
  medicalAid: {
    base: (of) => of.medicalAidBaseFen ?? 0,
    paid: (of) => of.medicalAidPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.medicalAidBaseFen = (to.medicalAidBaseFen ?? 0) + baseFen;
      to.medicalAidPaidFen = (to.medicalAidPaidFen ?? 0) + paidFen;
    },
  },
  tiltAid: {
    base: (of) => of.tiltAidBaseFen ?? 0,
    paid: (of) => of.tiltAidPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.tiltAidBaseFen = (to.tiltAidBaseFen ?? 0) + baseFen;
      to.tiltAidPaidFen = (to.tiltAidPaidFen ?? 0) + paidFen;
    },
  },
  other: {
    base: (of) => of.otherBaseFen ?? 0,
    paid: (of) => of.otherPaidFen ?? 0,
    add: (to, baseFen, paidFen) => {
      to.otherBaseFen = (to.otherBaseFen ?? 0) + baseFen;
      to.otherPaidFen = (to.otherPaidFen ?? 0) + paidFen;
    },
  },
};
