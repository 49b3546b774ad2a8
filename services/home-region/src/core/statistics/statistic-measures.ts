import { type LocalDate, localDateAt } from '@yijie/calendar';
import type { HospitalLevel, PersonClass, Scheme, VisitKind } from '@yijie/codes';

/** What is counted. Indicators (statistic-indicators.ts) are sums and quotients of these. */
export const STATISTIC_MEASURES = [
  /** Settlements minus refunds, with what the funds paid. */
  'direct',
  /** Of these the refunds, as a number of their own: settlements without them are the sum of both. */
  'refunded',
  /** Of the direct ones, those whose filing the settlement itself made. */
  'deemed',
  /** Visits that tried to settle, that did, and that were held for want of a filing; each once in a month. */
  'visit-attempted',
  'visit-settled',
  'visit-without-filing',
  /** Filings applied for, those of them online; reviews ended, those of them in time. */
  'filed',
  'filed-online',
  'decided',
  'decided-in-time',
  /** Manual reimbursements decided in favour, with what the funds pay. */
  'manual',
  /** All decided ones by working days from receipt to decision (the bucket). */
  'manual-handled',
] as const;
export type StatisticMeasure = (typeof STATISTIC_MEASURES)[number];

/** What statistics tell apart besides the month; empty where a measure has no such side. */
export interface StatisticSides {
  readonly homePool: string;
  /** Of a filing: the region filed to. */
  readonly treatmentPool: string;
  readonly scheme: Scheme | '';
  readonly personClass: PersonClass | '';
  readonly visitKind: VisitKind | '';
  readonly hospitalLevel: HospitalLevel | '';
}

/** What one row of a source adds to one number. */
export interface Contribution {
  readonly measure: StatisticMeasure;
  readonly sides: StatisticSides;
  /** Its month is where it counts. */
  readonly atMs: number;
  /** Counts once in a number, whatever is read twice. */
  readonly sourceId: Uint8Array;
  readonly count: number;
  readonly amountFen: number;
  readonly bucket: number;
}

export interface SettledRow {
  readonly settlementId: Uint8Array;
  readonly isRefund: boolean;
  /** Undefined on a refund. */
  readonly visitId: Uint8Array | undefined;
  readonly sides: StatisticSides;
  readonly eligibilityCode: string;
  /** Negative on a refund. */
  readonly fundFen: number;
  readonly settledAtMs: number;
}

export function settlementContributions(row: SettledRow): Contribution[] {
  const { settlementId, sides, settledAtMs, visitId } = row;
  const sign = row.isRefund ? -1 : 1;
  const add = (measure: StatisticMeasure, change: Partial<Contribution> = {}): Contribution => ({
    ...{ measure, sides, atMs: settledAtMs, sourceId: settlementId, count: 1, amountFen: 0, bucket: 0 },
    ...change,
  });
  return [
    add('direct', { count: sign, amountFen: row.fundFen }),
    ...(row.isRefund ? [add('refunded')] : []),
    ...(row.eligibilityCode === 'OK-DEEMED' ? [add('deemed', { count: sign })] : []),
    ...(visitId === undefined
      ? []
      : [add('visit-attempted', { sourceId: visitId }), add('visit-settled', { sourceId: visitId })]),
  ];
}

export interface RefusedRow {
  readonly visitId: Uint8Array;
  readonly sides: StatisticSides;
  readonly code: string;
  readonly atMs: number;
}

export function refusalContributions({ visitId, sides, code, atMs }: RefusedRow): Contribution[] {
  const add = (measure: StatisticMeasure): Contribution => ({
    ...{ measure, sides, atMs, sourceId: visitId, count: 1, amountFen: 0, bucket: 0 },
  });
  return [add('visit-attempted'), ...(code === 'FIL-NONE' ? [add('visit-without-filing')] : [])];
}

const ONLINE_CHANNELS: ReadonlySet<string> = new Set(['NHSA_APP', 'NHSA_MINI', 'GOV_CLIENT', 'PROV_ONLINE']);
/** What ends a review, self-service at once. */
const DECIDING_EVENTS: ReadonlySet<string> = new Set(['approve', 'reject', 'submit-self-service']);

/** One version of a filing. */
export interface FiledRow {
  readonly filingId: Uint8Array;
  readonly version: number;
  readonly sides: StatisticSides;
  readonly channel: string;
  readonly event: string;
  readonly appliedAtMs: number;
  readonly atMs: number;
  /** Last working day of the review that this version ended; undefined where none ran or its holidays weren't known. */
  readonly reviewDueOn: LocalDate | undefined;
}

export function filingContributions(row: FiledRow): Contribution[] {
  // Deemed filings are the settlement's own: they are counted with it.
  if (row.channel === 'DEEMED') return [];
  const add = (measure: StatisticMeasure, atMs: number): Contribution => ({
    ...{ measure, sides: row.sides, atMs, sourceId: row.filingId, count: 1, amountFen: 0, bucket: 0 },
  });
  const made: Contribution[] = [];
  if (row.version === 1) {
    made.push(add('filed', row.appliedAtMs));
    if (ONLINE_CHANNELS.has(row.channel)) made.push(add('filed-online', row.appliedAtMs));
  }
  if (DECIDING_EVENTS.has(row.event)) {
    const atOnce = row.event === 'submit-self-service';
    if (atOnce || row.reviewDueOn !== undefined) {
      made.push(add('decided', row.atMs));
      if (atOnce || (row.reviewDueOn !== undefined && localDateAt(row.atMs) <= row.reviewDueOn))
        made.push(add('decided-in-time', row.atMs));
    }
  }
  return made;
}

export interface ClaimedRow {
  readonly reimbursementId: Uint8Array;
  readonly sides: StatisticSides;
  readonly isGranted: boolean;
  readonly fundFen: number;
  /** Undefined where holidays weren't known. */
  readonly handledDays: number | undefined;
  readonly decidedAtMs: number;
}

export function claimContributions(row: ClaimedRow): Contribution[] {
  const add = (measure: StatisticMeasure, change: Partial<Contribution>): Contribution => ({
    ...{ measure, sides: row.sides, atMs: row.decidedAtMs, sourceId: row.reimbursementId, count: 1 },
    ...{ amountFen: 0, bucket: 0, ...change },
  });
  return [
    ...(row.isGranted ? [add('manual', { amountFen: row.fundFen })] : []),
    ...(row.handledDays === undefined ? [] : [add('manual-handled', { bucket: row.handledDays })]),
  ];
}

/** 202506 for an instant in June 2025, in Asia/Shanghai. */
export function monthOf(atMs: number): number {
  const date = localDateAt(atMs);
  return Number(date.slice(0, 4)) * 100 + Number(date.slice(5, 7));
}
