import {
  type FilingType,
  HOSPITAL_KINDS,
  type HospitalKind,
  type HospitalLevel,
  type PersonClass,
  type RatioClass,
  type Route,
  type Scheme,
  type VisitKind,
} from '@yijie/codes';
import {
  FilingType as WireFilingType,
  HospitalLevel as WireHospitalLevel,
  PersonClass as WirePersonClass,
  RatioClass as WireRatioClass,
  Route as WireRoute,
  Scheme as WireScheme,
  VisitKind as WireVisitKind,
} from '@yijie/contracts/common';

/** The closed lists of the contracts as the product's own words, both ways. UNSPECIFIED and unknown numbers have none. */
export const scheme = bothWays<WireScheme, Scheme>([
  [WireScheme.EMPLOYEE, 'employee'],
  [WireScheme.RESIDENT, 'resident'],
]);

export const visitKind = bothWays<WireVisitKind, VisitKind>([
  [WireVisitKind.INPATIENT, 'inpatient'],
  [WireVisitKind.OUTPATIENT, 'outpatient'],
  [WireVisitKind.CHRONIC, 'chronic'],
  [WireVisitKind.MATERNITY, 'maternity'],
]);

export const personClass = bothWays<WirePersonClass, PersonClass>([
  [WirePersonClass.ACTIVE, 'active'],
  [WirePersonClass.RETIRED, 'retired'],
  [WirePersonClass.RESIDENT, 'resident'],
  [WirePersonClass.CHILD, 'child'],
]);

export const hospitalLevel = bothWays<WireHospitalLevel, HospitalLevel>([
  [WireHospitalLevel.COMMUNITY, 'community'],
  [WireHospitalLevel.ONE, 'L1'],
  [WireHospitalLevel.TWO, 'L2'],
  [WireHospitalLevel.THREE, 'L3'],
  [WireHospitalLevel.PROVINCIAL, 'provincial'],
]);

export const ratioClass = bothWays<WireRatioClass, RatioClass>([
  [WireRatioClass.LOCAL, 'LOCAL'],
  [WireRatioClass.REDUCED_A, 'REDUCED_A'],
  [WireRatioClass.REDUCED_B, 'REDUCED_B'],
  [WireRatioClass.TWO_WAY_HOME, 'TWO_WAY_HOME'],
  [WireRatioClass.HOME_POLICY, 'HOME_POLICY'],
]);

export const route = bothWays<WireRoute, Route>([
  [WireRoute.DIRECT, 'DIRECT'],
  [WireRoute.HOLD, 'HOLD'],
  [WireRoute.SELF, 'SELF'],
  [WireRoute.HOME, 'HOME'],
  [WireRoute.DENY, 'DENY'],
]);

export const filingType = bothWays<WireFilingType, FilingType>([
  [WireFilingType.LT_RETIREE, 'LT_RETIREE'],
  [WireFilingType.LT_RESIDENT, 'LT_RESIDENT'],
  [WireFilingType.LT_WORKER, 'LT_WORKER'],
  [WireFilingType.TM_REFERRAL, 'TM_REFERRAL'],
  [WireFilingType.TM_EMERGENCY, 'TM_EMERGENCY'],
  [WireFilingType.TM_OTHER, 'TM_OTHER'],
  [WireFilingType.MATERNITY, 'MATERNITY'],
]);

export function hospitalKind(text: string): HospitalKind | undefined {
  return HOSPITAL_KINDS.find((kind) => kind === text);
}

interface BothWays<Wire extends number, Word extends string> {
  word(wire: Wire): Word | undefined;
  wire(word: Word): Wire;
}

function bothWays<Wire extends number, Word extends string>(
  pairs: readonly (readonly [Wire, Word])[],
): BothWays<Wire, Word> {
  const words = new Map<number, Word>(pairs);
  const wires = new Map<string, Wire>(pairs.map(([wire, word]) => [word, wire]));
  return {
    word: (wire) => words.get(wire),
    wire: (word) => wires.get(word) as Wire,
  };
}
