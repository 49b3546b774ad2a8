/** Why a row is not in a run (clearing-and-filing §4.4); a row may have several. */
export const CARRY_REASONS = [
  'NOT_HOSPITAL_CONFIRMED',
  'NOT_MATCHED',
  'OBJECTION_OPEN',
  'MOVED_OUT',
  'TOO_LATE',
  'ORIGINAL_NOT_CLEARED',
] as const;
export type CarryReason = (typeof CARRY_REASONS)[number];
