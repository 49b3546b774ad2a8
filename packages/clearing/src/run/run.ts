import type { Instant } from '@yijie/calendar';
import type { Level, PartyCode, RunOwner } from '../party.ts';
import type { Period } from '../period.ts';

/** clearing-and-filing §4.4. */
export const RUN_STATES = [
  'OPEN',
  'CUT',
  'GENERATED',
  'SIGNING',
  'CONFIRMED',
  'NOTICED',
  'PAYING',
  'CLOSED',
] as const;
export type RunState = (typeof RUN_STATES)[number];

export const RUN_EVENTS = [
  'cut',
  'generate',
  'submit',
  'sign',
  'return',
  'decide',
  'confirm',
  'notice',
  'pay',
  'close',
] as const;
export type RunEvent = (typeof RUN_EVENTS)[number];

/** DECIDED: signed for the party by a decision of the centre, after the deadline, with a reason. */
export type PartyState = 'UNSIGNED' | 'SIGNED' | 'RETURNED' | 'DECIDED';

export interface RunParty {
  readonly party: PartyCode;
  /** Over the party's own tables: stays the same while a new revision doesn't touch it. */
  readonly contentHash: string;
  readonly state: PartyState;
  /** The revision whose content was signed, returned or decided. */
  readonly revision?: number | undefined;
  readonly by?: string | undefined;
  readonly at?: Instant | undefined;
  readonly keyId?: string | undefined;
  readonly signature?: string | undefined;
  /** Of RETURNED and DECIDED. */
  readonly reason?: string | undefined;
  /** Of RETURNED: the rows that it disputes. */
  readonly disputedRows?: readonly string[] | undefined;
}

export interface Run {
  readonly owner: RunOwner;
  readonly level: Level;
  readonly period: Period;
  readonly state: RunState;
  /** 0 before the first generation, then 1, 2, … */
  readonly revision: number;
  /** Over all tables of the revision; empty before the first generation. */
  readonly contentHash: string;
  readonly generatedBy?: string | undefined;
  readonly releasedBy?: string | undefined;
  /** Sorted by code. */
  readonly parties: readonly RunParty[];
}
