/** Reads PostgreSQL's bigint. Throws past 2^53, where a double would silently change the amount. */
export function exactInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint past 2^53: ${text}`);
  return value;
}
