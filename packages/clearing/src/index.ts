export { type MoneyDays, moneyDays, type RunDays, runDays } from './calendar/run-calendar.ts';
export type { Cell, ClearingRow } from './cells/cell.ts';
export { cellsOf } from './cells/cells-of.ts';
export { type PairPosition, pairPositions, type SchemePosition } from './cells/pair-position.ts';
export { CHECK_IDS, type CheckFailure, type CheckId } from './checks/check-failure.ts';
export { checkR1, type SlipMoney } from './checks/r01.ts';
export { checkR2, checkR3, checkR4, checkR5, checkR6, checkR7, checkR8 } from './checks/r02-r08.ts';
export { checkR11, checkR11Gross, checkR12, checkR13 } from './checks/r11-r13.ts';
export { checkR17 } from './checks/r17.ts';
export { checkR18 } from './checks/r18.ts';
export { checkR20, type DeductedSettlement } from './checks/r20.ts';
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
  subtractFunds,
  sumFunds,
} from './funds.ts';
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
  type NoticeEvent,
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
  addPeriods,
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
export { TABLE_TITLES } from './tables/titles.ts';
