import type { HospitalKind, VisitKind as KindWord, HospitalLevel as LevelWord } from '@yijie/codes';
import { HospitalLevel, VisitKind } from '@yijie/contracts/common';
import type { VisitTerms } from '@yijie/contracts/treatment';

export interface Institution {
  readonly institutionCode: string;
  readonly name: string;
  /** Treatment pool (就医地). */
  readonly pool: string;
  readonly level: LevelWord;
  readonly kind: HospitalKind;
  /** Visit kinds that the treatment agency has opened here for cross-region settlement. */
  readonly openKinds: readonly KindWord[];
  /** Chronic diseases opened here. */
  readonly openChronic: readonly string[];
  readonly suspended: boolean;
}

export const VISIT_KIND_WORDS: Readonly<Record<number, KindWord>> = {
  [VisitKind.INPATIENT]: 'inpatient',
  [VisitKind.OUTPATIENT]: 'outpatient',
  [VisitKind.CHRONIC]: 'chronic',
  [VisitKind.MATERNITY]: 'maternity',
};

export const LEVEL_NUMBERS: Readonly<Record<LevelWord, HospitalLevel>> = {
  community: HospitalLevel.COMMUNITY,
  L1: HospitalLevel.ONE,
  L2: HospitalLevel.TWO,
  L3: HospitalLevel.THREE,
  provincial: HospitalLevel.PROVINCIAL,
};

/** The institution is opened for this kind of visit and, for a chronic visit, for the disease. */
export function isOpenFor(institution: Institution, terms: VisitTerms): boolean {
  const kind = VISIT_KIND_WORDS[terms.kind];
  if (kind === undefined || !institution.openKinds.includes(kind)) return false;
  return kind !== 'chronic' || institution.openChronic.includes(terms.chronicDiseaseCode);
}
