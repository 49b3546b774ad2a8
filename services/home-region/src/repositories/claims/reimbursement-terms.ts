import { readFile } from 'node:fs/promises';
import { type LocalDate, parseLocalDate, rangesOverlap } from '@yijie/calendar';
import { z } from 'zod';
import { type ReimbursementTerms, type TermsBook, termsBook } from '../../core/claims/reimbursement-terms.ts';

const day = z
  .string()
  .refine((text) => parseLocalDate(text) !== undefined, 'must be a day that exists')
  .transform((text) => text as LocalDate);

const termsFile = z.strictObject({
  note: z.string(),
  terms: z.array(
    z.strictObject({
      homePool: z.string().regex(/^(?:\*|[1-8]\d{5})$/),
      from: day,
      until: day.optional(),
      deadline: z.discriminatedUnion('mode', [
        z.strictObject({
          mode: z.literal('MONTHS_FROM_DISCHARGE'),
          months: z.number().int().min(1).max(60),
        }),
        z.strictObject({ mode: z.literal('END_OF_NEXT_YEAR') }),
        z.strictObject({ mode: z.literal('DATE'), date: day }),
      ]),
      mailingDays: z.number().int().min(0).max(365),
      decisionWorkingDays: z.number().int().min(1).max(120),
      accountMayPay: z.boolean(),
      catalogueSide: z.enum(['home', 'treatment']),
      source: z.string().min(1),
    }),
  ),
});

/** The regions' terms of manual reimbursement. Two that hold on one day for one place stop the start. */
export async function readReimbursementTerms(file: string): Promise<TermsBook> {
  const parsed = termsFile.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} can't be used: ${z.prettifyError(parsed.error)}`);
  const terms: readonly ReimbursementTerms[] = parsed.data.terms;
  for (const [index, one] of terms.entries()) {
    const twice = terms
      .slice(index + 1)
      .find((other) => other.homePool === one.homePool && rangesOverlap(one, other));
    if (twice !== undefined)
      throw new Error(
        `${file}: two terms of ${one.homePool} hold on the same day, from ${one.from} and ${twice.from}`,
      );
  }
  return termsBook(terms);
}
