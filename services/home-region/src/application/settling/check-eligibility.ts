import type { LocalDate } from '@yijie/calendar';
import type { VisitKind } from '@yijie/codes';
import type { EligibilityDecision } from '@yijie/filing';
import type { Queryable } from '@yijie/postgres';
import { chosenOn, NO_BENEFITS } from '../../core/settling/benefits.ts';
import { eligibilityOf } from '../../core/settling/eligibility.ts';
import type { HomeRules } from '../../core/settling/settle.ts';
import { loadState } from '../../repositories/settling/load-state.ts';

export interface PersonalEligibility {
  readonly personToken: string;
  /** Whose people may be asked about; undefined for all. */
  readonly pool: string | undefined;
  readonly treatmentPool: string;
  readonly visitKind: VisitKind;
  readonly admissionDate: LocalDate;
  readonly institutionCode?: string | undefined;
  readonly chronicDiseaseCode?: string | undefined;
}

/**
 * Whether a visit would settle directly, asked before there is a hospital: the table is read for one that is networked
 * and open, so what is left are the reasons of the person and of the filing. Undefined when nobody is found.
 */
export async function checkEligibility(
  database: Queryable,
  rules: HomeRules,
  question: PersonalEligibility,
  nowMs: number,
): Promise<EligibilityDecision | undefined> {
  const { personToken, pool, treatmentPool, visitKind, admissionDate } = question;
  const { state } = await loadState(
    database,
    [{ personToken, needsBenefits: visitKind !== 'inpatient' }],
    () => undefined,
  );
  const member = state.members.get(personToken);
  if (member === undefined || (pool ?? member.homePool) !== member.homePool) return undefined;
  const benefits = state.benefits.get(personToken) ?? NO_BENEFITS;
  return eligibilityOf({
    member,
    filings: state.filings.get(personToken) ?? [],
    benefits,
    institutionCode: question.institutionCode ?? chosenOn(benefits, admissionDate)[0] ?? '',
    services: rules.services(member.homePool, admissionDate),
    treatmentPool,
    visit: {
      ...OPEN_HOSPITAL,
      kind: visitKind,
      admissionDate,
      emergency: false,
      injury: false,
      thirdPartyLiable: false,
      injuryStatementSigned: false,
      paidInFull: false,
      chronicDiseaseCode: question.chronicDiseaseCode,
    },
    atMs: nowMs,
  });
}

const OPEN_HOSPITAL = {
  visitId: new Uint8Array(16),
  hospitalLevel: 'L3',
  hospitalKind: 'general',
  institutionOpen: true,
  diseaseNotOpen: false,
  institutionSuspended: false,
} as const;
