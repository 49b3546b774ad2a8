import { type LocalDate, localDateFromNumber } from '@yijie/calendar';
import { VisitKind } from '@yijie/contracts/common';
import type { VisitTerms } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';

export const KEY_LENGTH_MAX = 64;
export const LINES_PER_CALL_MAX = 10_000;

/** 1 to 64 characters (proto/yijie/treatment/v1). */
export function isKey(key: string): boolean {
  return key.length >= 1 && key.length <= KEY_LENGTH_MAX;
}

/** The terms of a visit are whole and possible on the day they are stated. */
export function checkTerms(terms: VisitTerms | undefined, today: LocalDate): Refusal | undefined {
  if (terms === undefined) return refuse('FRM-REQUIRED', { field: 'terms' });
  if (terms.kind < VisitKind.INPATIENT || terms.kind > VisitKind.MATERNITY) {
    return refuse('FRM-VALUE', { field: 'terms.kind', value: String(terms.kind) });
  }
  const admission = localDateFromNumber(terms.admissionDate);
  if (admission === undefined || admission > today) {
    return refuse('FRM-DATE', { field: 'terms.admission_date', value: String(terms.admissionDate) });
  }
  if (terms.kind === VisitKind.CHRONIC && terms.chronicDiseaseCode === '') {
    return refuse('FRM-REQUIRED', { field: 'terms.chronic_disease_code' });
  }
  return (
    checkText('terms.chronic_disease_code', terms.chronicDiseaseCode, 20) ??
    checkText('terms.diagnosis_code', terms.diagnosisCode, 64)
  );
}

export function checkText(field: string, value: string, max: number): Refusal | undefined {
  return value.length > max ? refuse('FRM-LENGTH', { field, max: String(max) }) : undefined;
}

/** No identity number in a field that travels on or is shown to many: 18 characters of GB 11643 or 15 digits. */
export function checkNoIdentity(field: string, value: string): Refusal | undefined {
  return /(?<!\d)\d{17}[\dXx](?!\d)/.test(value) ? refuse('FRM-IDENTITY', { field }) : undefined;
}
