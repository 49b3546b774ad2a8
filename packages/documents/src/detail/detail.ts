import type { Instant } from '@yijie/calendar';
import type { CellValue, PaperColumn } from '../paper/paper.ts';

/** Rows too many to hold, as they come from the database: in batches. */
export interface Detail {
  readonly title: string;
  readonly columns: readonly PaperColumn[];
  readonly batches:
    | AsyncIterable<readonly (readonly CellValue[])[]>
    | Iterable<readonly (readonly CellValue[])[]>;
  /** Stands in the file as its time of creation. */
  readonly createdAt: Instant;
  /** Told how many rows are written, after each batch. */
  readonly progress?: (rows: number) => void;
}
