import type { CatalogueRow, MappingRow } from './contract.ts';

/**
 * A digest of 16 hexadecimal digits of the rows that doesn't depend on their order: sums of two 32-bit hashes per row. It
 * tells versions apart; it is no signature.
 */
export function contentVersion(
  mappingRows: readonly MappingRow[],
  catalogueRows: readonly CatalogueRow[],
): string {
  let high = 0;
  let low = 0;
  const add = (text: string) => {
    high = (high + hash(text, 0x811c9dc5)) | 0;
    low = (low + hash(text, 0x050c5d1f)) | 0;
  };
  for (const row of mappingRows) add(`m${row.itemCode}${SEPARATOR}${mappingText(row)}`);
  for (const row of catalogueRows) add(`c${row.nationalCode}${SEPARATOR}${entryText(row)}`);
  return digits(high) + digits(low);
}

/** All of a mapping but the item: items with the same text have the same terms on every day. */
export function mappingText(row: MappingRow): string {
  const { nationalCode = '', selfPaidReason = '', selfPaidCategory = '', validFrom, validUntil = '' } = row;
  return `${nationalCode}${SEPARATOR}${validFrom}${SEPARATOR}${validUntil}${SEPARATOR}${selfPaidCategory}${selfPaidReason}`;
}

function entryText(row: CatalogueRow): string {
  const { itemClass, prepayRatio, priceLimitE4 = '', category, group, validFrom, validUntil = '' } = row;
  return [itemClass, prepayRatio, priceLimitE4, category, group, validFrom, validUntil].join(SEPARATOR);
}

/** In no code: it keeps "ab" + "c" apart from "a" + "bc". */
const SEPARATOR = '\u0000';

/** FNV-1a over the units of the text, and a last mixing so that the sum of many stays even. */
function hash(text: string, start: number): number {
  let value = start;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return value ^ (value >>> 13);
}

function digits(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}
