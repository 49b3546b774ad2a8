import { type CatalogueIndex, findTerms } from './catalogue-index.ts';
import type { BillLine } from './contract.ts';
import { addLineParts, PARTS } from './line-parts.ts';

/**
 * The returns (negative lines) of every item of which more is returned than was charged. Counted per item and unit
 * price, by quantity and by each of the four parts: a return takes back what was charged at the price it was charged at,
 * so no part of a bill can fall below zero.
 */
export function findReturnedTooMuch(index: CatalogueIndex, lines: readonly BillLine[]): BillLine[] {
  const returned = new Map<string, BillLine[]>();
  for (const line of lines) {
    if (line.quantityE4 >= 0) continue;
    const key = keyOf(line);
    returned.set(key, [...(returned.get(key) ?? []), line]);
  }
  const balances = new Map(
    [...returned.keys()].map((key) => [key, { quantityE4: 0, parts: new Float64Array(PARTS) }]),
  );
  for (const line of lines) {
    const balance = balances.get(keyOf(line));
    if (balance === undefined) continue;
    const terms = findTerms(index, line.itemCode, line.serviceDate);
    if (typeof terms === 'string')
      throw new TypeError(`line ${line.lineNumber} was found sound and is ${terms}`);
    balance.quantityE4 += line.quantityE4;
    addLineParts(balance.parts, 0, terms, line.quantityE4, line.unitPriceE4, line.amountFen);
  }
  return [...balances]
    .filter(([, { quantityE4, parts }]) => quantityE4 < 0 || parts.some((part) => part < 0))
    .flatMap(([key]) => returned.get(key) ?? []);
}

function keyOf(line: BillLine): string {
  return `${line.unitPriceE4} ${line.itemCode}`;
}
