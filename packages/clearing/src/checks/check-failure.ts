export const CHECK_IDS = [
  'R1',
  'R2',
  'R3',
  'R4',
  'R5',
  'R6',
  'R7',
  'R8',
  'R9',
  'R10',
  'R11',
  'R12',
  'R13',
  'R14',
  'R15',
  'R16',
  'R17',
  'R18',
  'R19',
  'R20',
] as const;
/** Reconcile constraints (勾稽关系) of clearing-and-filing §5.11. */
export type CheckId = (typeof CHECK_IDS)[number];

/** A row that breaks a constraint, exact to the fen. The run stops on the first. */
export interface CheckFailure {
  readonly check: CheckId;
  /** Which row: tables, parties, columns or ids, in the words of the tables. */
  readonly row: string;
  readonly expected: number | string;
  readonly found: number | string;
}

/** The failure of two figures that must be equal; nothing when they are. */
export function unequal(
  check: CheckId,
  row: string,
  expected: number | string,
  found: number | string,
): readonly CheckFailure[] {
  return expected === found ? [] : [{ check, row, expected, found }];
}
