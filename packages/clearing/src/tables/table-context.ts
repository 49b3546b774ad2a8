import type { Level, PartyCode, RunOwner } from '../party.ts';
import type { Period } from '../period.ts';
import type { Headings } from './table.ts';

/** What every table of a run prints alike. */
export interface TableContext {
  readonly owner: RunOwner;
  readonly level: Level;
  readonly period: Period;
  readonly headings: Headings;
  readonly nameOf: (party: PartyCode) => string;
}
