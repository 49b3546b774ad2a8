/** round-half-up(amount × numerator ÷ denominator), a half upwards for negative amounts too; exact at any size. */
export function scaleHalfUp(amount: number, numerator: number, denominator: number): number {
  return floorDivide(2n * BigInt(amount) * BigInt(numerator) + BigInt(denominator), 2n * BigInt(denominator));
}

/** The greatest integer that isn't more than the quotient; BigInt's own division cuts towards 0. */
export function floorDivide(dividend: bigint, divisor: bigint): number {
  const quotient = dividend / divisor;
  return Number(dividend < 0n && dividend % divisor !== 0n ? quotient - 1n : quotient);
}
