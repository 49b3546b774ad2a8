/** Where a command of a treatment site stands in this region. */
export interface CommandStanding {
  readonly commandId: Uint8Array;
  readonly state: 'ANSWERED' | 'DEAD_LETTER' | 'PARKED' | 'NOT_SEEN';
  readonly atMs: number;
  /** Why it is a dead letter. */
  readonly reasonCode: string;
}
