import type { CatalogueRow, MappingRow } from './contract.ts';

/**
 * A 16-digit digest of the rows that doesn't depend on their order: the sum of a 64-bit FNV-1a hash per row. It tells
 * versions apart; it is no signature.
 */
export function contentVersion(
  mappingRows: readonly MappingRow[],
  catalogueRows: readonly CatalogueRow[],
): string {
  let sum = 0n;
  for (const row of mappingRows)
    sum += hash([
      'm',
      row.itemCode,
      row.nationalCode,
      row.selfPaidReason,
      row.selfPaidCategory,
      row.validFrom,
      row.validUntil,
    ]);
  for (const row of catalogueRows)
    sum += hash([
      'c',
      row.nationalCode,
      row.itemClass,
      row.prepayRatio,
      row.priceLimitE4,
      row.category,
      row.group,
      row.validFrom,
      row.validUntil,
    ]);
  return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
}

/** Two 32-bit FNV-1a hashes with different starts over the fields, joined. */
function hash(fields: readonly (string | number | undefined)[]): bigint {
  let high = 0x811c9dc5;
  let low = 0x050c5d1f;
  for (const field of fields) {
    const text = field === undefined ? '' : String(field);
    for (let i = 0; i <= text.length; i++) {
      // The code past the end of each field separates ["ab", "c"] from ["a", "bc"].
      const unit = i < text.length ? text.charCodeAt(i) : 0xffff;
      high = Math.imul(high ^ unit, 0x01000193);
      low = Math.imul(low ^ unit, 0x01000193) + i;
    }
  }
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
