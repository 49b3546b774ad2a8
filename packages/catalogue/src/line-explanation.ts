import { type Fen, fen } from '@yijie/money';
import { type CatalogueIndex, findTerms, type Terms } from './catalogue-index.ts';
import type { BillLine } from './contract.ts';
import { addLineParts, IN_SCOPE, OVER_LIMIT, PARTS, PREPAY_SELF, SELF_PAID } from './line-parts.ts';

/** What one line became, and by which entry. */
export interface LineExplanation {
  readonly lineNumber: number;
  readonly terms: Terms;
  readonly selfPaidFen: Fen;
  readonly overLimitFen: Fen;
  readonly prepaySelfFen: Fen;
  readonly inScopeFen: Fen;
}

/** Line by line how a convertible bill was split. Throws for a line that `convert` refuses. */
export function explainLines(index: CatalogueIndex, lines: readonly BillLine[]): LineExplanation[] {
  return lines.map((line) => {
    const terms = findTerms(index, line.itemCode, line.serviceDate);
    if (typeof terms === 'string')
      throw new TypeError(`line ${line.lineNumber} is ${terms}: convert refuses it`);
    const parts = new Float64Array(PARTS);
    addLineParts(parts, 0, terms, line.quantityE4, line.unitPriceE4, line.amountFen);
    const part = (which: number) => fen(parts[which] as number);
    return {
      lineNumber: line.lineNumber,
      terms,
      selfPaidFen: part(SELF_PAID),
      overLimitFen: part(OVER_LIMIT),
      prepaySelfFen: part(PREPAY_SELF),
      inScopeFen: part(IN_SCOPE),
    };
  });
}
