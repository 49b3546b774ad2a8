import { type LocalDate, localDateToNumber } from '@yijie/calendar';
import { VisitKind } from '@yijie/contracts/common';
import type { VisitFacts } from '@yijie/contracts/exchange';
import type { VisitTerms } from '@yijie/contracts/treatment';
import {
  type Institution,
  isDiseaseClosed,
  isOpenFor,
  LEVEL_NUMBERS,
  stoppedUntilMs,
} from './institution.ts';

const NO_VISIT = Buffer.alloc(0);

/** What the home region's decision table needs of a visit; no diagnosis, no name (trust §4.5). */
export function visitFacts(
  institution: Institution,
  terms: VisitTerms,
  visit: {
    visitId?: Buffer;
    dischargeDate?: LocalDate | undefined;
    paidInFull?: boolean;
    /** As it stands at the discharge. */
    diagnosisCode?: string;
  } = {},
): VisitFacts {
  const stoppedUntil = stoppedUntilMs(institution, terms);
  return {
    visitId: visit.visitId ?? NO_VISIT,
    kind: terms.kind,
    admissionDate: terms.admissionDate,
    dischargeDate: visit.dischargeDate === undefined ? 0 : localDateToNumber(visit.dischargeDate),
    emergency: terms.emergency,
    injury: terms.injury,
    thirdPartyLiable: terms.thirdPartyLiable,
    injuryStatementSigned: terms.injuryStatementSigned,
    paidInFull: visit.paidInFull ?? false,
    chronicDiseaseCode: terms.chronicDiseaseCode,
    diagnosisCode:
      terms.kind === VisitKind.MATERNITY ? deliveryOf(visit.diagnosisCode || terms.diagnosisCode) : '',
    hospitalLevel: LEVEL_NUMBERS[institution.level],
    hospitalKind: institution.kind,
    institutionOpen: isOpenFor(institution, terms),
    institutionSuspended: stoppedUntil !== undefined,
    suspendedUntilMs: stoppedUntil ?? 0,
    diseaseNotOpen: isDiseaseClosed(institution, terms),
  };
}

/**
 * The kind of delivery (ICD-10 O80 to O84, three characters): what lump sums for a birth go by. Nothing else of a
 * diagnosis leaves the treatment site.
 */
function deliveryOf(diagnosisCode: string): string {
  return /^O8[0-4]/.test(diagnosisCode) ? diagnosisCode.slice(0, 3) : '';
}
