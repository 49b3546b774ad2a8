import { type BillLine, type CatalogueIndex, explainLines } from '@yijie/catalogue';
import type { SplitLine } from '@yijie/contracts/exchange';

/** What the home region gets of each line of an outpatient bill; at most so many, so that a message stays small. */
export const SPLIT_LINES_MAX = 1_000;

/** The lines of a convertible bill, each with the parts that the treatment site's catalogue splits it into. */
export function splitLines(index: CatalogueIndex, lines: readonly BillLine[]): SplitLine[] {
  return explainLines(index, lines).map((explained, at) => {
    const { lineNumber, amountFen, serviceDate } = lines[at] as BillLine;
    const { terms, selfPaidFen, overLimitFen, prepaySelfFen, inScopeFen } = explained;
    return {
      lineNumber,
      categoryCode: terms.category,
      group: terms.group,
      nationalCode: terms.nationalCode ?? '',
      serviceDate,
      totalFen: amountFen,
      selfPaidFen,
      overLimitFen,
      prepaySelfFen,
      inScopeFen,
    };
  });
}
