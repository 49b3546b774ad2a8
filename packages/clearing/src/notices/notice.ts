import type { LocalDate } from '@yijie/calendar';
import type { Scheme } from '@yijie/codes';
import type { Fen } from '@yijie/money';
import type { TransferKind } from '../netting/transfer.ts';
import type { Level, PartyCode, RunOwner } from '../party.ts';
import type { TableNumber } from '../tables/table.ts';

export const NOTICE_CATEGORIES = ['ADV_ADJUST', 'ADV_URGENT', 'MONTHLY', 'YEAR_END'] as const;
export type NoticeCategory = (typeof NOTICE_CATEGORIES)[number];

/** PAY is attachment 8 (付款通知书), RCV attachment 7 (收款通知书). */
export type NoticeDirection = 'PAY' | 'RCV';

export const NOTICE_STATES = [
  'ISSUED',
  'SUBMITTED',
  'PARTIAL',
  'PAID',
  'CONFIRMED_BY_PAYEE',
  'VOID',
] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

export interface NoticeLine {
  /** 1, 2, … within its notice. */
  readonly lineNo: number;
  readonly counterparty: PartyCode;
  readonly kind: TransferKind;
  readonly scheme: Scheme | null;
  readonly employeeFen: Fen;
  readonly residentFen: Fen;
  readonly amountFen: Fen;
  readonly twinNoticeNo: string;
  readonly twinLineNo: number;
}

export interface Notice {
  /** `{level}{party}{period}{category}{PAY|RCV}{rev}`, parts joined by '-'. */
  readonly noticeNo: string;
  readonly level: Level;
  readonly runOwner: RunOwner;
  readonly party: PartyCode;
  readonly direction: NoticeDirection;
  readonly category: NoticeCategory;
  /** YYYYMM, or YYYY of yearly ones. */
  readonly period: string;
  readonly revision: number;
  readonly issuedOn: LocalDate;
  /** Working days after the submission that is due (§4.3). */
  readonly dueOn: LocalDate;
  readonly lines: readonly NoticeLine[];
  readonly totalFen: Fen;
  readonly basis: { readonly tableNo: TableNumber; readonly revision: number; readonly contentHash: string };
}

/** A transfer that a bank made for one line of a payment notice. */
export interface Payment {
  readonly noticeNo: string;
  readonly lineNo: number;
  readonly bankName: string;
  /** Unique per owner of the notice (R13). */
  readonly bankSerial: string;
  readonly tradeDate: LocalDate;
  readonly paidFen: Fen;
}
