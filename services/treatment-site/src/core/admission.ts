import { type LocalDate, localDateFromNumber } from '@yijie/calendar';
import { parseRegionCode } from '@yijie/codes';
import type { AdmitRequest, ChangeAdmissionRequest, VisitTerms } from '@yijie/contracts/treatment';
import { type Refusal, refuse } from '@yijie/errors';
import { checkNoIdentity, checkTerms, checkText } from './form.ts';
import { type Institution, refuseUnlessOpened, VISIT_KIND_WORDS } from './institution.ts';
import { isStay, NO_CHARGES, type Visit } from './visit.ts';
import { nextVersion, type VisitDecision } from './visit-change.ts';
import { type IdText, refuseUnlessOpen, refuseUnlessUnsettled } from './visit-guards.ts';

/** A stay that is neither discharged nor cancelled. */
export interface OpenStay {
  readonly visitId: Buffer;
  readonly institutionCode: string;
  readonly personToken: string;
  readonly localAdmissionNumber: string;
  readonly admissionDate: LocalDate;
}

export interface AdmissionFacts {
  readonly institution: Institution;
  readonly isKnownHomePool: (pool: string) => boolean;
  /** Open stays of the person anywhere in the province, and of the admission number here. */
  readonly openStays: readonly OpenStay[];
  readonly today: LocalDate;
  readonly newVisitId: Buffer;
  readonly idText: IdText;
}

const TOKEN_LENGTH_MAX = 64;

/** 2401 / 2201: form, then the institution, then other stays. */
export function decideAdmit(request: AdmitRequest, facts: AdmissionFacts): VisitDecision {
  const malformed = checkForm(request, facts);
  if (malformed) return malformed;
  const terms = request.terms as VisitTerms;
  const { institution } = facts;
  const notOpened = refuseUnlessOpened(institution, terms);
  if (notOpened) return notOpened;
  const inTheWay = isStay(terms) ? findOpenStay(request, facts) : undefined;
  if (inTheWay) return inTheWay;
  const visit: Visit = {
    visitId: facts.newVisitId,
    version: 1,
    institutionCode: institution.institutionCode,
    personToken: request.personToken,
    homePool: request.homePool,
    localAdmissionNumber: request.localAdmissionNumber,
    terms,
    admissionDate: localDateFromNumber(terms.admissionDate) as LocalDate,
    department: request.department,
    bedNumber: request.bedNumber,
    cancelled: false,
    dischargeDate: undefined,
    dischargeDiagnosis: '',
    charges: NO_CHARGES,
    uploadCount: 0,
    claim: undefined,
  };
  return { ok: true, visit };
}

function checkForm(request: AdmitRequest, facts: AdmissionFacts): Refusal | undefined {
  if (request.personToken === '') return refuse('FRM-REQUIRED', { field: 'person_token' });
  if (parseRegionCode(request.homePool) === undefined) {
    return refuse('FRM-REGION', { field: 'home_pool', value: request.homePool });
  }
  if (!facts.isKnownHomePool(request.homePool)) return refuse('HOME-POOL', { homePool: request.homePool });
  if (request.homePool === facts.institution.pool) return refuse('STL-LOCAL');
  if (request.localAdmissionNumber === '') return refuse('FRM-REQUIRED', { field: 'local_admission_number' });
  return (
    checkText('person_token', request.personToken, TOKEN_LENGTH_MAX) ??
    checkText('local_admission_number', request.localAdmissionNumber, 64) ??
    checkNoIdentity('local_admission_number', request.localAdmissionNumber) ??
    checkPlace(request) ??
    checkTerms(request.terms, facts.today)
  );
}

function checkPlace(request: { department: string; bedNumber: string }): Refusal | undefined {
  return (
    checkText('department', request.department, 64) ??
    checkNoIdentity('department', request.department) ??
    checkText('bed_number', request.bedNumber, 32) ??
    checkNoIdentity('bed_number', request.bedNumber)
  );
}

function findOpenStay(request: AdmitRequest, facts: AdmissionFacts): Refusal | undefined {
  const { institutionCode } = facts.institution;
  const ofPerson = facts.openStays.find((stay) => stay.personToken === request.personToken);
  if (ofPerson) {
    return ofPerson.institutionCode === institutionCode
      ? refuse('VST-OPENHERE', { visitId: facts.idText(ofPerson.visitId) })
      : refuse('VST-OPENELSEWHERE', { admissionDate: ofPerson.admissionDate });
  }
  const ofNumber = facts.openStays.find(
    (stay) =>
      stay.institutionCode === institutionCode && stay.localAdmissionNumber === request.localAdmissionNumber,
  );
  return ofNumber && refuse('VST-NUMBER', { visitId: facts.idText(ofNumber.visitId) });
}

/** 2403: only while nothing is discharged or settled, and charges stay inside the visit. */
export function decideChangeAdmission(
  request: ChangeAdmissionRequest,
  visit: Visit | undefined,
  facts: Pick<AdmissionFacts, 'institution' | 'today' | 'idText'>,
): VisitDecision {
  const malformed = checkPlace(request) ?? checkTerms(request.terms, facts.today);
  if (malformed) return malformed;
  if (visit === undefined) return refuse('VST-NOTFOUND');
  const closed = refuseUnlessOpen(visit, facts.idText);
  if (closed) return closed;
  const terms = request.terms as VisitTerms;
  if (isStay(terms) !== isStay(visit.terms)) {
    return refuse('VST-KIND', { visitKind: VISIT_KIND_WORDS[visit.terms.kind] ?? '' });
  }
  const notOpened = refuseUnlessOpened(facts.institution, terms);
  if (notOpened) return notOpened;
  const admissionDate = localDateFromNumber(terms.admissionDate) as LocalDate;
  const { firstServiceDate } = visit.charges;
  if (firstServiceDate !== undefined && firstServiceDate < admissionDate) {
    return refuse('CAT-DATE', { firstDay: admissionDate, lastDay: facts.today });
  }
  return {
    ok: true,
    visit: nextVersion(visit, {
      terms,
      admissionDate,
      department: request.department,
      bedNumber: request.bedNumber,
    }),
  };
}

/** 2404 / 2202: only without charges. */
export function decideCancelAdmission(visit: Visit | undefined, idText: IdText): VisitDecision {
  if (visit === undefined) return refuse('VST-NOTFOUND');
  const settled = refuseUnlessUnsettled(visit, idText);
  if (settled) return settled;
  if (visit.charges.bill.lineCount > 0) {
    return refuse('VST-HASCHARGES', { count: String(visit.charges.bill.lineCount) });
  }
  if (visit.dischargeDate !== undefined)
    return refuse('VST-DISCHARGED', { dischargeDate: visit.dischargeDate });
  return { ok: true, visit: nextVersion(visit, { cancelled: true }) };
}
