export {
  ADVANCE_ENTRY_KINDS,
  type AdvanceEntry,
  type AdvanceEntryKind,
  closingOf,
  heldBy,
} from './advance/advance-ledger.ts';
export { adjustmentEntry, adjustmentTransfers } from './advance/advance-transfers.ts';
export {
  adjustQuota,
  bothSchemes,
  type QuotaAdjustment,
  type QuotaInput,
  type SchemeFen,
} from './advance/quota.ts';
export { type Held, quotaInputs, type RunCells } from './advance/quota-months.ts';
export { requestUrgent, type UrgentRequest, urgentOffer } from './advance/urgent.ts';
export { type Usage, type UsageLevel, usageOf } from './advance/usage.ts';
export { type MoneyDays, moneyDays, type RunDays, runDays } from './calendar/run-calendar.ts';
export type { Cell, ClearingRow } from './cells/cell.ts';
export { cellsOf } from './cells/cells-of.ts';
export { type PairPosition, pairPositions, type SchemePosition } from './cells/pair-position.ts';
export { allChecks, type GeneratedRun } from './checks/all-checks.ts';
export { CHECK_IDS, type CheckFailure, type CheckId } from './checks/check-failure.ts';
export { checkR1, type SlipMoney } from './checks/r01.ts';
export { checkR2, checkR3 } from './checks/r02-r03.ts';
export { checkR4 } from './checks/r04.ts';
export { checkR5, checkR6, checkR7 } from './checks/r05-r07.ts';
export { checkR8 } from './checks/r08.ts';
export { type ClearedPlace, checkR9, checkR10, type RunCandidate } from './checks/r09-r10.ts';
export { checkR11, checkR11Gross, checkR12, checkR13 } from './checks/r11-r13.ts';
export { checkR14, type QuotaInForce } from './checks/r14.ts';
export { checkR15, checkR16, type YearBook } from './checks/r15-r16.ts';
export { checkR17 } from './checks/r17.ts';
export { checkR18 } from './checks/r18.ts';
export { checkR19 } from './checks/r19.ts';
export { checkR20, type DeductedSettlement } from './checks/r20.ts';
export {
  answerCheckRequest,
  type CheckedStay,
  type CheckRequestState,
  openCheckRequest,
} from './deductions/check-request.ts';
export { type DeductibleSettlement, decideDeduction } from './deductions/decide-deduction.ts';
export {
  DEDUCTION_REASONS,
  DEDUCTION_SOURCES,
  type Deduction,
  type DeductionReason,
  type DeductionSource,
  type DeductionStage,
  DISPUTE_STATES,
  type DisputeState,
} from './deductions/deduction.ts';
export {
  applyDisputeCommand,
  DISPUTE_LEVELS,
  type Dispute,
  type DisputeCommand,
  type DisputeEvent,
  type DisputeLevel,
  effectOfDispute,
  isDisputeOpen,
  RAISED_DISPUTE,
} from './deductions/dispute.ts';
export { carriedByObjection, raiseObjection } from './deductions/objection.ts';
export { type RefundOfDeducted, takeBackDeductions } from './deductions/take-back.ts';
export {
  addFunds,
  defaultFundColumns,
  FUND_COLUMNS,
  FUND_NAMES,
  type FundAmounts,
  type FundColumns,
  type FundName,
  fundAmounts,
  fundsOf,
  NO_FUNDS,
  negateFunds,
  refuseFundColumns,
  sumFunds,
} from './funds.ts';
export { balancesOf, imbalances } from './ledger/balances.ts';
export { componentsOf, schemeComponents, type TransferComponent } from './ledger/components.ts';
export {
  LEDGER_ACCOUNTS,
  type LedgerAccount,
  type LedgerEntry,
  POSTING_KINDS,
  type PostingKind,
  type PostingSet,
} from './ledger/ledger-entry.ts';
export { type PaidPart, postAdvance, postPayment } from './ledger/post-payment.ts';
export { postRun } from './ledger/post-run.ts';
export { postYearEnd } from './ledger/post-year-end.ts';
export { checkFact, type FactRefusal, type FactRules } from './matching/check-fact.ts';
export { cancelsOut, compareFacts, contradiction, type Difference } from './matching/compare-facts.ts';
export { type SettlementFact, SIDES, type Side } from './matching/fact.ts';
export {
  compareDetail,
  compareTotals,
  DETAIL_DIFFERENCES,
  type DetailDifference,
  type DetailDifferenceKind,
  type DetailRow,
  type Totals,
  type TotalsDifference,
} from './matching/hospital-check.ts';
export { CARRY_REASONS, type CarryReason } from './membership/carry-reason.ts';
export {
  type Candidate,
  decideMembership,
  type Membership,
  type MembershipDecision,
  type OwnerProgress,
} from './membership/decide-membership.ts';
export { type MemberRow, movedWith } from './membership/move-out.ts';
export {
  NETTING_MODES,
  type NettingComparison,
  type NettingMode,
  type Transfer,
  type TransferKind,
} from './netting/transfer.ts';
export { compareModes, type NettingRules, transfersOf } from './netting/transfers-of.ts';
export { buildNotices, type NoticeInput, noticeNumber } from './notices/build-notices.ts';
export { type BankLine, matchBankLine, type OpenLine } from './notices/match-bank-line.ts';
export {
  NOTICE_CATEGORIES,
  NOTICE_STATES,
  type Notice,
  type NoticeCategory,
  type NoticeDirection,
  type NoticeLine,
  type NoticeState,
  type Payment,
} from './notices/notice.ts';
export { type Overdue, type OverdueLevel, overdueOn } from './notices/overdue.ts';
export {
  confirmReceipt,
  type LineStanding,
  type NoticeStep,
  noticeState,
  type PaymentContext,
  recordPayment,
  stepNotice,
} from './notices/payments.ts';
export {
  type ClearingCalendar,
  type ClearingParameters,
  defaultParameters,
  type ParameterVersion,
  parametersOn,
  type QuotaAmount,
} from './parameters.ts';
export {
  hubOf,
  isPlatform,
  type Level,
  levelOf,
  NATIONAL_CENTRE,
  ownersOf,
  type PartyCode,
  partiesIn,
  platformOf,
  provinceOfParty,
  type RunOwner,
} from './party.ts';
export {
  dayOfPeriod,
  monthsBetween,
  nextPeriod,
  type Period,
  parsePeriod,
  period,
  periodOf,
  periodOfDate,
  previousPeriod,
  yearOf,
} from './period.ts';
export { applyRunCommand, openRun, type RunRefusal, type RunReply } from './run/apply-run-command.ts';
export {
  type PartyState,
  RUN_EVENTS,
  RUN_STATES,
  type Run,
  type RunEvent,
  type RunParty,
  type RunState,
} from './run/run.ts';
export type { RunCommand } from './run/run-command.ts';
export { LOCKED_STATES, RUN_TRANSITIONS, type RunTransition } from './run/run-transitions.ts';
export { buildRunTables } from './tables/build-run-tables.ts';
export { type Digest, hashRun, partyContent, type RunContent, tableContent } from './tables/content.ts';
export type { PartyTables, RunDeduction, RunInput, RunTables } from './tables/run-tables.ts';
export {
  type CellValue,
  type Column,
  type ColumnType,
  type Headings,
  headingKey,
  TABLE_NUMBERS,
  type Table,
  type TableHeader,
  type TableNumber,
  type TotalRow,
} from './tables/table.ts';
export { buildTable15 } from './tables/table-15.ts';
export type { TableContext } from './tables/table-context.ts';
export { buildTable61, buildTable62 } from './tables/tables-6.ts';
export { buildTable16, buildTable17, buildTable18 } from './tables/tables-16-18.ts';
export { TABLE_TITLES } from './tables/titles.ts';
export {
  applyForYearEnd,
  finalAmount,
  monthlyNet,
  opineOnYearEnd,
  settledAmount,
  YEAR_END_STATES,
  type YearEndApplication,
  type YearEndChanges,
  type YearEndOpinion,
  type YearEndState,
  yearEndAdjust,
} from './year-end/application.ts';
export { closeYear, type YearStanding } from './year-end/close-year.ts';
export { type LateDeduction, type LateRow, type OtherAdjust, otherAdjusts } from './year-end/other-adjust.ts';
export { yearEndTransfers } from './year-end/year-end-transfers.ts';
export { sumCells, totalsKey, type YearTotals, yearTotals } from './year-end/year-totals.ts';
