import { completedYears, type Instant, type LocalDate, localDateFromNumber } from '@yijie/calendar';
import { type FeeCategoryCode, provinceOf } from '@yijie/codes';
import { decodeSettleLines } from '@yijie/contracts/hot';
import type { GetSlipRequest, GetSlipResponse, PersonOnSlip, Settlement } from '@yijie/contracts/treatment';
import { renderSlip, type SlipData, type SlipExplanationStep } from '@yijie/documents';
import { type Refusal, refuse } from '@yijie/errors';
import { fen, formatYuan, type Shares } from '@yijie/money';
import { maskCertificateNumber, maskName } from '@yijie/security';
import { type Institution, VISIT_KIND_WORDS } from '../../core/institution.ts';
import { outsideSums } from '../../core/outside-lines.ts';
import { isStay, type Visit } from '../../core/visit.ts';
import { FILING_TYPE_WORDS, PERSON_CLASS_WORDS, RATIO_CLASS_WORDS, SCHEME_WORDS } from '../../core/words.ts';
import { findBill, findVisit } from '../../repositories/settlements.ts';
import type { Caller } from '../caller.ts';
import type { Site } from '../site.ts';
import { askExplanation } from './explain-settlement.ts';
import { viewOf, visibleSettlement } from './get-settlement.ts';

const REMARKS_MAX = 10;
const REMARK_LENGTH_MAX = 200;

/** The settlement slip (attachment 5), ready to print. */
export async function getSlip(
  site: Site,
  request: GetSlipRequest,
  caller: Caller,
): Promise<GetSlipResponse | Refusal> {
  if (
    request.remarks.length > REMARKS_MAX ||
    request.remarks.some((remark) => remark.length > REMARK_LENGTH_MAX)
  )
    return refuse('FRM-SIZE', { field: 'remarks', max: `${REMARKS_MAX}` });
  const record = await visibleSettlement(site, request.settlementId, caller);
  if ('ok' in record) return record;
  const settlement = viewOf(record);
  const { command } = record;
  const institution = site.institutions.find(command.institutionCode);
  const found = command.visitId && (await findVisit(site.database, { kind: 'all' }, command.visitId));
  if (institution === undefined || found === undefined) return refuse('VST-NOTFOUND');
  const explained = request.withExplanation ? await askExplanation(site, record, caller) : undefined;
  if (explained && 'ok' in explained) return explained;
  const person = site.slipIdentities.decrypt(found.slipIdentity, found.visit.visitId);
  const data = slipData(settlement, found.visit, institution, {
    person: caller.masked ? person && masked(person) : person,
    regionName: site.regionName,
    remarks: [
      ...settlement.notes,
      ...(await outsideRemarks(site, command.originalId ?? command.commandId, found.visit)),
      ...trialRemarks(site.settings.settlementDay),
      ...request.remarks,
    ],
    explanation: explained?.steps.map((step) => ({ ...step, resultFen: fen(step.resultFen) })),
  });
  return { settlement, text: renderSlip(data) };
}

/** What the stay's bill holds of other institutions (attachment 4). */
async function outsideRemarks(site: Site, settlementId: Buffer, visit: Visit): Promise<string[]> {
  if (!isStay(visit.terms)) return [];
  const [stored, bill] = await Promise.all([
    site.visits.storedLines(visit.visitId),
    findBill(site.database, settlementId),
  ]);
  const known = new Set(stored.map((line) => line.lineNumber));
  const settled = bill === undefined ? [] : decodeSettleLines(bill).lines;
  const sums = outsideSums([...stored, ...settled.filter((line) => !known.has(line.lineNumber))]);
  return sums.map(
    ({ institutionCode, lineCount, amountFen }) =>
      `外院检查治疗、外购药品（附件4）：机构 ${institutionCode}，${lineCount} 项，${formatYuan(fen(amountFen))} 元。`,
  );
}

/** A slip of a trial must not pass for one of today. */
function trialRemarks(day: LocalDate | undefined): string[] {
  return day === undefined ? [] : [`试运行：结算日期设定为 ${day}，不是实际结算日期。`];
}

function masked(person: PersonOnSlip): PersonOnSlip {
  return {
    ...person,
    name: maskName(person.name),
    certificateNumber: maskCertificateNumber(person.certificateNumber),
  };
}

function slipData(
  settlement: Settlement,
  visit: Visit,
  institution: Institution,
  facts: {
    readonly person: PersonOnSlip | undefined;
    readonly regionName: (code: string) => string;
    readonly remarks: readonly string[];
    readonly explanation: readonly SlipExplanationStep[] | undefined;
  },
): SlipData {
  const { person, regionName } = facts;
  const region = (code: string) => ({ code, name: regionName(code) });
  const birthDate = person && localDateFromNumber(person.birthDate);
  return {
    provinceName: regionName(provinceOf(settlement.treatmentPool)),
    settlementId: settlement.settlementId,
    originalSettlementId: settlement.refundedSettlementId || undefined,
    visitId: settlement.visitId,
    person: {
      name: person?.name ?? '',
      gender: person?.gender ?? '',
      ageYears: birthDate && completedYears(birthDate, visit.admissionDate),
      certificateNumber: person?.certificateNumber ?? '',
    },
    scheme: SCHEME_WORDS[settlement.scheme] ?? 'employee',
    personClass: PERSON_CLASS_WORDS[settlement.personClass] ?? 'active',
    homeRegion: region(settlement.homePool),
    treatmentSite: region(settlement.treatmentPool),
    filingType: FILING_TYPE_WORDS[settlement.filingType],
    ratioClass: RATIO_CLASS_WORDS[settlement.ratioClass] ?? 'LOCAL',
    institution: {
      code: institution.institutionCode,
      name: institution.name,
      level: institution.level,
    },
    department: visit.department || undefined,
    bedNumber: visit.bedNumber || undefined,
    admissionNumber: visit.localAdmissionNumber,
    admissionDiagnosis: visit.terms.diagnosisCode || undefined,
    dischargeDiagnosis: visit.dischargeDiagnosis || undefined,
    visitKind: VISIT_KIND_WORDS[visit.terms.kind] ?? 'inpatient',
    admissionDate: visit.admissionDate,
    dischargeDate: visit.dischargeDate,
    emergency: visit.terms.emergency,
    injury: visit.terms.injury,
    categories: settlement.categories.map((row) => ({
      code: row.code as FeeCategoryCode,
      totalFen: fen(row.totalFen),
      selfPaidFen: fen(row.selfPaidFen),
      overLimitFen: fen(row.overLimitFen),
      prepaySelfFen: fen(row.prepaySelfFen),
      inScopeFen: fen(row.inScopeFen),
    })),
    totalFen: fen(settlement.totalFen),
    deductiblePaidFen: fen(settlement.deductiblePaidFen),
    shares: settlement.shares as unknown as Shares,
    accountBalanceAfterFen: fen(settlement.accountBalanceAfterFen),
    yearDeductibleUsedFen: fen(settlement.yearDeductibleUsedFen),
    yearPoolUsedFen: fen(settlement.yearPoolUsedFen),
    policyVersion: settlement.policyVersion,
    settledAt: settlement.settledAtMs as Instant,
    remarks: facts.remarks,
    explanation: facts.explanation,
  };
}
