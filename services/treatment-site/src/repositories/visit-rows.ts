import { localDate, localDateFromNumber } from '@yijie/calendar';
import type { ConvertedBill } from '@yijie/catalogue';
import type { FeeCategoryCode } from '@yijie/codes';
import { Settle } from '@yijie/contracts/exchange';
import { VisitTerms } from '@yijie/contracts/treatment';
import { type Fen, fen } from '@yijie/money';
import { OUTCOME } from '../core/command.ts';
import { isStay, NO_BILL, type Visit } from '../core/visit.ts';

/** Columns of a visit, to be selected under the alias `v`, with its claim `cl` and the claim's result `clr`. */
export const VISIT_COLUMNS = `
  v.visit_id, v.version, v.institution_code AS visit_institution, v.person_token AS visit_person,
  v.home_pool AS visit_home_pool, v.local_admission_number, v.terms, v.department, v.bed_number, v.cancelled,
  v.discharge_date, v.discharge_diagnosis, v.line_count, v.total_fen AS visit_total_fen, v.line_ranges,
  v.first_service_date, v.last_service_date, v.totals, v.upload_count,
  cl.command_id AS claim_command_id, clr.outcome AS claim_outcome`;

/** The visit's settlement in force or in flight, joined to `v`. */
export const VISIT_CLAIM_JOIN = `
  LEFT JOIN claim cl ON cl.kind = 1 AND cl.subject = v.visit_id
  LEFT JOIN command_result clr ON clr.command_id = cl.command_id`;

export interface VisitRow {
  readonly visit_id: Buffer;
  readonly version: number;
  readonly visit_institution: string;
  readonly visit_person: string;
  readonly visit_home_pool: string;
  readonly local_admission_number: string;
  readonly terms: Buffer;
  readonly department: string;
  readonly bed_number: string;
  readonly cancelled: boolean;
  readonly discharge_date: string | null;
  readonly discharge_diagnosis: string;
  readonly line_count: number;
  readonly visit_total_fen: number;
  readonly line_ranges: readonly number[];
  readonly first_service_date: string | null;
  readonly last_service_date: string | null;
  readonly totals: Buffer;
  readonly upload_count: number;
  readonly claim_command_id: Buffer | null;
  readonly claim_outcome: number | null;
}

export function visitOf(row: VisitRow): Visit {
  const terms = VisitTerms.decode(row.terms);
  const admissionDate = localDateFromNumber(terms.admissionDate);
  if (admissionDate === undefined) throw new TypeError(`visit with an impossible admission date`);
  return {
    visitId: row.visit_id,
    version: row.version,
    institutionCode: row.visit_institution,
    personToken: row.visit_person,
    homePool: row.visit_home_pool,
    localAdmissionNumber: row.local_admission_number,
    terms,
    admissionDate,
    department: row.department,
    bedNumber: row.bed_number,
    cancelled: row.cancelled,
    dischargeDate: row.discharge_date === null ? undefined : localDate(row.discharge_date),
    dischargeDiagnosis: row.discharge_diagnosis,
    charges: {
      ranges: row.line_ranges,
      bill: row.line_count === 0 ? NO_BILL : decodeBill(row.totals, row.line_count),
      firstServiceDate: row.first_service_date === null ? undefined : localDate(row.first_service_date),
      lastServiceDate: row.last_service_date === null ? undefined : localDate(row.last_service_date),
    },
    uploadCount: row.upload_count,
    claim:
      row.claim_command_id === null
        ? undefined
        : { commandId: row.claim_command_id, isSettled: row.claim_outcome === OUTCOME.settled },
  };
}

/** An inpatient stay neither discharged nor cancelled: the person can't be in another one. */
export function isStayOpen(visit: Visit): boolean {
  return isStay(visit.terms) && !visit.cancelled && visit.dischargeDate === undefined;
}

export function encodeTerms(visit: Visit): Uint8Array {
  return VisitTerms.encode(visit.terms).finish();
}

/** Category and group sums in the form in which they travel to the home region. */
export function encodeBill(bill: ConvertedBill): Uint8Array {
  return Settle.encode(
    Settle.fromPartial({
      totalFen: bill.totalFen,
      categories: bill.categories as unknown as Settle['categories'],
      groups: bill.groups as unknown as Settle['groups'],
    }),
  ).finish();
}

function decodeBill(bytes: Buffer, lineCount: number): ConvertedBill {
  const settle = Settle.decode(bytes);
  return {
    totalFen: fen(settle.totalFen),
    lineCount,
    categories: settle.categories.map((row) => ({ ...partsOf(row), code: row.code as FeeCategoryCode })),
    groups: settle.groups.map((row) => ({ ...partsOf(row), group: row.group })),
  };
}

interface Parts {
  readonly totalFen: number;
  readonly selfPaidFen: number;
  readonly overLimitFen: number;
  readonly prepaySelfFen: number;
  readonly inScopeFen: number;
}

function partsOf(row: Parts): Record<keyof Parts, Fen> {
  return {
    totalFen: fen(row.totalFen),
    selfPaidFen: fen(row.selfPaidFen),
    overLimitFen: fen(row.overLimitFen),
    prepaySelfFen: fen(row.prepaySelfFen),
    inScopeFen: fen(row.inScopeFen),
  };
}
