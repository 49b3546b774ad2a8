import type { PartyCode } from '../party.ts';

export const TABLE_NUMBERS = [
  '5',
  '6-1',
  '6-2',
  '7',
  '8',
  '9',
  '10',
  '11',
  '12',
  '13',
  '14',
  '15',
  '16',
  '17',
  '18',
] as const;
/** The attachment's number (附件). */
export type TableNumber = (typeof TABLE_NUMBERS)[number];

/** A amount in fen, N integer, T text, C code, D LocalDate, P ratio × 10,000 (both A, N and P are integers). */
export type ColumnType = 'A' | 'N' | 'T' | 'C' | 'D' | 'P';

export interface Column {
  /** Stable name (snake_case of clearing-and-filing §5). */
  readonly name: string;
  readonly zh: string;
  readonly type: ColumnType;
}

export type CellValue = number | string | null;

export interface TotalRow {
  /** 合计, 付款合计, … */
  readonly label: string;
  /** As wide as the columns: sums in A and N columns, null elsewhere and where a sum means nothing. */
  readonly values: readonly CellValue[];
}

export interface Table {
  readonly no: TableNumber;
  readonly titleZh: string;
  /** Whose table it is: the run owner of 9, 6-1 and 16, else a party. */
  readonly owner: PartyCode;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly CellValue[])[];
  readonly totals: readonly TotalRow[];
}

/** The common header of tables 6–18, as they are stored and printed (clearing-and-filing §5). Not part of the hashed content. */
export interface TableHeader {
  readonly level: 'NATIONAL' | 'PROVINCIAL';
  readonly ownerCode: PartyCode;
  readonly ownerName: string;
  /** YYYYMM, or YYYY of yearly tables. */
  readonly period: string;
  /** 类别, of notices. */
  readonly category?: string | undefined;
  readonly tableNo: TableNumber;
  readonly revision: number;
  readonly generatedAtMs: number;
  readonly contentHash: string;
}

/** Headings that replace the default ones: `table_heading(level, table_no, column, zh)`. */
export type Headings = ReadonlyMap<string, string>;

export function headingKey(level: string, no: TableNumber, column: string): string {
  return `${level}/${no}/${column}`;
}
