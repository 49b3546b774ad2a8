import type { Instant } from '@yijie/calendar';

/**
 * What a cell holds (clearing-and-filing §5): A an amount in fen, N a whole number, T text, C a code, D a day as
 * YYYY-MM-DD, P a ratio times 10,000.
 */
export type CellType = 'A' | 'N' | 'T' | 'C' | 'D' | 'P';

/** A and P are integers too; null is an empty cell. */
export type CellValue = number | string | null;

export interface PaperField {
  readonly label: string;
  readonly type: CellType;
  readonly value: CellValue;
  /** Quarters of the width, label included. */
  readonly quarters: 1 | 2 | 3 | 4;
}

export interface PaperColumn {
  readonly heading: string;
  readonly type: CellType;
}

export interface PaperTotal {
  /** 合计, 付款合计, …: stands over the leading columns that have no sum. */
  readonly label: string;
  /** As many as there are columns; null where there is no sum. */
  readonly cells: readonly CellValue[];
}

export interface PaperTable {
  readonly kind: 'table';
  readonly columns: readonly PaperColumn[];
  /** Each as long as there are columns. */
  readonly rows: readonly (readonly CellValue[])[];
  readonly totals: readonly PaperTotal[];
  /** Leading columns that name a row: they come again when a wide table is continued beside itself. */
  readonly keyColumns: number;
}

/** A place to sign, or with `seal` the place of a seal with the name that the seal must show. */
export interface SignaturePlace {
  readonly label: string;
  /** Who or when, where it is known already. */
  readonly value?: string | undefined;
  readonly seal?: string | undefined;
}

export type PaperBlock =
  /** A boxed form: labels and values in a grid of quarters. */
  | { readonly kind: 'fields'; readonly heading?: string; readonly fields: readonly PaperField[] }
  | PaperTable
  | { readonly kind: 'paragraphs'; readonly heading?: string; readonly texts: readonly string[] }
  | { readonly kind: 'signatures'; readonly places: readonly SignaturePlace[] };

/** A paper as data: what it says, not how it is drawn. Both Excel and PDF are made of it. */
export interface Paper {
  readonly title: string;
  /** Set smaller, for what is to stay on one page. */
  readonly compact?: boolean;
  /** Lines between title and body, each shared out over the width: left, middle, right. */
  readonly head: readonly (readonly string[])[];
  readonly blocks: readonly PaperBlock[];
  /** At the foot of each page, before the page number. */
  readonly foot: string;
  /** Stands in the file as its time of creation: of the content, not of the print, so that bytes repeat. */
  readonly createdAt: Instant;
}
