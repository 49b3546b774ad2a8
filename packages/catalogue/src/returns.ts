import type { CatalogueIndex } from './catalogue-index.ts';
import type { BillLine } from './contract.ts';
import { explainLines, type LineExplanation } from './line-explanation.ts';

/**
 * The returns (negative lines) of every item of which more is returned than was charged. Counted per item and unit
 * price, by quantity and by each of the four parts: a return takes back what was charged, at the price and in the parts
 * it was charged in, so that no part of a bill can fall below zero. The lines must be sound.
 */
export function findReturnedTooMuch(index: CatalogueIndex, lines: readonly BillLine[]): BillLine[] {
  const returned = Map.groupBy(
    lines.filter(({ quantityE4 }) => quantityE4 < 0),
    keyOf,
  );
  const concerned = Map.groupBy(lines, keyOf);
  return [...returned].flatMap(([key, returns]) =>
    isTooMuch(index, concerned.get(key) ?? []) ? returns : [],
  );
}

function isTooMuch(index: CatalogueIndex, lines: readonly BillLine[]): boolean {
  const explained = explainLines(index, lines);
  const sum = (part: (line: LineExplanation) => number) =>
    explained.reduce((total, line) => total + part(line), 0);
  return (
    lines.reduce((total, line) => total + line.quantityE4, 0) < 0 ||
    sum((line) => line.selfPaidFen) < 0 ||
    sum((line) => line.overLimitFen) < 0 ||
    sum((line) => line.prepaySelfFen) < 0 ||
    sum((line) => line.inScopeFen) < 0
  );
}

function keyOf(line: BillLine): string {
  return `${line.unitPriceE4} ${line.itemCode}`;
}
