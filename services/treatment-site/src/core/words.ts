import type {
  FilingType as FilingTypeWord,
  PersonClass as PersonClassWord,
  RatioClass as RatioClassWord,
  Scheme as SchemeWord,
} from '@yijie/codes';
import { FilingType, PersonClass, RatioClass, Scheme } from '@yijie/contracts/common';

/** Enumerations of the contracts as the words of the field; unspecified has none. */

export const SCHEME_WORDS: Readonly<Record<number, SchemeWord>> = {
  [Scheme.EMPLOYEE]: 'employee',
  [Scheme.RESIDENT]: 'resident',
};

export const PERSON_CLASS_WORDS: Readonly<Record<number, PersonClassWord>> = {
  [PersonClass.ACTIVE]: 'active',
  [PersonClass.RETIRED]: 'retired',
  [PersonClass.RESIDENT]: 'resident',
  [PersonClass.CHILD]: 'child',
};

export const RATIO_CLASS_WORDS: Readonly<Record<number, RatioClassWord>> = {
  [RatioClass.LOCAL]: 'LOCAL',
  [RatioClass.REDUCED_A]: 'REDUCED_A',
  [RatioClass.REDUCED_B]: 'REDUCED_B',
  [RatioClass.TWO_WAY_HOME]: 'TWO_WAY_HOME',
  [RatioClass.HOME_POLICY]: 'HOME_POLICY',
};

export const FILING_TYPE_WORDS: Readonly<Record<number, FilingTypeWord>> = {
  [FilingType.LT_RETIREE]: 'LT_RETIREE',
  [FilingType.LT_RESIDENT]: 'LT_RESIDENT',
  [FilingType.LT_WORKER]: 'LT_WORKER',
  [FilingType.TM_REFERRAL]: 'TM_REFERRAL',
  [FilingType.TM_EMERGENCY]: 'TM_EMERGENCY',
  [FilingType.TM_OTHER]: 'TM_OTHER',
  [FilingType.MATERNITY]: 'MATERNITY',
};
