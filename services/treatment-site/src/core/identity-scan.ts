/**
 * Whether bytes that are going to be stored as they are hold a citizen's identity number (GB 11643: six digits of region,
 * the birthday, three of order, a check digit). Bills carry the token alone; a number in a line's text would lie in the
 * database unencrypted. Runs of exactly 18 signs with a real day and the right check digit count, so that the long
 * digits of item codes don't.
 */
export function carriesIdentityNumber(bytes: Uint8Array): boolean {
  // A run of 17 digits covers one of every nine positions: the others needn't be looked at.
  for (let at = STRIDE - 1; at < bytes.length; at += STRIDE) {
    if (!isDigit(bytes[at])) continue;
    let start = at;
    while (isDigit(bytes[start - 1])) start -= 1;
    let end = at + 1;
    while (isDigit(bytes[end])) end += 1;
    const isWhole = end - start === 18 || (end - start === 17 && isX(bytes[end]));
    if (isWhole && isIdentityNumber(bytes, start)) return true;
    // The next look is a stride behind the run.
    at = end - 1;
  }
  return false;
}

const STRIDE = 9;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_SIGNS = '10X98765432';

function isIdentityNumber(bytes: Uint8Array, start: number): boolean {
  const number = (from: number, count: number): number => {
    let value = 0;
    for (let at = start + from; at < start + from + count; at += 1) value = value * 10 + digit(bytes[at]);
    return value;
  };
  const [year, month, day] = [number(6, 4), number(10, 2), number(12, 2)];
  if (year < 1880 || year > 2100 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  let sum = 0;
  for (let at = 0; at < 17; at += 1) sum += digit(bytes[start + at]) * (WEIGHTS[at] ?? 0);
  const check = CHECK_SIGNS[sum % 11];
  return String.fromCharCode(bytes[start + 17] ?? 0).toUpperCase() === check;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isX(byte: number | undefined): boolean {
  return byte === 0x58 || byte === 0x78;
}

function digit(byte: number | undefined): number {
  return (byte ?? 0x30) - 0x30;
}
