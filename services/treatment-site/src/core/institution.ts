import { type LocalDate, localDateFromNumber, startOfDay } from '@yijie/calendar';
import type { HospitalKind, VisitKind as KindWord, HospitalLevel as LevelWord } from '@yijie/codes';
import { HospitalLevel, VisitKind } from '@yijie/contracts/common';
import type { VisitTerms } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { isOpenedChronicDisease } from '@yijie/filing';
import type { Stop } from './notice.ts';

export interface Institution {
  readonly institutionCode: string;
  readonly name: string;
  /** Treatment pool (就医地). */
  readonly pool: string;
  readonly level: LevelWord;
  readonly kind: HospitalKind;
  /** What the treatment agency has opened here for cross-region settlement. */
  readonly openings: readonly Opening[];
  readonly suspended: boolean;
  /** First day on which it no longer is, where that is known. */
  readonly suspendedUntil?: LocalDate | undefined;
  /** Notices in force at it now. */
  readonly stops: readonly Stop[];
}

/** A kind of visit, or one disease of chronic visits, opened for visits of certain days. */
export interface Opening {
  readonly kind: KindWord;
  /** Of a chronic opening; undefined opens the kind and no disease by itself. */
  readonly diseaseCode?: string | undefined;
  /** Undefined: from ever. */
  readonly from?: LocalDate | undefined;
  /** First day on which it no longer holds. */
  readonly until?: LocalDate | undefined;
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

/** The institution is opened for this kind of visit on the day of admission or visit. */
export function isOpenFor(institution: Institution, terms: VisitTerms): boolean {
  const kind = VISIT_KIND_WORDS[terms.kind];
  const day = localDateFromNumber(terms.admissionDate);
  return (
    day !== undefined &&
    institution.openings.some(
      (opening) => opening.kind === kind && opening.diseaseCode === undefined && holds(opening, day),
    )
  );
}

/** A chronic visit to an institution that is opened for such visits, but on that day not for this disease. */
export function isDiseaseClosed(institution: Institution, terms: VisitTerms): boolean {
  const day = localDateFromNumber(terms.admissionDate);
  return (
    terms.kind === VisitKind.CHRONIC &&
    day !== undefined &&
    !institution.openings.some(
      (opening) =>
        opening.kind === 'chronic' && opening.diseaseCode === terms.chronicDiseaseCode && holds(opening, day),
    )
  );
}

/** Why nobody can be admitted here on these terms, whoever it is: as rows 3, 24 and 25a of the decision table say. */
export function refuseUnlessOpened(institution: Institution, terms: VisitTerms): Refusal | undefined {
  const { institutionCode } = institution;
  if (!isOpenFor(institution, terms)) {
    return refuse('ORG-NOTNET', { institutionCode, visitKind: VISIT_KIND_WORDS[terms.kind] ?? '' });
  }
  const day = localDateFromNumber(terms.admissionDate);
  if (terms.kind !== VisitKind.CHRONIC || day === undefined) return undefined;
  const { chronicDiseaseCode: diseaseCode } = terms;
  if (!isOpenedChronicDisease(diseaseCode, day)) return refuse('CHR-LIST', { diseaseCode });
  return isDiseaseClosed(institution, terms) ? refuse('CHR-ORG', { diseaseCode }) : undefined;
}

/** The end of what stops such a visit now, ms; 0 when it isn't known, undefined when nothing does. */
export function stoppedUntilMs(institution: Institution, terms: VisitTerms): number | undefined {
  const { suspended, suspendedUntil, stops } = institution;
  const kind = VISIT_KIND_WORDS[terms.kind];
  const ends = stops.flatMap((stop) =>
    stop.service === undefined || stop.service === kind ? [stop.endsAtMs] : [],
  );
  if (!suspended) return ends.length === 0 ? undefined : Math.max(...ends);
  return suspendedUntil === undefined ? 0 : Math.max(startOfDay(suspendedUntil), ...ends);
}

function holds({ from, until }: Opening, day: LocalDate): boolean {
  return (from === undefined || from <= day) && (until === undefined || day < until);
}
