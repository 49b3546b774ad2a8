/** A correction on its way: proposed, then decided, then paid when money has to move. */
export const CORRECTION_STATES = ['OPEN', 'REJECTED', 'APPROVED', 'CLOSED', 'PAID'] as const;
export type CorrectionState = (typeof CORRECTION_STATES)[number];

/** Why a settlement is reviewed. UNDO takes an earlier correction back. */
export const CORRECTION_REASONS = [
  'WRONG_CLASS',
  'WRONG_PERSON',
  'WRONG_HOSPITAL',
  'WRONG_DISEASE',
  'WRONG_POLICY',
  'UNDO',
] as const;
export type CorrectionReason = (typeof CORRECTION_REASONS)[number];

/** What an approval makes of it: nothing is paid where nothing differs. */
export function approvedState(netFen: number): CorrectionState {
  return netFen === 0 ? 'CLOSED' : 'APPROVED';
}
