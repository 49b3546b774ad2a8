import { type LocalDate, rangesOverlap } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import { type Refusal, refuse } from '@yijie/errors';
import type { ChronicQualification } from './benefits.ts';
import type { HomeServices } from './home-services.ts';

/** A qualification's newest version as it is stored. */
export interface RecordedQualification extends ChronicQualification {
  readonly version: number;
  readonly scheme: Scheme;
}

export type QualificationForm = Omit<ChronicQualification, 'qualificationId'>;

export type QualificationDecision =
  | { readonly ok: true; readonly version: number; readonly reachesBack: boolean }
  | Refusal;

/**
 * Whether a qualification may be recorded: a new one beside those the person holds, or the next version of one. Of one
 * disease a person holds one at a time, so that a visit never has to choose.
 */
export function decideQualification(
  form: QualificationForm,
  before: RecordedQualification | undefined,
  held: readonly RecordedQualification[],
  today: LocalDate,
): QualificationDecision {
  if (before !== undefined && before.diseaseCode !== form.diseaseCode)
    return refuse('FRM-VALUE', { field: 'disease_code', value: form.diseaseCode });
  const inTheWay = held.find(
    (one) =>
      one.qualificationId !== before?.qualificationId &&
      one.diseaseCode === form.diseaseCode &&
      rangesOverlap(one, form),
  );
  if (inTheWay !== undefined)
    return refuse('CHR-OVERLAP', {
      diseaseCode: form.diseaseCode,
      qualificationId: inTheWay.qualificationId,
    });
  return { ok: true, version: (before?.version ?? 0) + 1, reachesBack: reachesBack(form, before, today) };
}

/** Whether days that have passed come out differently. */
function reachesBack(
  form: QualificationForm,
  before: RecordedQualification | undefined,
  today: LocalDate,
): boolean {
  if (before === undefined) return form.from < today;
  const moved = (a: LocalDate | undefined, b: LocalDate | undefined) =>
    a !== b && ((a !== undefined && a < today) || (b !== undefined && b < today));
  return moved(form.from, before.from) || moved(form.until, before.until);
}

/** Whether the person may choose these hospitals, by the region's rule of that day. */
export function decideHospitalChoice(
  institutionCodes: readonly string[],
  { outpatientHospitals }: HomeServices,
  homePool: string,
): { readonly ok: true } | Refusal {
  if (outpatientHospitals === undefined) return refuse('ORG-NOLIST', { homePool });
  const { atMost } = outpatientHospitals;
  if (institutionCodes.length > atMost)
    return refuse('ORG-CHOICE', { count: `${institutionCodes.length}`, max: `${atMost}` });
  return { ok: true };
}
