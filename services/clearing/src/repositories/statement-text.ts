/** `$2::bytea[], $3::text[]` for the parameters from `first`. */
export function parameters(first: number, types: readonly string[]): string {
  return types.map((type, index) => `$${first + index}::${type}[]`).join(', ');
}
