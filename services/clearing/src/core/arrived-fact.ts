import type { SettlementFact, Side } from '@yijie/clearing';

/** A fact as a region signed it. */
export interface ArrivedFact {
  readonly fact: SettlementFact;
  readonly side: Side;
  /** SHA-256 over everything but the side, as text of bytes: equal on both sides when they match. */
  readonly contentHash: string;
  /** The province whose signature the record carries. */
  readonly signedBy: string;
}

/** `1` treatment site, `2` home region: as on the wire and in the tables. */
export const SIDE_NUMBER: Readonly<Record<Side, 1 | 2>> = { treatment: 1, home: 2 };

export function sideOf(number: number): Side {
  return number === 1 ? 'treatment' : 'home';
}
