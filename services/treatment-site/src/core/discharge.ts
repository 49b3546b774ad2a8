import { type LocalDate, localDateFromNumber } from '@yijie/calendar';
import type { DischargeRequest } from '@yijie/contracts/treatment';
import { refuse } from '@yijie/errors';
import { checkText } from './form.ts';
import { VISIT_KIND_WORDS } from './institution.ts';
import { checkDischarge } from './settle.ts';
import { isStay, type Visit } from './visit.ts';
import { nextVersion, type VisitDecision } from './visit-change.ts';
import { type IdText, refuseUnlessOpen, refuseUnlessUnsettled } from './visit-guards.ts';

/** 2402: the hospital's count and total must be ours, so that nothing is missing from the bill. */
export function decideDischarge(
  request: DischargeRequest,
  visit: Visit | undefined,
  facts: { readonly today: LocalDate; readonly idText: IdText },
): VisitDecision {
  const date = localDateFromNumber(request.dischargeDate);
  if (date === undefined) {
    return refuse('FRM-DATE', { field: 'discharge_date', value: String(request.dischargeDate) });
  }
  const tooLong = checkText('discharge_diagnosis_code', request.dischargeDiagnosisCode, 64);
  if (tooLong) return tooLong;
  if (visit === undefined) return refuse('VST-NOTFOUND');
  const closed = refuseUnlessOpen(visit, facts.idText);
  if (closed) return closed;
  if (!isStay(visit.terms)) {
    return refuse('VST-KIND', { visitKind: VISIT_KIND_WORDS[visit.terms.kind] ?? '' });
  }
  const impossible = checkDischarge(visit, date, request.dischargeDiagnosisCode, facts.today);
  if (impossible) return impossible;
  const { bill } = visit.charges;
  if (bill.totalFen !== request.totalFen || bill.lineCount !== request.lineCount) {
    return refuse('STL-SUM', {
      statedFen: String(request.totalFen),
      countedFen: String(bill.totalFen),
      statedLines: String(request.lineCount),
      countedLines: String(bill.lineCount),
    });
  }
  return {
    ok: true,
    visit: nextVersion(visit, {
      dischargeDate: date,
      dischargeDiagnosis: request.dischargeDiagnosisCode,
    }),
  };
}

/** 2405. `hasOtherOpenStay`: the person has been admitted elsewhere since. */
export function decideCancelDischarge(
  visit: Visit | undefined,
  facts: { readonly idText: IdText; readonly otherOpenStay: { admissionDate: LocalDate } | undefined },
): VisitDecision {
  if (visit === undefined) return refuse('VST-NOTFOUND');
  const settled = refuseUnlessUnsettled(visit, facts.idText);
  if (settled) return settled;
  if (visit.dischargeDate === undefined) return refuse('VST-NOTDISCHARGED');
  if (facts.otherOpenStay) {
    return refuse('VST-OPENELSEWHERE', { admissionDate: facts.otherOpenStay.admissionDate });
  }
  return { ok: true, visit: nextVersion(visit, { dischargeDate: undefined, dischargeDiagnosis: '' }) };
}
