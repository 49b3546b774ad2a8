export const NO_NOTES: readonly string[] = Object.freeze([]);

/** Notes that aren't failures: a limit was reached, the account was too small. */
export function notesOf(isAtLimit: boolean, isAccountShort: boolean): readonly string[] {
  if (!isAtLimit && !isAccountShort) return NO_NOTES;
  const notes: string[] = [];
  if (isAtLimit) notes.push('STL-LIMIT');
  if (isAccountShort) notes.push('ACC-BALANCE');
  return notes;
}
