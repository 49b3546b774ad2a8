/**
 * 12345 → `123.45`. The same text as money's `formatYuan`, without its checks: every amount here comes out of a
 * computation that has asserted it, and an explanation prints forty of them.
 */
export function yuan(fen: number): string {
  if (fen < 0) return `-${yuan(-fen)}`;
  const whole = Math.floor(fen / 100);
  const rest = Math.round(fen - whole * 100);
  return rest < 10 ? `${whole}.0${rest}` : `${whole}.${rest}`;
}
