import { type Fen, fen } from '@yijie/money';
import { IN_SCOPE, OVER_LIMIT, PARTS, PREPAY_SELF, SELF_PAID } from './bill-sums.ts';
import type { CatalogueIndex } from './catalogue-index.ts';
import type { BillLine } from './contract.ts';
import { findSegment } from './item-table.ts';
import { addLineParts } from './line-parts.ts';
import { SEGMENT } from './segment-table.ts';
import type { Terms } from './terms.ts';

/** What one line became, and by which entry. */
export interface LineExplanation {
  readonly lineNumber: number;
  readonly terms: Terms;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

/** Line by line how a convertible bill was split. Throws for a line without terms, which `convert` refuses. */
export function explainLines(index: CatalogueIndex, lines: readonly BillLine[]): LineExplanation[] {
  const { segments } = index.items;
  return lines.map((line) => {
    const { lineNumber, quantityE4, unitPriceE4, amountFen } = line;
    const at = findSegment(index.items, line.itemCode, line.serviceDate);
    const terms = segments.segments[at / SEGMENT]?.terms;
    if (terms === undefined) throw new TypeError(`line ${lineNumber} has no terms: convert refuses it`);
    const parts = new Float64Array(PARTS);
    addLineParts(parts, 0, segments, at, quantityE4, unitPriceE4, amountFen);
    const part = (which: number) => fen(parts[which] as number);
    return {
      lineNumber,
      terms,
      selfPaidFen: part(SELF_PAID),
      overLimitFen: part(OVER_LIMIT),
      prepaySelfFen: part(PREPAY_SELF),
      inScopeFen: part(IN_SCOPE),
    };
  });
}
