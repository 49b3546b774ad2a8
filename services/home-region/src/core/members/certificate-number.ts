const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_SIGNS = '10X98765432';

/** A resident identity number (GB 11643): 17 digits and the check sign of ISO 7064, MOD 11-2. */
export function isCertificateNumber(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false;
  let sum = 0;
  for (const [index, weight] of WEIGHTS.entries()) sum += weight * Number(text[index]);
  return CHECK_SIGNS[sum % 11] === text[17];
}
