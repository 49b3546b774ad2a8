import type { LocalDate } from '@yijie/calendar';
import { qualifiesForDisease } from '@yijie/filing';

/** What the agency recorded of a person besides filings, as decisions read it. */
export interface PersonBenefits {
  /** Newest version of each, of the person's present scheme. */
  readonly qualifications: readonly ChronicQualification[];
  readonly choices: readonly HospitalChoice[];
}

/** 门诊慢特病待遇资格 */
export interface ChronicQualification {
  readonly qualificationId: string;
  readonly diseaseCode: string;
  readonly from: LocalDate;
  /** First day on which it no longer holds. */
  readonly until?: LocalDate | undefined;
  /** Where the person may be treated for it; empty: wherever the disease is opened. */
  readonly institutionCodes: readonly string[];
}

/** 门诊定点: the outpatient hospitals the person chose, from a day on. */
export interface HospitalChoice {
  readonly ordinal: number;
  readonly from: LocalDate;
  readonly institutionCodes: readonly string[];
}

export const NO_BENEFITS: PersonBenefits = { qualifications: [], choices: [] };

export function qualificationsOn(benefits: PersonBenefits, day: LocalDate): ChronicQualification[] {
  return benefits.qualifications.filter(
    ({ from, until }) => from <= day && (until === undefined || day < until),
  );
}

/** The qualification that serves a visit for a disease: one for this very code before a general one. */
export function qualificationFor(
  benefits: PersonBenefits,
  diseaseCode: string,
  day: LocalDate,
): ChronicQualification | undefined {
  const serving = qualificationsOn(benefits, day).filter((one) =>
    qualifiesForDisease(one.diseaseCode, diseaseCode),
  );
  return serving.find((one) => one.diseaseCode === diseaseCode) ?? serving[0];
}

export function isTreatedAt({ institutionCodes }: ChronicQualification, institutionCode: string): boolean {
  return institutionCodes.length === 0 || institutionCodes.includes(institutionCode);
}

/** The hospitals chosen for a day: of two choices from the same day the later one made holds. */
export function chosenOn(benefits: PersonBenefits, day: LocalDate): readonly string[] {
  let holding: HospitalChoice | undefined;
  for (const choice of benefits.choices) {
    if (choice.from > day) continue;
    if (
      holding === undefined ||
      choice.from > holding.from ||
      (choice.from === holding.from && choice.ordinal > holding.ordinal)
    )
      holding = choice;
  }
  return holding?.institutionCodes ?? [];
}
