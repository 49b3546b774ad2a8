import { type CatalogueIndex, findTerms } from './catalogue-index.ts';
import type { BillLine } from './contract.ts';
import { fieldOutOfRange } from './line-form.ts';

/** An item that the hospital has to map before its bill can be converted. */
export interface UnmappedItem {
  readonly itemCode: string;
  /** As the first of its lines prints it; "" when the hospital sent none. */
  readonly itemName: string;
  readonly seenLines: number;
}

/** The entries of the mapping queue that a refused bill makes, in order of code. Pure: nothing is queued here. */
export function unmappedItems(
  index: CatalogueIndex,
  lines: readonly (BillLine & { readonly itemName?: string })[],
): UnmappedItem[] {
  const items = new Map<string, UnmappedItem>();
  for (const line of lines) {
    if (fieldOutOfRange(line) !== undefined) continue;
    const found = findTerms(index, line.itemCode, line.serviceDate);
    if (found.terms !== undefined || found.unlistedCode !== undefined) continue;
    const before = items.get(line.itemCode);
    items.set(line.itemCode, {
      itemCode: line.itemCode,
      itemName: before?.itemName || (line.itemName ?? ''),
      seenLines: (before?.seenLines ?? 0) + 1,
    });
  }
  return [...items.values()].sort((a, b) => (a.itemCode < b.itemCode ? -1 : 1));
}
