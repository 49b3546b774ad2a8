import type { BillLine } from '@yijie/catalogue';
import { type Refusal, refuse } from '@yijie/errors';
import { VISIT_KIND_WORDS } from './institution.ts';
import { isStay, type Visit } from './visit.ts';

const INSTITUTION_CODE = /^[A-Za-z0-9]{4,32}$/;

/**
 * Examinations elsewhere and purchases at a pharmacy during a stay join that stay (attachment 4, clearing-and-filing
 * §1.13): their lines name the institution that did it, which is another one. An outpatient visit has none.
 */
export function checkOutsideLines(lines: readonly BillLine[], visit: Visit): Refusal | undefined {
  const outside = lines.filter((line) => line.outsideInstitutionCode !== undefined);
  if (outside.length === 0) return undefined;
  if (!isStay(visit.terms)) {
    return refuse('CAT-OUTSIDE', { visitKind: VISIT_KIND_WORDS[visit.terms.kind] ?? '' }, numbersOf(outside));
  }
  const wrong = outside.filter(
    ({ outsideInstitutionCode: code = '' }) => !INSTITUTION_CODE.test(code) || code === visit.institutionCode,
  );
  if (wrong.length === 0) return undefined;
  const [{ outsideInstitutionCode: code = '' } = {}] = wrong;
  return refuse('CAT-OUTSIDE', { institutionCode: code.slice(0, 32) }, numbersOf(wrong));
}

/** What was done or bought elsewhere, by institution, in the order of the codes. */
export function outsideSums(
  lines: readonly BillLine[],
): { readonly institutionCode: string; readonly lineCount: number; readonly amountFen: number }[] {
  const sums = new Map<string, { lineCount: number; amountFen: number }>();
  for (const { outsideInstitutionCode: code, amountFen } of lines) {
    if (code === undefined) continue;
    const sum = sums.get(code) ?? { lineCount: 0, amountFen: 0 };
    sums.set(code, { lineCount: sum.lineCount + 1, amountFen: sum.amountFen + amountFen });
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([institutionCode, sum]) => ({ institutionCode, ...sum }));
}

function numbersOf(lines: readonly BillLine[]): number[] {
  return lines.map((line) => line.lineNumber);
}
