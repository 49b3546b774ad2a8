import type { Cell } from '../cells/cell.ts';
import type { PairPosition } from '../cells/pair-position.ts';
import type { Deduction } from '../deductions/deduction.ts';
import type { PartyCode, RunOwner } from '../party.ts';
import type { Period } from '../period.ts';
import type { Headings, Table } from './table.ts';

/** Everything that the tables of one run are made of. The order of cells and deductions doesn't matter. */
export interface RunInput {
  readonly owner: RunOwner;
  readonly period: Period;
  readonly cells: Iterable<Cell>;
  /** Deductions booked in this run, for table 14 (their sums lie in the cells as well). */
  readonly deductions: readonly RunDeduction[];
  /** Parties that get tables even when nothing happened. Others come from the cells. */
  readonly parties?: readonly PartyCode[];
  /** Printed names; a code without one prints its code. */
  readonly names?: ReadonlyMap<string, string>;
  readonly headings?: Headings;
}

/** A deduction with what table 14 prints of its settlement. */
export interface RunDeduction {
  readonly deduction: Deduction;
  readonly payer: PartyCode;
  readonly payee: PartyCode;
}

/** Tables of one party of a run. */
export interface PartyTables {
  readonly party: PartyCode;
  /** 10 */
  readonly receipts: Table;
  /** 11 */
  readonly payments: Table;
  /** 12 */
  readonly employeeFunds: Table;
  /** 13 */
  readonly residentFunds: Table;
  /** 14 */
  readonly deductions: Table;
}

export interface RunTables {
  readonly owner: RunOwner;
  readonly period: Period;
  /** What each payer owes each payee: sorted, the basis of tables 9–13, of netting and of the ledger. */
  readonly pairs: readonly PairPosition[];
  /** 9 */
  readonly clearing: Table;
  /** In order of the party's code. */
  readonly parties: readonly PartyTables[];
}
